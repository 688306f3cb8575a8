package desired

import (
	"ariga.io/atlas/sql/schema"

	"github.com/elizago/elizago/migration/entpg"
)

// What Atlas has no word for travels through its model as attributes of ours:
// its planner, and its HCL, pass over attributes that they do not know.

// indexParameters are an index's WITH (...).
type indexParameters struct {
	schema.Attr
	with map[string]string
}

// deferral is a foreign key's.
type deferral struct {
	schema.Attr
	when entpg.Deferral
}

// storage is how a column's values are stored.
type storage struct {
	schema.Attr
	mode entpg.StorageMode
}

// Annotations is what a table has beyond columns, keys, checks and indexes.
type Annotations struct {
	schema.Attr
	Uniques    []*entpg.UniqueKey
	exclusions []*entpg.Exclusion
	security   *entpg.RowSecurity
	policies   []*entpg.Policy
	options    map[string]string
	Online     map[string]bool
	// renamedFrom is the table's old name, "" when it has none; columns maps
	// the names of columns to their old ones.
	RenamedFrom string
	Columns     map[string]string
}

// AnnotationsOf is a table's tableExtras, made where there is none.
func AnnotationsOf(t *schema.Table) *Annotations {
	for _, a := range t.Attrs {
		if x, ok := a.(*Annotations); ok {
			return x
		}
	}
	x := &Annotations{options: map[string]string{}, Online: map[string]bool{}, Columns: map[string]string{}}
	t.AddAttrs(x)
	return x
}

// Attr is the first attribute of type T, and whether there is one.
func Attr[T schema.Attr](attrs []schema.Attr) (T, bool) {
	for _, a := range attrs {
		if x, ok := a.(T); ok {
			return x, true
		}
	}
	var none T
	return none, false
}
