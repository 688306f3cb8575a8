package migration_test

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/elizago/elizago/migration/entpg"
)

// pair is one case of TestConvergence: a database is brought from A to B.
type pair struct {
	A, B *world
	// Back says that the database is then brought back to A.
	Back bool
}

// String shows the pair as its fixture would.
func (p *pair) String() string { return readable(p) }

// GoString keeps rapid from printing the pair before it was made smaller.
func (p *pair) GoString() string { return "a pair, which a smaller one follows" }

// world is a desired state in a form that can be drawn, edited, written to a
// file and converted to the engine's input. Objects are bound to each other by
// name, and expressions name columns as @{name}, so that a rename can follow
// them.
type world struct {
	Units []*unitModel
}

// unitModel is a schema owner. Name is one of "core" (namespace public), "one"
// and "two"; "two" depends on all others.
type unitModel struct {
	Name   string
	Tables []*tableModel
	Enums  []*enumModel
}

type enumModel struct {
	Name   string
	Values []string
}

type tableModel struct {
	Name        string
	From        string // the old name in a rename hint
	Comment     string
	Columns     []*columnModel
	Key         []string
	Checks      []*checkModel
	Indexes     []*indexModel
	Uniques     []*entpg.UniqueKey
	Exclusions  []*entpg.Exclusion
	References  []*referenceModel
	RowSecurity *entpg.RowSecurity
	Policies    []*entpg.Policy
	Storage     map[string]string
	Extensions  []string
	Online      []string
}

type columnModel struct {
	Name      string
	From      string // the old name in a rename hint
	Type      string // as SQL writes it, or the name of an enum of the schema owner
	Enum      bool   // Type is an enum's name
	Nullable  bool
	Default   string // an SQL expression
	Literal   bool   // Default goes to ent as a Go value
	Collation string
	Comment   string
	Unique    bool // ent's unique column
	Increment bool // ent's identity
	Generated string
	Identity  *entpg.IdentityColumn
	Storage   entpg.StorageMode
}

type checkModel struct{ Name, Expr string }

// indexModel is an index, declared by ent's own vocabulary where Ent is set.
type indexModel struct {
	entpg.Index
	Ent bool
}

// referenceModel is a foreign key, declared by ent's own vocabulary where Ent
// is set. RefNamespace holds the name of a schema owner.
type referenceModel struct {
	entpg.Reference
	Ent bool
}

func (w *world) unit(name string) *unitModel {
	for _, u := range w.Units {
		if u.Name == name {
			return u
		}
	}
	return nil
}

func (u *unitModel) table(name string) *tableModel {
	for _, t := range u.Tables {
		if t.Name == name {
			return t
		}
	}
	return nil
}

func (u *unitModel) enum(name string) *enumModel {
	for _, e := range u.Enums {
		if e.Name == name {
			return e
		}
	}
	return nil
}

func (t *tableModel) column(name string) *columnModel {
	for _, c := range t.Columns {
		if c.Name == name {
			return c
		}
	}
	return nil
}

func (u *unitModel) namespace() string { return namespaceOfModel(u.Name) }

func namespaceOfModel(unit string) string {
	if unit == "core" {
		return "public"
	}
	return "prop_" + unit
}

// target is the table that a reference points to. Nil where it does not exist.
func (w *world) target(u *unitModel, r *referenceModel) *tableModel {
	if r.RefNamespace != "" {
		u = w.unit(r.RefNamespace)
	}
	if u == nil {
		return nil
	}
	return u.table(r.RefTable)
}

// clone copies a world. Models are read from JSON anyhow, for the fixtures.
func clone[T any](v T) T {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	var out T
	if err := json.Unmarshal(text, &out); err != nil {
		panic(err)
	}
	return out
}

// readable is JSON without what is zero.
func readable(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		panic(err)
	}
	text, err = json.MarshalIndent(pruned(tree), "", "  ")
	if err != nil {
		panic(err)
	}
	return string(text) + "\n"
}

func pruned(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			if x = pruned(x); x != nil {
				out[k] = x
			}
		}
		return out
	case []any:
		if len(v) == 0 {
			return nil
		}
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = pruned(x)
		}
		return out
	case string:
		if v == "" {
			return nil
		}
	case bool:
		if !v {
			return nil
		}
	case float64:
		if v == 0 {
			return nil
		}
	}
	return v
}

// renameColumn gives a column another name wherever it is mentioned.
func (w *world) renameColumn(u *unitModel, t *tableModel, from, to string) {
	name := func(s *string) {
		if *s == from {
			*s = to
		}
	}
	names := func(list []string) {
		for i := range list {
			name(&list[i])
		}
	}
	expr := func(s *string) { *s = strings.ReplaceAll(*s, "@{"+from+"}", "@{"+to+"}") }
	for _, c := range t.Columns {
		name(&c.Name)
		expr(&c.Generated)
	}
	names(t.Key)
	for _, c := range t.Checks {
		expr(&c.Expr)
	}
	for _, i := range t.Indexes {
		for n := range i.Parts {
			name(&i.Parts[n].Column)
			expr(&i.Parts[n].Expr)
		}
		names(i.Include)
		expr(&i.Where)
	}
	for _, k := range t.Uniques {
		names(k.Columns)
		names(k.Include)
	}
	for _, x := range t.Exclusions {
		for n := range x.Parts {
			name(&x.Parts[n].Column)
			expr(&x.Parts[n].Expr)
		}
		expr(&x.Where)
	}
	for _, p := range t.Policies {
		expr(&p.Using)
		expr(&p.Check)
	}
	for _, r := range t.References {
		name(&r.Column)
	}
	w.referrers(u, t, func(_ *tableModel, r *referenceModel) { name(&r.RefColumn) })
}

// renameTable gives a table another name wherever it is mentioned.
func (w *world) renameTable(u *unitModel, t *tableModel, to string) {
	w.referrers(u, t, func(_ *tableModel, r *referenceModel) { r.RefTable = to })
	t.Name = to
}

// referrers calls do for every reference to a table.
func (w *world) referrers(u *unitModel, t *tableModel, do func(*tableModel, *referenceModel)) {
	for _, other := range w.Units {
		for _, from := range other.Tables {
			for _, r := range from.References {
				if w.target(other, r) == t {
					do(from, r)
				}
			}
		}
	}
}

// remove takes from a list what drop is true for.
func remove[T any](list []T, drop func(T) bool) []T { return slices.DeleteFunc(list, drop) }
