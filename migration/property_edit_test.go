package migration_test

import (
	"slices"

	"github.com/elizago/elizago/migration/entpg"
)

// pair draws A, and B: mostly A after a few edits, else another world.
func (d draw) pair() *pair {
	names := pick(d, [][]string{{"one"}, {"core"}, {"one", "two"}, {"core", "two"}})
	p := &pair{A: d.world(names)}
	if d.chance(15) {
		p.B = d.world(names)
	} else {
		p.B = clone(p.A)
		for range d.between(1, 8) {
			d.edit(p.B)
			p.B.clean()
		}
	}
	p.settleUnits()
	clearHints(p.A, p.B)
	p.Back = d.chance(25)
	return p
}

// settleUnits takes out of A what would keep B from being reached: references
// of a schema owner that B does not have, whose tables stay, to tables that B
// changes.
func (p *pair) settleUnits() {
	for _, u := range p.A.Units {
		if p.B.unit(u.Name) != nil {
			continue
		}
		for _, t := range u.Tables {
			t.References = remove(t.References, func(r *referenceModel) bool {
				return r.RefNamespace != "" && r.RefNamespace != u.Name
			})
		}
	}
	p.A.clean()
}

// edit changes one thing of a world.
func (d draw) edit(w *world) {
	u := pick(d, w.Units)
	t := pick(d, u.Tables)
	c := pick(d, t.Columns)
	edits := []func(){
		func() { d.retypeWithReferrers(w, u, t, c) },
		func() { d.addColumn(u, t) },
		func() { t.Columns = remove(t.Columns, func(x *columnModel) bool { return x == c }) },
		func() { d.renameColumn(w, u, t, c) },
		func() { c.Nullable = !c.Nullable },
		func() { d.redefault(c) },
		func() { d.recollate(c) },
		func() { c.Comment = pick(d, comments) },
		func() { c.Unique = !c.Unique },
		func() { d.columnStorage(c) },
		func() { d.regenerate(t, c) },
		func() { d.reidentify(c) },
		func() { d.editEnum(u) },
		func() { d.editEnum(u) },
		func() { d.addTable(w, u) },
		func() { d.dropTable(w, u, t) },
		func() { d.renameTable(w, u, t) },
		func() { t.Comment = pick(d, comments) },
		func() { d.key(t) },
		func() { d.rowSecurity(t) },
		func() { d.storage(t) },
		func() { d.addObject(w, u, t) },
		func() { d.addObject(w, u, t) },
		func() { d.dropObject(t) },
		func() { d.dropObject(t) },
		func() { d.alterObject(w, u, t) },
		func() { d.alterObject(w, u, t) },
		func() { d.alterObject(w, u, t) },
		func() { d.reuseName(w, u, t) },
		func() { t.Columns = shuffled(d, t.Columns) },
		func() { d.dropUnit(w) },
	}
	pick(d, edits)()
}

// retypeWithReferrers changes a column's type, within its family half the time.
// Columns with a foreign key to it follow.
func (d draw) retypeWithReferrers(w *world, u *unitModel, t *tableModel, c *columnModel) {
	if f := c.family(); len(f.types) > 1 && d.chance(50) {
		c.Type = pick(d, f.types)
	} else {
		d.retype(u, c)
	}
	w.referrers(u, t, func(from *tableModel, r *referenceModel) {
		if r.RefColumn == c.Name && !c.Enum {
			if x := from.column(r.Column); x != nil {
				x.Type, x.Enum = c.Type, false
			}
		}
	})
}

func (d draw) renameColumn(w *world, u *unitModel, t *tableModel, c *columnModel) {
	to := unused(d, columnNames, func(n string) bool { return t.column(n) != nil })
	if to == "" {
		return
	}
	from := c.Name
	w.renameColumn(u, t, from, to)
	if d.chance(80) {
		c.From = from
	}
}

func (d draw) renameTable(w *world, u *unitModel, t *tableModel) {
	to := unused(d, tableNames, func(n string) bool { return u.table(n) != nil })
	if to == "" {
		return
	}
	from := t.Name
	w.renameTable(u, t, to)
	if d.chance(80) {
		t.From = from
	}
}

func (d draw) regenerate(t *tableModel, c *columnModel) {
	if c.Generated != "" && d.chance(50) {
		c.Generated = ""
		return
	}
	if !slices.Contains(t.Key, c.Name) {
		d.generated(t, c)
	}
}

func (d draw) reidentify(c *columnModel) {
	if c.Identity != nil && d.chance(40) {
		c.Identity = nil
		return
	}
	c.Identity, c.Increment = &entpg.IdentityColumn{}, false
	d.identity(c)
}

