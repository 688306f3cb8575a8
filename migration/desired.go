package migration

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"ariga.io/atlas/sql/schema"
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
	// text is the SQL that makes the unit from nothing.
	text string
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
		du := desiredUnit{resolved: u, author: newAuthor(u)}
		if s, ok := realm.Schema(u.namespace); ok && len(u.Schema.Tables) > 0 {
			du.schema = s
			statements, err := du.author.statements(ctx, s.Name, creation(s))
			if err != nil {
				return nil, err
			}
			var b strings.Builder
			for _, st := range statements {
				b.WriteString(st.SQL)
				b.WriteString(";\n")
			}
			du.text = b.String()
		}
		d.units = append(d.units, du)
	}
	return d, nil
}

// hash is what history remembers a unit by. It covers everything that could
// make the same tables come out different: the versions of what writes the SQL
// and of the server that reads it.
func (u *desiredUnit) hash(v versions) string {
	h := sha256.New()
	fmt.Fprintf(h, "elizago %s\nent %s\natlas %s\nserver %s\nnamespace %s\n", v.Elizago, v.Ent, v.Atlas, v.Server, u.namespace)
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

// tables names every table that the units declare.
func (d *desired) tables() (namespaces, names []string) {
	for i := range d.units {
		if d.units[i].schema == nil {
			continue
		}
		for _, t := range d.units[i].schema.Tables {
			namespaces = append(namespaces, d.units[i].namespace)
			names = append(names, t.Name)
		}
	}
	return namespaces, names
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

// needsVector is the first unit with a vector, "" when there is none.
func (d *desired) needsVector() string {
	for i := range d.units {
		for _, word := range []string{"vector(", "halfvec(", "sparsevec(", "USING HNSW", "USING IVFFLAT"} {
			if strings.Contains(d.units[i].text, word) {
				return d.units[i].Plugin
			}
		}
	}
	return ""
}
