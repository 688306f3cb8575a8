package desired

import (
	"regexp"
	"slices"
	"strings"

	"ariga.io/atlas/sql/schema"

	"github.com/elizago/elizago/migration/entpg"
	"github.com/elizago/elizago/migration/internal/catalog"
)

// schemaObjects are the objects of a namespace beside its tables, each after
// those that its SQL names.
type schemaObjects struct {
	schema.Attr
	list []entpg.SchemaObject
}

// objectsOf returns a namespace's schemaObjects.
func objectsOf(s *schema.Schema) []entpg.SchemaObject {
	if o, ok := Attr[*schemaObjects](s.Attrs); ok {
		return o.list
	}
	return nil
}

// addObjects gives a namespace its objects.
func addObjects(s *schema.Schema, u resolved) {
	var list []entpg.SchemaObject
	for _, x := range u.Schema.Annotations {
		if o, ok := x.(entpg.SchemaObject); ok {
			list = append(list, o)
		}
	}
	if len(list) > 0 {
		s.AddAttrs(&schemaObjects{list: ordered(list, u.Namespace)})
	}
}

// ordered puts each object after those that its SQL names, alphabetically where
// that leaves a choice. A name that is a column's as well may close a circle: then
// the order within it is the alphabet's, and PostgreSQL decides.
func ordered(list []entpg.SchemaObject, namespace string) []entpg.SchemaObject {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b entpg.SchemaObject) int { return strings.Compare(a.ObjectName(), b.ObjectName()) })
	var out []entpg.SchemaObject
	visited := make(map[string]bool)
	var visit func(o entpg.SchemaObject)
	visit = func(o entpg.SchemaObject) {
		if visited[o.ObjectName()] {
			return
		}
		visited[o.ObjectName()] = true
		named := namesIn(o.Create(""), namespace)
		for _, other := range list {
			if named[other.ObjectName()] {
				visit(other)
			}
		}
		out = append(out, o)
	}
	for _, o := range list {
		visit(o)
	}
	return out
}

// token is a string, a comment, a quoted name, a name, or one other character.
var token = regexp.MustCompile(`'(?:[^']|'')*'|--[^\n]*|(?s:/\*.*?\*/)|"(?:[^"]|"")*"|[\pL_][\pL\d_$]*|\S`)

// namesIn returns the names in SQL that may be those of objects: all but strings,
// comments, what AS calls so, and what a point binds to something else than the
// namespace.
func namesIn(sql, namespace string) map[string]bool {
	out := make(map[string]bool)
	before, last := "", ""
	for _, t := range token.FindAllString(sql, -1) {
		if strings.HasPrefix(t, "--") || strings.HasPrefix(t, "/*") {
			continue
		}
		name := strings.ToLower(t)
		if t[0] == '"' {
			name = strings.ReplaceAll(t[1:len(t)-1], `""`, `"`)
		}
		if t[0] != '\'' && last != "as" && (last != "." || before == namespace) {
			out[name] = true
		}
		before, last = last, name
	}
	return out
}

// object returns the declaration of an object beside the tables.
func (a *Renderer) object(k catalog.Key) (entpg.SchemaObject, bool) {
	objects := objectsOf(a.schema)
	i := slices.IndexFunc(objects, func(o entpg.SchemaObject) bool {
		return o.Kind() == string(k.Kind) && o.ObjectName() == k.Name
	})
	if i < 0 || k.Table != "" {
		return nil, false
	}
	return objects[i], true
}
