package entpg

import (
	"fmt"
	"slices"

	"entgo.io/ent/dialect"
	"entgo.io/ent/schema/field"
)

// EnumType is an enum type of PostgreSQL, in the plugin's namespace, and a
// column of that type. Columns may share a type if they declare the same
// values. Values are added and removed like other objects: removing one affects
// the rows that hold it.
//
//	CREATE TYPE "mood" AS ENUM ('sad', 'fine', 'happy');
//	"mood" mood NOT NULL
type EnumType struct {
	// Table and Column are set by cmd/entgen.
	Table  string
	Column string

	// Name is the type's, unique among the types and tables of the
	// namespace, at most 63 bytes.
	Name string

	// Values are the values in sort order. At least one, each at most 63 bytes.
	Values []string
}

// TableName implements core.SchemaAnnotation.
func (e *EnumType) TableName() string { return e.Table }

// Enum returns a column of a PostgreSQL enum type. The generated Go type has a
// constant for each value, so values consist of letters, digits, spaces, - and
// _. typeName is the type's name in PostgreSQL, in lower case.
//
//	entpg.Enum("mood", "mood_type", "sad", "fine", "happy").Default("fine")
//
//	CREATE TYPE "mood_type" AS ENUM ('sad', 'fine', 'happy');
//	"mood" mood_type NOT NULL DEFAULT 'fine'
func Enum(name, typeName string, values ...string) *Field {
	return &Field{desc: field.Enum(name).
		Values(values...).
		SchemaType(map[string]string{dialect.Postgres: typeName}).
		Annotations(declared{Enums: []EnumType{{Name: typeName, Values: values}}}).
		Descriptor()}
}

func (e *EnumType) validate() error {
	wrong := func(format string, args ...any) error {
		return fmt.Errorf("entpg: column %q of table %q: "+format, append([]any{e.Column, e.Table}, args...)...)
	}
	if err := checkName(e.Table, fmt.Sprintf("the type of column %q", e.Column), e.Name); err != nil {
		return err
	}
	switch {
	case !bare.MatchString(e.Name):
		return wrong("its type is called %q, which would have to be quoted everywhere: use lower-case letters, digits and _", e.Name)
	case len(e.Values) == 0:
		return wrong("the type %q has no values: give it one or more", e.Name)
	}
	for i, v := range e.Values {
		switch {
		case v == "":
			return wrong("value %d of the type %q is empty: name it", i+1, e.Name)
		case len(v) > maxName:
			return wrong("the value %q of the type %q has %d bytes and PostgreSQL takes %d: give it a shorter one", v, e.Name, len(v), maxName)
		case slices.Contains(e.Values[:i], v):
			return wrong("the type %q has the value %q twice: leave one out", e.Name, v)
		}
	}
	return nil
}
