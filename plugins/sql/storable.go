package sql

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
)

// storable makes what PostgreSQL cannot store storable, for every statement of
// every ent client on this database: in texts, NUL bytes are taken out and
// bytes that are no UTF-8 become U+FFFD; in JSON, the escape \u0000 is taken
// out. Such text comes from users (a paste, a broken encoding), and to lose the
// one character is better than to lose the message.
func storable(args any) any {
	list, ok := args.([]any)
	if !ok {
		return args
	}
	var cleaned []any // made when there is something to clean
	for i, arg := range list {
		clean, changed := storableValue(arg)
		if !changed {
			continue
		}
		if cleaned == nil {
			cleaned = append([]any(nil), list...)
		}
		cleaned[i] = clean
	}
	if cleaned == nil {
		return args
	}
	return cleaned
}

func storableValue(arg any) (any, bool) {
	switch v := arg.(type) {
	case string:
		clean := storableText(v)
		return clean, clean != v
	case []byte:
		// ent hands JSON over as bytes. Other bytes are the caller's own.
		if !bytes.Contains(v, []byte(`\u0000`)) || !json.Valid(v) {
			return arg, false
		}
		return withoutNUL(v), true
	case json.RawMessage:
		return storableValue([]byte(v))
	}
	// A text array is a slice type of the schema's own.
	if list := reflect.ValueOf(arg); list.Kind() == reflect.Slice && list.Type().Elem().Kind() == reflect.String {
		return storableTexts(list)
	}
	return arg, false
}

func storableText(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\uFFFD")
}

func storableTexts(list reflect.Value) (any, bool) {
	clean, changed := reflect.MakeSlice(list.Type(), list.Len(), list.Len()), false
	for i := range list.Len() {
		text := list.Index(i).String()
		fixed := storableText(text)
		clean.Index(i).SetString(fixed)
		changed = changed || fixed != text
	}
	if !changed {
		return list.Interface(), false
	}
	return clean.Interface(), true
}

// withoutNUL takes \u0000 out of valid JSON, but not where its backslash is
// itself escaped.
func withoutNUL(text []byte) []byte {
	clean := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			clean = append(clean, text[i])
			continue
		}
		if bytes.HasPrefix(text[i:], []byte(`\u0000`)) {
			i += 5
			continue
		}
		clean = append(clean, text[i], text[i+1])
		i++
	}
	return clean
}
