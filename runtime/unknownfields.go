package runtime

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/elizago/elizago/core"
)

// unknownFields returns the names of a character file's fields that
// core.Character does not have, sorted. Letter case does not matter, as
// encoding/json reads fields so.
func unknownFields(data []byte) []string {
	var file map[string]json.RawMessage
	if json.Unmarshal(data, &file) != nil {
		return nil
	}
	unknown := missingIn(file, reflect.TypeFor[core.Character](), "")
	for name, value := range file {
		var style map[string]json.RawMessage
		if strings.EqualFold(name, "style") && json.Unmarshal(value, &style) == nil {
			unknown = append(unknown, missingIn(style, reflect.TypeFor[core.Style](), name+".")...)
		}
	}
	slices.Sort(unknown)
	return unknown
}

// missingIn returns the names that are no JSON names of a struct's fields, with
// a prefix.
func missingIn(names map[string]json.RawMessage, of reflect.Type, prefix string) []string {
	var missing []string
	for name := range maps.Keys(names) {
		if !slices.ContainsFunc(reflect.VisibleFields(of), func(f reflect.StructField) bool {
			known, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			return known != "-" && strings.EqualFold(known, name)
		}) {
			missing = append(missing, prefix+name)
		}
	}
	return missing
}
