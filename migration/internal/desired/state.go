package desired

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"ariga.io/atlas/sql/postgres"
	"ariga.io/atlas/sql/schema"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration/entpg"
	"github.com/elizago/elizago/migration/internal/catalog"
)

// State is the desired state of all schema owners.
type State struct {
	Realm *schema.Realm
	Units []Unit
}

// Unit is one schema owner with its part of the realm.
type Unit struct {
	resolved
	// Model is nil without tables.
	Model    *schema.Schema
	Renderer *Renderer
	// Declared is the DDL that creates everything from nothing, in order; Text
	// is the same as a script.
	Declared   []Statement
	Text       string
	Extensions []string
	Data       []core.DataMigration
}

// New returns the desired state. It needs no server, and equal declarations
// give equal texts on every run and machine.
func New(ctx context.Context, units []Declaration) (*State, error) {
	ordered, err := resolve(units)
	if err != nil {
		return nil, err
	}
	realm, err := desiredRealm(ctx, ordered)
	if err != nil {
		return nil, err
	}
	d := &State{Realm: realm}
	for _, u := range ordered {
		du := Unit{resolved: u}
		if s, ok := realm.Schema(u.Namespace); ok && len(u.Schema.Tables) > 0 {
			du.Model, du.Renderer = s, &Renderer{plugin: u.Plugin, schema: s}
			if du.Declared, err = du.Renderer.Build(ctx); err != nil {
				return nil, err
			}
			if err := checkSingle(u.Plugin, du.Declared); err != nil {
				return nil, err
			}
			du.Text = text(du.Declared)
			du.Extensions = extensionsOf(u, s)
		}
		for _, m := range u.Schema.Data {
			if m.Name == "" || m.Run == nil {
				return nil, fmt.Errorf("migration: data migration %q of plugin %q lacks its Name or its Run: set both", m.Name, u.Plugin)
			}
			if m.Position != core.BeforeSchema && m.Position != core.AfterSchema {
				return nil, fmt.Errorf("migration: data migration %q of plugin %q has the position %d: use core.BeforeSchema or core.AfterSchema", m.Name, u.Plugin, m.Position)
			}
			if slices.ContainsFunc(du.Data, func(o core.DataMigration) bool { return o.Name == m.Name }) {
				return nil, fmt.Errorf("migration: plugin %q has two data migrations %q: give each a name of its own", u.Plugin, m.Name)
			}
			du.Data = append(du.Data, m)
		}
		d.Units = append(d.Units, du)
	}
	return d, nil
}

// extensionsOf returns the extensions that a schema owner needs: those that it
// declares, and pgvector if it has a vector.
func extensionsOf(u resolved, s *schema.Schema) []string {
	var names []string
	for _, x := range u.Schema.Annotations {
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
	typ, ok := Attr[*postgres.IndexType](i.Attrs)
	return ok && slices.Contains([]string{"HNSW", "IVFFLAT"}, strings.ToUpper(typ.T))
}

// Hash returns the hash that history stores for a schema owner. It covers
// everything that could change the resulting tables, including the versions of
// the libraries that render the SQL and of the server.
func (u *Unit) Hash(v Versions) string {
	h := sha256.New()
	fmt.Fprintf(h, "elizago %s\nent %s\natlas %s\nserver %s\nnamespace %s\n", v.Elizago, v.Ent, v.Atlas, v.Server, u.Namespace)
	for _, name := range u.Extensions {
		fmt.Fprintf(h, "extension %s\n", name)
	}
	h.Write([]byte(u.Text))
	return hex.EncodeToString(h.Sum(nil))
}

// Hash returns the hash of all schema owners.
func (d *State) Hash(v Versions) string {
	h := sha256.New()
	for i := range d.Units {
		fmt.Fprintf(h, "%s %s\n", d.Units[i].Plugin, d.Units[i].Hash(v))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Scope returns the scope of all declared objects.
func (d *State) Scope() catalog.Scope {
	var s catalog.Scope
	for i := range d.Units {
		u := &d.Units[i]
		if u.Model == nil {
			continue
		}
		for _, k := range u.Renderer.objects() {
			s.Add(k)
		}
		for _, name := range u.Extensions {
			s.NeededIn, s.Extensions = append(s.NeededIn, u.Model.Name), append(s.Extensions, name)
		}
	}
	return s
}

// Owner returns the schema owner of a namespace.
func (d *State) Owner(namespace string) *Unit {
	for i := range d.Units {
		if d.Units[i].Namespace == namespace && d.Units[i].Model != nil {
			return &d.Units[i]
		}
	}
	return nil
}

// AddStorages adds the declared storage of each column to the owned objects.
// The catalog lists it only if it differs from the type's default; so a storage
// set by hand is reverted there, too.
func (d *State) AddStorages(o catalog.Owned) {
	for i := range d.Units {
		u := &d.Units[i]
		if u.Model == nil {
			continue
		}
		for _, k := range u.Renderer.objects() {
			if k.Kind == catalog.Storage && o[k.TableKey()] {
				o[k] = true
			}
		}
	}
}

// EachTable calls f for every declared table.
func (d *State) EachTable(f func(u *Unit, t *schema.Table)) {
	for i := range d.Units {
		if d.Units[i].Model != nil {
			for _, t := range d.Units[i].Model.Tables {
				f(&d.Units[i], t)
			}
		}
	}
}

// Position returns the place of an object in the order in which the desired state
// is built.
func (d *State) Position(k catalog.Key) int {
	n := 0
	for i := range d.Units {
		for _, s := range d.Units[i].Declared {
			if s.Key == k {
				return n
			}
			n++
		}
	}
	return n
}
