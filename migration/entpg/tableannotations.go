package entpg

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/elizago/elizago/core"
)

// checked is an annotation that validates itself.
type checked interface {
	core.SchemaAnnotation
	validate() error
}

// TableAnnotations returns what the annotations of an ent schema declare, or an
// error for the first mistake. It is for cmd/entgen.
func TableAnnotations(table string, annotations map[string]any) ([]core.SchemaAnnotation, error) {
	d, err := decode(annotations)
	if err != nil {
		return nil, fmt.Errorf("entpg: table %q: %w", table, err)
	}
	if name := d.ofField(); name != "" {
		return nil, fmt.Errorf("entpg: table %q: %s belongs to a field's Annotations, not to the schema's: move it", table, name)
	}
	if d.ReadOnly && d.TableOnly {
		return nil, fmt.Errorf("entpg: table %q is ReadOnly and TableOnly: leave one out", table)
	}
	if d.StandIn {
		name := d.ofSchema()
		if len(d.Renamed) > 0 {
			name = "RenamedFrom"
		}
		if name != "" {
			return nil, fmt.Errorf("entpg: table %q belongs to another schema owner, and its stand-in declares %s: leave that to the table's owner", table, name)
		}
		return nil, nil
	}
	var all []checked
	if len(d.Key) > 0 {
		all = append(all, &CompositeKey{Table: table, Columns: d.Key})
	}
	for _, x := range d.Indexes {
		x.Table = table
		all = append(all, &x)
	}
	for _, x := range d.UniqueKeys {
		x.Table = table
		all = append(all, &x)
	}
	for _, x := range d.Exclusions {
		x.Table = table
		all = append(all, &x)
	}
	if d.Security != nil {
		all = append(all, &RowSecurity{Table: table, Force: d.Security.Force})
	}
	if len(d.Policies) > 0 && d.Security == nil {
		return nil, fmt.Errorf("entpg: table %q has the policy %q, and row-level security is off: add RowLevelSecurity()", table, d.Policies[0].Name)
	}
	for _, x := range d.Policies {
		x.Table = table
		all = append(all, &x)
	}
	if len(d.Storage) > 0 {
		all = append(all, &StorageParameters{Table: table, With: d.Storage})
	}
	for _, name := range distinct(d.Extensions) {
		all = append(all, &Extension{Table: table, Name: name})
	}
	for _, x := range d.Views {
		x.Name = cmp.Or(x.Name, table)
		all = append(all, &x)
	}
	if len(d.Online) > 0 {
		all = append(all, &OnlineObjects{Table: table, Names: distinct(d.Online)})
	}
	for _, from := range distinct(d.Renamed) {
		all = append(all, &Renamed{Table: table, From: from})
	}
	return validated(all)
}

// validated validates the declarations and returns them.
func validated(all []checked) ([]core.SchemaAnnotation, error) {
	var out []core.SchemaAnnotation
	for _, x := range all {
		if err := x.validate(); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// distinct returns the sorted list without duplicates: a mixin may repeat a
// name of the schema.
func distinct(list []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(list)))
}