// editEnum gives an enumeration a value more, one less, or another order.
func (d draw) editEnum(u *unitModel) {
	if len(u.Enums) == 0 {
		return
	}
	e := pick(d, u.Enums)
	switch d.between(0, 2) {
	case 0:
		if v := unused(d, labels, func(l string) bool { return slices.Contains(e.Values, l) }); v != "" {
			e.Values = slices.Insert(e.Values, d.between(0, len(e.Values)), v)
		}
	case 1:
		if v := pick(d, e.Values); v != "1" {
			e.Values = remove(e.Values, func(x string) bool { return x == v })
		}
	case 2:
		e.Values = shuffled(d, e.Values)
	}
}

func (d draw) dropTable(w *world, u *unitModel, t *tableModel) {
	if len(u.Tables) > 1 {
		u.Tables = remove(u.Tables, func(x *tableModel) bool { return x == t })
	}
}

// dropUnit removes the schema owner "two" as a whole: its tables stay.
func (d draw) dropUnit(w *world) {
	if len(w.Units) > 1 {
		w.Units = remove(w.Units, func(x *unitModel) bool { return x.Name == "two" })
	}
}

func (d draw) dropObject(t *tableModel) {
	if names := t.objects(); len(names) > 0 {
		t.drop(pick(d, names))
	}
}

// reuseName drops an object and gives its name to another one, of any kind and
// of any table of the schema owner.
func (d draw) reuseName(w *world, u *unitModel, t *tableModel) {
	names := t.objects()
	if len(names) == 0 {
		return
	}
	name := pick(d, names)
	t.drop(name)
	d.addObjectNamed(w, u, pick(d, u.Tables), name)
}

// drop takes out the object of that name.
func (t *tableModel) drop(name string) {
	t.Indexes = remove(t.Indexes, func(x *indexModel) bool { return x.Name == name })
	t.References = remove(t.References, func(x *referenceModel) bool { return x.Name == name })
	t.Checks = remove(t.Checks, func(x *checkModel) bool { return x.Name == name })
	t.Uniques = remove(t.Uniques, func(x *entpg.UniqueKey) bool { return x.Name == name })
	t.Exclusions = remove(t.Exclusions, func(x *entpg.Exclusion) bool { return x.Name == name })
	t.Policies = remove(t.Policies, func(x *entpg.Policy) bool { return x.Name == name })
}

// alterObject changes one property of an object, or all but its name.
func (d draw) alterObject(w *world, u *unitModel, t *tableModel) {
	var edits []func()
	for i, x := range t.Indexes {
		edits = append(edits, func() { d.alterIndex(t, i, x) })
	}
	for i, x := range t.References {
		edits = append(edits, func() {
			if d.chance(30) {
				if again := d.reference(w, u, t, x.Name); len(again) > 0 {
					t.References[i] = again[0]
				}
				return
			}
			x.OnDelete = pick(d, []entpg.Action{entpg.Cascade, entpg.NoAction, entpg.Restrict, entpg.SetNull, entpg.SetDefault})
			if !x.Ent {
				x.Deferral = d.deferral()
			}
		})
	}
	for _, x := range t.Checks {
		edits = append(edits, func() { x.Expr = pick(d, pick(d, t.Columns).conditions()) })
	}
	for i, x := range t.Uniques {
		edits = append(edits, func() {
			again := d.unique(t, x.Name)
			if d.chance(50) {
				again.Columns = x.Columns
			}
			t.Uniques[i] = again
		})
	}
	for i, x := range t.Exclusions {
		edits = append(edits, func() {
			if again := d.exclusion(t, x.Name); len(again) > 0 {
				t.Exclusions[i] = again[0]
			}
		})
	}
	for i, x := range t.Policies {
		edits = append(edits, func() {
			again := d.policy(t, x.Name)
			if d.chance(50) {
				again.Using, again.Check, again.For = x.Using, x.Check, x.For
			}
			t.Policies[i] = again
		})
	}
	if len(edits) > 0 {
		pick(d, edits)()
	}
}

func (d draw) alterIndex(t *tableModel, i int, x *indexModel) {
	switch d.between(0, 4) {
	case 0:
		if again := d.index(t, x.Name); len(again) > 0 {
			t.Indexes[i] = again[0]
		}
	case 1:
		x.With, x.Ent = nil, false
		d.parameters(x)
	case 2:
		c := pick(d, t.Columns)
		x.Where = pick(d, append(c.conditions(), at(isNotNull, c.Name), ""))
	case 3:
		if x.Using == "" || x.Using == "btree" {
			x.Include, x.Ent = nil, false
			d.btree(t, x)
		}
	case 4:
		if name := d.objectName(&unitModel{Tables: []*tableModel{t}}); name != "" {
			x.Name = name
		}
	}
}
