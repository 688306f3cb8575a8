package entpg

import (
	"fmt"

	"github.com/elizago/elizago/core"
)

// Column describes a field to ColumnAnnotations. It is for cmd/entgen.
type Column struct {
	Table string
	Name  string

	// Integer reports whether the Go type is an integer.
	Integer bool

	// Optional reports whether the field is nullable and needs no value on
	// create.
	Optional bool

	// Default reports whether the ORM or the database has a default.
	Default bool

	// Key reports whether the field is the schema's "id".
	Key bool
}

// ColumnAnnotations returns what the annotations of an ent field declare, or an
// error for the first mistake. It is for cmd/entgen.
func ColumnAnnotations(c Column, annotations map[string]any) ([]core.SchemaAnnotation, error) {
	d, err := decode(annotations)
	if err != nil {
		return nil, c.wrong("%w", err)
	}
	if name := d.ofSchema(); name != "" {
		return nil, c.wrong("%s belongs to the schema's Annotations, not to a field's: move it", name)
	}
	if err := d.agree(c); err != nil {
		return nil, err
	}
	var all []checked
	for _, x := range d.References {
		x.Table, x.Column = c.Table, c.Name
		all = append(all, &x)
	}
	for _, x := range d.Generated {
		x.Table, x.Column = c.Table, c.Name
		all = append(all, &x)
	}
	for _, x := range d.Identity {
		x.Table, x.Column = c.Table, c.Name
		all = append(all, &x)
	}
	for _, x := range d.Enums {
		x.Table, x.Column = c.Table, c.Name
		all = append(all, &x)
	}
	for _, x := range d.Stored {
		x.Table, x.Column = c.Table, c.Name
		all = append(all, &x)
	}
	for _, x := range d.RenamedValues {
		x.Table, x.Column = c.Table, c.Name
		all = append(all, &x)
	}
	for _, from := range distinct(d.Renamed) {
		all = append(all, &Renamed{Table: c.Table, Column: c.Name, From: from})
	}
	return validated(all)
}

// agree checks the declarations of a field against the field.
func (d declared) agree(c Column) error {
	for _, r := range d.References {
		if r.OnDelete == SetNull || r.OnUpdate == SetNull {
			if !c.Optional {
				return c.wrong("its reference sets it to NULL, and it is NOT NULL: make the field Optional, or choose another action")
			}
		}
	}
	switch {
	case len(d.RenamedValues) > 0 && len(d.Enums) == 0:
		return c.wrong("it declares ValueRenamedFrom and is no Enum: leave the hint out")
	case len(d.Generated) > 1:
		return c.wrong("it is Generated twice: leave one out")
	case len(d.Identity) > 1:
		return c.wrong("it is an Identity twice: leave one out")
	case len(d.Stored) > 1:
		return c.wrong("it has ColumnStorage twice: leave one out")
	case len(d.Generated) > 0 && len(d.Identity) > 0:
		return c.wrong("it is both Generated and an Identity: leave one out")
	case len(d.Generated) > 0 && c.Default:
		return c.wrong("it is Generated and has a default: leave the default out")
	case len(d.Generated) > 0 && !c.Optional:
		return c.wrong("PostgreSQL computes it, and the ORM demands a value: make the field Optional")
	case len(d.Identity) > 0 && !c.Integer:
		return c.wrong("it is an Identity and no integer: use field.Int64, field.Int32 or field.Int16")
	case len(d.Identity) > 0 && c.Default:
		return c.wrong("it is an Identity and has a default: leave the default out")
	case len(d.Identity) > 0 && !c.Optional && !c.Key:
		return c.wrong("PostgreSQL counts it up, and the ORM demands a value: make the field Optional")
	}
	return nil
}

// wrong returns an error about the column.
func (c Column) wrong(format string, args ...any) error {
	return fmt.Errorf("entpg: column %q of table %q: "+format, append([]any{c.Name, c.Table}, args...)...)
}
