package main

import (
	"strconv"

	"entgo.io/ent/entc/gen"
	"entgo.io/ent/entc/load"
)

// escape escapes texts that ent copies verbatim into string literals of
// migrate/schema.go: comments, default expressions and types.
func escape(g *gen.Graph) {
	for _, s := range g.Schemas {
		if a, ok := s.Annotations["Comment"].(map[string]any); ok {
			escapeValues(a)
		}
		for _, f := range s.Fields {
			escapeField(f)
		}
	}
}

func escapeField(f *load.Field) {
	f.Comment = escaped(f.Comment)
	for key, v := range f.SchemaType {
		f.SchemaType[key] = escaped(v)
	}
	a, ok := f.Annotations["EntSQL"].(map[string]any)
	if !ok {
		return
	}
	if v, ok := a["default_expr"].(string); ok {
		a["default_expr"] = escaped(v)
	}
	if m, ok := a["default_exprs"].(map[string]any); ok {
		escapeValues(m)
	}
}

func escapeValues(m map[string]any) {
	for key, v := range m {
		if v, ok := v.(string); ok {
			m[key] = escaped(v)
		}
	}
}

// escaped returns s escaped for a string literal, without the quotes.
func escaped(s string) string {
	quoted := strconv.Quote(s)
	return quoted[1 : len(quoted)-1]
}
