package migration_test

import (
	"slices"

	"github.com/elizago/elizago/migration/entpg"
)

// index draws an index over columns of a table; none where no column can be
// indexed.
func (d draw) index(t *tableModel, name string) []*indexModel {
	var all []indexedPart
	var methods []string
	for _, c := range t.Columns {
		for _, p := range c.parts() {
			all = append(all, p)
			if !slices.Contains(methods, p.using) {
				methods = append(methods, p.using)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	x := &indexModel{Index: entpg.Index{Name: name, Using: pick(d, methods)}}
	all = remove(all, func(p indexedPart) bool { return p.using != x.Using })
	n := 1
	if x.Using == "btree" || x.Using == "gin" || x.Using == "brin" {
		n = d.between(1, 3)
	}
	for range n {
		p := pick(d, all).Part
		if x.Using == "btree" {
			p.Desc = d.chance(20)
			p.Nulls = pick(d, []entpg.Nulls{"", "", entpg.NullsFirst, entpg.NullsLast})
		}
		if !slices.Contains(x.Parts, p) {
			x.Parts = append(x.Parts, p)
		}
	}
	if x.Using == "btree" {
		d.btree(t, x)
	}
	if d.chance(30) {
		c := pick(d, t.Columns)
		x.Where = pick(d, append(c.conditions(), at(isNotNull, c.Name)))
	}
	d.parameters(x)
	if x.Using == "btree" && d.chance(50) {
		x.Using = ""
	}
	x.Ent = x.plain() && d.chance(60)
	return []*indexModel{x}
}

func (d draw) btree(t *tableModel, x *indexModel) {
	x.Unique = d.chance(40)
	x.NullsNotDistinct = x.Unique && d.chance(30)
	if d.chance(20) {
		x.Include = []string{pick(d, t.Columns).Name}
	}
}

func (d draw) parameters(x *indexModel) {
	if !d.chance(40) {
		return
	}
	switch x.Using {
	case "btree", "hash":
		x.With = map[string]string{"fillfactor": pick(d, []string{"70", "80"})}
	case "gin":
		x.With = map[string]string{"fastupdate": pick(d, []string{"off", "on"})}
	case "brin":
		x.With = map[string]string{"pages_per_range": pick(d, []string{"64", "32"})}
	case "ivfflat":
		x.With = map[string]string{"lists": pick(d, []string{"10", "20"})}
	case "hnsw":
		x.With = map[string]string{"m": pick(d, []string{"8", "12"})}
		if d.chance(50) {
			x.With["ef_construction"] = pick(d, []string{"32", "40"})
		}
	}
}

// plain says whether ent has words for the index.
func (x *indexModel) plain() bool {
	for i, p := range x.Parts {
		if p.Column == "" || p.Collation != "" || p.Nulls != "" {
			return false
		}
		for _, other := range x.Parts[:i] {
			if other.Column == p.Column {
				return false // its annotations go by column
			}
		}
	}
	return len(x.With) == 0 && !x.NullsNotDistinct
}

func (d draw) unique(t *tableModel, name string) *entpg.UniqueKey {
	x := &entpg.UniqueKey{Name: name, NullsNotDistinct: d.chance(20), Deferral: d.deferral()}
	for range d.between(1, 2) {
		if c := pick(d, t.Columns).Name; !slices.Contains(x.Columns, c) {
			x.Columns = append(x.Columns, c)
		}
	}
	if d.chance(20) {
		x.Include = []string{pick(d, t.Columns).Name}
	}
	return x
}

func (d draw) deferral() entpg.Deferral {
	return pick(d, []entpg.Deferral{"", "", entpg.Deferrable, entpg.InitiallyDeferred})
}

// exclusion draws an exclusion constraint; none where no column can be in one.
func (d draw) exclusion(t *tableModel, name string) []*entpg.Exclusion {
	var parts []entpg.ExclusionPart
	for _, c := range t.Columns {
		parts = append(parts, c.exclusions()...)
	}
	if len(parts) == 0 {
		return nil
	}
	x := &entpg.Exclusion{Name: name, Using: pick(d, []string{"", "gist"}), Deferral: d.deferral()}
	for range d.between(1, 2) {
		if p := pick(d, parts); !slices.Contains(x.Parts, p) {
			x.Parts = append(x.Parts, p)
		}
	}
	if d.chance(30) {
		x.Where = pick(d, pick(d, t.Columns).conditions())
	}
	return []*entpg.Exclusion{x}
}

// reference draws a foreign key to something unique, of its own schema owner
// or, for "two", of another. Where no column has the right type it adds one.
func (d draw) reference(w *world, u *unitModel, t *tableModel, name string) []*referenceModel {
	type target struct {
		unit, table string
		column      *columnModel
	}
	var targets []target
	for _, other := range w.Units {
		if other != u && u.Name != "two" {
			continue
		}
		for _, to := range other.Tables {
			for _, c := range to.Columns {
				if to.uniquely(c.Name) && !c.Enum {
					targets = append(targets, target{other.Name, to.Name, c})
				}
			}
		}
	}
	if len(targets) == 0 {
		return nil
	}
	to := pick(d, targets)
	var columns []string
	for _, c := range t.Columns {
		if c.Type == to.column.Type && !c.Enum && c.Generated == "" {
			columns = append(columns, c.Name)
		}
	}
	if len(columns) == 0 || d.chance(60) {
		if n := unused(d, columnNames, func(n string) bool { return t.column(n) != nil }); n != "" {
			t.Columns = append(t.Columns, &columnModel{Name: n, Type: to.column.Type, Nullable: d.chance(60)})
			columns = []string{n}
		}
	}
	if len(columns) == 0 {
		return nil
	}
	x := &referenceModel{Ent: d.chance(50)}
	x.Name, x.Column, x.RefTable, x.RefColumn = name, pick(d, columns), to.table, to.column.Name
	if to.unit != u.Name || d.chance(30) {
		x.RefNamespace = to.unit
	}
	actions := []entpg.Action{entpg.Cascade, entpg.NoAction, entpg.Restrict, entpg.SetNull, entpg.SetDefault}
	x.OnDelete = pick(d, actions)
	x.OnUpdate = pick(d, append([]entpg.Action{""}, actions...))
	if !x.Ent {
		x.Deferral = d.deferral()
	}
	return []*referenceModel{x}
}

// uniquely says whether a foreign key may refer to the column alone.
func (t *tableModel) uniquely(column string) bool {
	if c := t.column(column); c == nil || c.Generated != "" {
		return false
	}
	if len(t.Key) == 1 && t.Key[0] == column {
		return true
	}
	for _, k := range t.Uniques {
		if k.Deferral == "" && len(k.Columns) == 1 && k.Columns[0] == column {
			return true
		}
	}
	for _, x := range t.Indexes {
		if x.Unique && x.Where == "" && len(x.Parts) == 1 && x.Parts[0] == (entpg.Part{Column: column}) {
			return true
		}
	}
	return t.column(column).Unique
}
