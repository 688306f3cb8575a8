package entpg

import (
	"encoding/json"
	"fmt"
	"slices"

	"entgo.io/ent/schema"

	"github.com/elizago/elizago/core"
)

// annotationName keys this package's declarations among ent's annotations.
const annotationName = "ElizagoPG"

// declared is the annotation behind Indexes, References, Generated and
// PrimaryKey: everything that one field or one schema declares. It goes
// through JSON on its way from the schema to the code generator.
type declared struct {
	Indexes    []Index           `json:",omitempty"`
	References []Reference       `json:",omitempty"`
	Generated  []GeneratedColumn `json:",omitempty"`
	Key        []string          `json:",omitempty"`
}

// Name implements schema.Annotation.
func (declared) Name() string { return annotationName }

// Merge implements schema.Merger, so that a schema may use several of this
// package's annotations, and a mixin may add some.
func (d declared) Merge(other schema.Annotation) schema.Annotation {
	o, ok := other.(declared)
	if !ok {
		return d
	}
	d.Indexes = append(slices.Clip(d.Indexes), o.Indexes...)
	d.References = append(slices.Clip(d.References), o.References...)
	d.Generated = append(slices.Clip(d.Generated), o.Generated...)
	if len(o.Key) > 0 {
		d.Key = o.Key
	}
	return d
}

// TableExtras are the extras that a table's annotations declare, as the code
// generator holds them. It is for cmd/entgen.
func TableExtras(table string, annotations map[string]any) ([]core.SchemaExtra, error) {
	d, err := decode(annotations)
	if err != nil {
		return nil, fmt.Errorf("entpg: table %q: %w", table, err)
	}
	if len(d.References) > 0 || len(d.Generated) > 0 {
		return nil, fmt.Errorf("entpg: table %q: References and Generated belong to a field's Annotations, not to the schema's", table)
	}
	var out []core.SchemaExtra
	if len(d.Key) > 0 {
		if len(d.Key) < 2 {
			return nil, fmt.Errorf("entpg: table %q: PrimaryKey wants two columns or more; for one, name the field with StorageKey", table)
		}
		out = append(out, &CompositeKey{Table: table, Columns: d.Key})
	}
	for _, i := range d.Indexes {
		i.Table = table
		if err := i.validate(); err != nil {
			return nil, err
		}
		out = append(out, &i)
	}
	return out, nil
}

// ColumnExtras are the extras that a field's annotations declare. It is for
// cmd/entgen.
func ColumnExtras(table, column string, annotations map[string]any) ([]core.SchemaExtra, error) {
	d, err := decode(annotations)
	if err != nil {
		return nil, fmt.Errorf("entpg: column %q of table %q: %w", column, table, err)
	}
	if len(d.Indexes) > 0 || len(d.Key) > 0 {
		return nil, fmt.Errorf("entpg: column %q of table %q: Indexes and PrimaryKey belong to the schema's Annotations, not to a field's", column, table)
	}
	var out []core.SchemaExtra
	for _, r := range d.References {
		r.Table, r.Column = table, column
		if err := r.validate(); err != nil {
			return nil, err
		}
		out = append(out, &r)
	}
	for _, g := range d.Generated {
		g.Table, g.Column = table, column
		if g.Expr == "" {
			return nil, fmt.Errorf("entpg: column %q of table %q: Generated wants an expression", column, table)
		}
		out = append(out, &g)
	}
	return out, nil
}

func decode(annotations map[string]any) (declared, error) {
	raw, ok := annotations[annotationName]
	if !ok {
		return declared{}, nil
	}
	text, err := json.Marshal(raw)
	if err != nil {
		return declared{}, fmt.Errorf("read annotation: %w", err)
	}
	var d declared
	if err := json.Unmarshal(text, &d); err != nil {
		return declared{}, fmt.Errorf("read annotation: %w", err)
	}
	return d, nil
}

func (i *Index) validate() error {
	switch {
	case i.Name == "":
		return fmt.Errorf("entpg: table %q: an index has no Name", i.Table)
	case len(i.Parts) == 0:
		return fmt.Errorf("entpg: table %q: index %q has no Parts", i.Table, i.Name)
	}
	for n, p := range i.Parts {
		if (p.Column == "") == (p.Expr == "") {
			return fmt.Errorf("entpg: table %q: part %d of index %q wants either Column or Expr", i.Table, n+1, i.Name)
		}
	}
	return nil
}

func (r *Reference) validate() error {
	switch {
	case r.RefTable == "" || r.RefColumn == "":
		return fmt.Errorf("entpg: column %q of table %q: References wants a table and a column", r.Column, r.Table)
	case r.OnDelete == "":
		return fmt.Errorf("entpg: column %q of table %q: References wants to know what happens on delete", r.Column, r.Table)
	}
	return nil
}
