package migration

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"

	"ariga.io/atlas/sql/postgres"
	"ariga.io/atlas/sql/schema"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration/entpg"
)

// desired is what the units declare, ready to be compared.
type desired struct {
	realm *schema.Realm
	units []desiredUnit
}

// desiredUnit is one unit with its own part of the realm.
type desiredUnit struct {
	resolved
	// schema is nil for a unit without tables.
	schema *schema.Schema
	author *author
	// declared is the DDL that makes the unit from nothing, in order; text is
	// the same as a script.
	declared   []declaration
	text       string
	extensions []string
	data       []core.DataMigration
}

// newDesired builds the desired state. It asks no server, and equal units give
// equal texts on every run and machine.
func newDesired(ctx context.Context, units []Unit) (*desired, error) {
	ordered, err := resolve(units)
	if err != nil {
		return nil, err
	}
	realm, err := desiredRealm(ctx, ordered)
	if err != nil {
		return nil, err
	}
	d := &desired{realm: realm}
	for _, u := range ordered {
		du := desiredUnit{resolved: u}
		if s, ok := realm.Schema(u.namespace); ok && len(u.Schema.Tables) > 0 {
			du.schema, du.author = s, &author{plugin: u.Plugin, schema: s}
			if du.declared, err = du.author.build(ctx); err != nil {
				return nil, err
			}
			du.text = text(du.declared)
			du.extensions = extensionsOf(u, s)
		}
		for _, m := range u.Schema.Data {
			if m.Name == "" || m.Run == nil {
				return nil, fmt.Errorf("migration: data migration %q of plugin %q lacks its Name or its Run: set both", m.Name, u.Plugin)
			}
			if m.Position != core.BeforeSchema && m.Position != core.AfterSchema {
				return nil, fmt.Errorf("migration: data migration %q of plugin %q has the position %d: use core.BeforeSchema or core.AfterSchema", m.Name, u.Plugin, m.Position)
			}
			if slices.ContainsFunc(du.data, func(o core.DataMigration) bool { return o.Name == m.Name }) {
				return nil, fmt.Errorf("migration: plugin %q has two data migrations %q: give each a name of its own", u.Plugin, m.Name)
			}
			du.data = append(du.data, m)
		}
		d.units = append(d.units, du)
	}
	return d, nil
}

// extensionsOf are the extensions that a unit needs: those that it declares,
// and pgvector where it has a vector.
func extensionsOf(u resolved, s *schema.Schema) []string {
	var names []string
	for _, x := range u.Schema.Extras {
		if x, ok := x.(*entpg.Extension); ok {
			names = append(names, x.Name)
		}
	}
	for _, t := range s.Tables {
		if slices.ContainsFunc(t.Columns, isVector) || slices.ContainsFunc(t.Indexes, overVectors) {
			names = append(names, "vector")
			break
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func isVector(c *schema.Column) bool {
	typ, _ := postgres.FormatType(c.Type.Type)
	name, _, _ := strings.Cut(strings.TrimSuffix(typ, "[]"), "(")
	return slices.Contains([]string{"vector", "halfvec", "sparsevec"}, strings.TrimSpace(name))
}

func overVectors(i *schema.Index) bool {
	typ, ok := attribute[*postgres.IndexType](i.Attrs)
	return ok && slices.Contains([]string{"HNSW", "IVFFLAT"}, strings.ToUpper(typ.T))
}

// hash is what history remembers a unit by. It covers everything that could
// make the same tables come out different: the versions of what writes the SQL
// and of the server that reads it.
func (u *desiredUnit) hash(v versions) string {
	h := sha256.New()
	fmt.Fprintf(h, "elizago %s\nent %s\natlas %s\nserver %s\nnamespace %s\n", v.Elizago, v.Ent, v.Atlas, v.Server, u.namespace)
	for _, name := range u.extensions {
		fmt.Fprintf(h, "extension %s\n", name)
	}
	h.Write([]byte(u.text))
	return hex.EncodeToString(h.Sum(nil))
}

// hash is that of all units together.
func (d *desired) hash(v versions) string {
	h := sha256.New()
	for i := range d.units {
		fmt.Fprintf(h, "%s %s\n", d.units[i].Plugin, d.units[i].hash(v))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// scope names everything that the units declare.
func (d *desired) scope() catalog.Scope {
	var s catalog.Scope
	for i := range d.units {
		u := &d.units[i]
		if u.schema == nil {
			continue
		}
		for _, t := range u.schema.Tables {
			s.AddTable(u.schema.Name, t.Name)
		}
		for _, o := range u.schema.Objects {
			if e, ok := o.(*schema.EnumType); ok {
				s.AddType(u.schema.Name, e.T)
			}
		}
		for _, name := range u.extensions {
			s.NeededIn, s.Extensions = append(s.NeededIn, u.schema.Name), append(s.Extensions, name)
		}
	}
	return s
}

// unitOf is the unit that owns a namespace.
func (d *desired) unitOf(namespace string) *desiredUnit {
	for i := range d.units {
		if d.units[i].namespace == namespace && d.units[i].schema != nil {
			return &d.units[i]
		}
	}
	return nil
}

// addStorages adds the storage of each column that declares one to what is owned.
// The catalogue lists it only where it is not what the column's type has by
// itself; so what somebody sets by hand is taken back there, too.
func (d *desired) addStorages(o catalog.Owned) {
	for i := range d.units {
		u := &d.units[i]
		if u.schema == nil {
			continue
		}
		for _, k := range u.author.objects() {
			if k.Kind == catalog.Storage && o[k.TableKey()] {
				o[k] = true
			}
		}
	}
}

// eachTable calls f for every table of the units.
func (d *desired) eachTable(f func(u *desiredUnit, t *schema.Table)) {
	for i := range d.units {
		if d.units[i].schema != nil {
			for _, t := range d.units[i].schema.Tables {
				f(&d.units[i], t)
			}
		}
	}
}
