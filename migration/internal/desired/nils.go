package desired

import (
	"fmt"
	"reflect"
	"slices"

	entschema "entgo.io/ent/dialect/sql/schema"
)

// checkNils rejects nil in the descriptions of tables and in annotations, where
// the libraries would panic, and foreign keys without columns.
func checkNils(u Declaration) error {
	wrong := func(format string, args ...any) error {
		return fmt.Errorf("migration: plugin %q: "+format+": generate the client again, or leave it out", append([]any{u.Plugin}, args...)...)
	}
	for i, t := range u.Schema.Tables {
		if t == nil {
			return wrong("table %d of %d is nil", i+1, len(u.Schema.Tables))
		}
		switch {
		case slices.Contains(t.Columns, nil):
			return wrong("table %q has a column that is nil", t.Name)
		case slices.Contains(t.PrimaryKey, nil):
			return wrong("table %q has a nil column in its primary key", t.Name)
		case slices.Contains(t.Indexes, nil):
			return wrong("table %q has an index that is nil", t.Name)
		case slices.Contains(t.ForeignKeys, nil):
			return wrong("table %q has a foreign key that is nil", t.Name)
		}
		for _, c := range t.PrimaryKey {
			if !slices.Contains(t.Columns, c) {
				return wrong("column %q of the primary key of table %q is no column of it", c.Name, t.Name)
			}
		}
		for _, x := range t.Indexes {
			if c := otherThan(t, x.Columns); c != "" {
				return wrong("index %q of table %q has %s", x.Name, t.Name, c)
			}
		}
		for _, fk := range t.ForeignKeys {
			if c := otherThan(t, fk.Columns); c != "" {
				return wrong("foreign key %q of table %q has %s", fk.Symbol, t.Name, c)
			}
			if len(fk.Columns) == 0 || len(fk.Columns) != len(fk.RefColumns) || slices.Contains(fk.RefColumns, nil) {
				return wrong("foreign key %q of table %q does not refer to one column by each of its own", fk.Symbol, t.Name)
			}
		}
	}
	for i, x := range u.Schema.Annotations {
		if v := reflect.ValueOf(x); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
			return wrong("annotation %d of %d is nil", i+1, len(u.Schema.Annotations))
		}
	}
	return nil
}

// otherThan describes the first of the columns that is none of the table's, or
// returns "".
func otherThan(t *entschema.Table, columns []*entschema.Column) string {
	for _, c := range columns {
		if c == nil {
			return "a column that is nil"
		}
		if !slices.Contains(t.Columns, c) {
			return fmt.Sprintf("column %q, which is no column of the table", c.Name)
		}
	}
	return ""
}
