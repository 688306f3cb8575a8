package main

import (
	"slices"
	"strconv"

	"entgo.io/ent/entc/gen"
	"entgo.io/ent/entc/load"
)

// A change makes the graph fit for migrate/schema.go, the description of the
// tables (true), or for all other files, the client (false).
type change func(tables bool)

// all makes several changes, one after the other.
func all(changes ...change) change {
	return func(tables bool) {
		for _, c := range changes {
			c(tables)
		}
	}
}

// describing generates while the graph is what each file wants: ent has one
// graph for the client and for the tables, and asks before each file of the
// graph whether to leave it out. The files of the types, which come first, are
// the client's.
func describing(c change, generate func() error) error {
	files := gen.GraphTemplates
	defer func() { gen.GraphTemplates = files }()
	gen.GraphTemplates = slices.Clone(files)
	for i := range gen.GraphTemplates {
		file := &gen.GraphTemplates[i]
		skip := file.Skip
		file.Skip = func(g *gen.Graph) bool {
			c(file.Name == "schema")
			return skip != nil && skip(g)
		}
	}
	c(false)
	return generate()
}

// escaped puts backslashes before quotes and other characters that ent copies
// into string literals of migrate/schema.go as they are: comments, default
// expressions and types.
func escaped(g *gen.Graph) change {
	var changes []change
	text := func(now string, set func(string)) {
		if quoted := strconv.Quote(now); quoted[1:len(quoted)-1] != now {
			changes = append(changes, func(tables bool) {
				if tables {
					set(quoted[1 : len(quoted)-1])
				} else {
					set(now)
				}
			})
		}
	}
	values := func(m map[string]any) {
		for key, v := range m {
			if v, ok := v.(string); ok {
				text(v, func(s string) { m[key] = s })
			}
		}
	}
	expressions := func(annotations map[string]any) {
		a, ok := annotations["EntSQL"].(map[string]any)
		if !ok {
			return
		}
		if v, ok := a["default_expr"].(string); ok {
			text(v, func(s string) { a["default_expr"] = s })
		}
		if m, ok := a["default_exprs"].(map[string]any); ok {
			values(m)
		}
	}
	ofField := func(f *load.Field) {
		text(f.Comment, func(s string) { f.Comment = s })
		for key, v := range f.SchemaType {
			text(v, func(s string) { f.SchemaType[key] = s })
		}
		expressions(f.Annotations)
	}
	for _, s := range g.Schemas {
		if a, ok := s.Annotations["Comment"].(map[string]any); ok {
			values(a)
		}
		for _, f := range s.Fields {
			ofField(f)
		}
	}
	return all(changes...)
}
