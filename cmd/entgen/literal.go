package main

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// literal returns Go source for a value made of structs, pointers to structs,
// slices, maps with string keys, strings, numbers and booleans. Zero fields are
// omitted and map keys sorted, so that equal values give equal text.
func literal(v any) string {
	var b strings.Builder
	writeLiteral(&b, reflect.ValueOf(v))
	return b.String()
}

func writeLiteral(b *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		b.WriteByte('&')
		writeLiteral(b, v.Elem())
	case reflect.Struct:
		fmt.Fprintf(b, "%s{\n", v.Type())
		for i := range v.NumField() {
			if v.Field(i).IsZero() || v.Field(i).Kind() == reflect.Slice && v.Field(i).Len() == 0 {
				continue
			}
			fmt.Fprintf(b, "%s: ", v.Type().Field(i).Name)
			writeLiteral(b, v.Field(i))
			b.WriteString(",\n")
		}
		b.WriteByte('}')
	case reflect.Slice:
		fmt.Fprintf(b, "%s{", v.Type())
		for i := range v.Len() {
			if i > 0 {
				b.WriteString(", ")
			}
			elem := literal(v.Index(i).Interface())
			if v.Type().Elem().Kind() == reflect.Struct {
				// The element type is implied by the slice's, as with gofmt -s.
				elem = strings.TrimPrefix(elem, v.Type().Elem().String())
			}
			b.WriteString(elem)
		}
		b.WriteByte('}')
	case reflect.Map:
		keys := make([]string, 0, v.Len())
		for _, k := range v.MapKeys() {
			keys = append(keys, k.String())
		}
		slices.Sort(keys)
		fmt.Fprintf(b, "%s{", v.Type())
		for i, k := range keys {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(b, "%q: ", k)
			writeLiteral(b, v.MapIndex(reflect.ValueOf(k).Convert(v.Type().Key())))
		}
		b.WriteByte('}')
	case reflect.String:
		fmt.Fprintf(b, "%q", v.String())
	default:
		fmt.Fprintf(b, "%v", v.Interface())
	}
}
