package desired

import (
	"ariga.io/atlas/sql/schema"

	"github.com/elizago/elizago/migration/entpg"
)

// Features that Atlas lacks are attributes in its model: its planner, and its
// HCL, ignore unknown attributes.

// indexParameters are the WITH (...) of an index.
type indexParameters struct {
	schema.Attr
	with map[string]string
}

// deferral is the deferral of a foreign key.
type deferral struct {
	schema.Attr
	when entpg.Deferral
}

// storage is the storage mode of a column.
type storage struct {
	schema.Attr
	mode entpg.StorageMode
}

// Annotations holds a table's objects beyond columns, keys, checks and indexes.
type Annotations struct {
	schema.Attr
	Uniques    []*entpg.UniqueKey
	exclusions []*entpg.Exclusion
	security   *entpg.RowSecurity
	policies   []*entpg.Policy
	options    map[string]string
	Online     map[string]bool
	// RenamedFrom are the table's old names; Columns maps the names of columns
	// to their old ones.
	RenamedFrom []string
	Columns     map[string][]string
	// Values are the renamed values of the enum types of its columns.
	Values []*entpg.RenamedValue
}

// AnnotationsOf returns a table's Annotations, adding them if there are none.
func AnnotationsOf(t *schema.Table) *Annotations {
	for _, a := range t.Attrs {
		if x, ok := a.(*Annotations); ok {
			return x
		}
	}
	x := &Annotations{options: map[string]string{}, Online: map[string]bool{}, Columns: map[string][]string{}}
	t.AddAttrs(x)
	return x
}

// Attr returns the first attribute of type T, and whether there is one.
func Attr[T schema.Attr](attrs []schema.Attr) (T, bool) {
	for _, a := range attrs {
		if x, ok := a.(T); ok {
			return x, true
		}
	}
	var none T
	return none, false
}
