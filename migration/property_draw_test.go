package migration_test

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/elizago/elizago/migration/entpg"
)

// draw makes choices, all equally likely: rapid's own ranges and samples prefer
// small numbers, and would draw the same few schemas again and again.
type draw struct{ t *rapid.T }

var bit = rapid.Bool()

// number is one below n, which is at most a hundred or so.
func (d draw) number(n int) int {
	v := 0
	for range 12 {
		v <<= 1
		if bit.Draw(d.t, "bit") {
			v++
		}
	}
	return v % n
}

func (d draw) between(low, high int) int { return low + d.number(high-low+1) }

func (d draw) chance(percent int) bool { return d.number(100) >= 100-percent }

func pick[T any](d draw, list []T) T { return list[d.number(len(list))] }

// shuffled is a list in another order.
func shuffled[T any](d draw, list []T) []T {
	list = slices.Clone(list)
	for i := len(list) - 1; i > 0; i-- {
		j := d.number(i + 1)
		list[i], list[j] = list[j], list[i]
	}
	return list
}

var (
	longName    = strings.Repeat("long_", 12) + "tbl"
	tableNames  = []string{"notes", "items", "logs", "order", "People", `we"ird`, "sp ace", longName, "user"}
	columnNames = []string{
		"a", "b", "c", "d", "e", "f", "select", "Mixed", `qu"ote`, "x y", "naïve", "user", strings.Repeat("wide_", 12) + "col",
	}
	objectNames = []string{
		"o1", "o2", "o3", "o4", "o5", "o6", "o7", "o8", "o9", "Key", "table", `ob"j`, strings.Repeat("name_", 12) + "obj",
	}
	enumNames = []string{"mood", "state", "check", strings.Repeat("enum_", 12) + "typ"}
	comments  = []string{"", "about", "it's \"this\"", "prop_one.notes, public.notes", "naïve\nlines"}
)

// unused is a name of the list that is not taken, "" when there is none.
func unused(d draw, names []string, taken func(string) bool) string {
	names = slices.DeleteFunc(slices.Clone(names), taken)
	if len(names) == 0 {
		return ""
	}
	return pick(d, names)
}

// world draws a desired state.
func (d draw) world(unitNames []string) *world {
	w := &world{}
	for _, name := range unitNames {
		w.Units = append(w.Units, &unitModel{Name: name})
	}
	for _, u := range w.Units {
		d.addTable(w, u)
		if d.chance(40) {
			d.addTable(w, u)
		}
	}
	for _, u := range w.Units {
		for _, t := range u.Tables {
			for range d.between(0, 6) {
				d.addObject(w, u, t)
			}
		}
	}
	w.clean()
	return w
}

func (d draw) addTable(w *world, u *unitModel) {
	name := unused(d, tableNames, func(n string) bool { return u.table(n) != nil })
	if name == "" || len(u.Tables) > 2 {
		return
	}
	id := &columnModel{Name: "id", Type: "uuid", Default: "gen_random_uuid()"}
	switch d.between(0, 4) {
	case 1:
		id = &columnModel{Name: "id", Type: "bigint", Increment: true}
	case 2:
		id = &columnModel{Name: "id", Type: "text"}
	case 3:
		id = &columnModel{Name: "id", Type: "integer", Identity: &entpg.IdentityColumn{}}
		d.identity(id)
	case 4:
		id = &columnModel{Name: "id", Type: "varchar(40)"}
	}
	t := &tableModel{Name: name, Columns: []*columnModel{id}, Key: []string{"id"}, Comment: d.comment()}
	u.Tables = append(u.Tables, t)
	for range d.between(0, 4) {
		d.addColumn(u, t)
	}
	if d.chance(15) {
		d.key(t)
	}
}

func (d draw) comment() string {
	if !d.chance(20) {
		return ""
	}
	return pick(d, comments)
}

func (d draw) addColumn(u *unitModel, t *tableModel) {
	name := unused(d, columnNames, func(n string) bool { return t.column(n) != nil })
	if name == "" || len(t.Columns) > 7 {
		return
	}
	c := &columnModel{Name: name, Nullable: d.chance(60), Comment: d.comment()}
	t.Columns = append(t.Columns, c)
	if d.chance(20) {
		d.generated(t, c)
	}
	if c.Generated == "" {
		d.retype(u, c)
	}
	if d.chance(8) {
		c.Unique = true
	}
	if d.chance(20) {
		d.columnStorage(c)
	}
}

// columnStorage may well be what the column's type has by itself.
func (d draw) columnStorage(c *columnModel) {
	c.Storage = pick(d, []entpg.StorageMode{"", entpg.StoragePlain, entpg.StorageMain, entpg.StorageExternal, entpg.StorageExtended})
}

// retype gives a column a type and all that depends on the type alone.
func (d draw) retype(u *unitModel, c *columnModel) {
	f := pick(d, families)
	c.Generated, c.Enum, c.Identity, c.Increment = "", false, nil, false
	if f == enumFamily {
		c.Enum, c.Type = true, d.enum(u)
	} else {
		c.Type = pick(d, f.types)
	}
	d.redefault(c)
	d.recollate(c)
	if f.name == "integer" && d.chance(20) {
		c.Identity = &entpg.IdentityColumn{}
		d.identity(c)
	}
}

func (d draw) redefault(c *columnModel) {
	c.Default, c.Literal = "", false
	if list := c.family().defaults; len(list) > 0 && d.chance(50) {
		c.Default = pick(d, list)
		c.Literal = !c.Enum && !strings.ContainsAny(c.Default, "()[{\\") && slices.Contains([]string{"text", "integer", "bool"}, c.family().name) && d.chance(50)
	}
}

func (d draw) recollate(c *columnModel) {
	c.Collation = ""
	if c.family().name == "text" && d.chance(20) {
		c.Collation = pick(d, []string{"C", "POSIX"})
	}
}

func (d draw) identity(c *columnModel) {
	c.Identity.Always = d.chance(30)
	c.Identity.Start = int64(pick(d, []int{0, 1000, 7}))
	c.Identity.Increment = int64(pick(d, []int{0, 10, 2}))
}

// enum is the name of an enumeration, which may be a new one.
func (d draw) enum(u *unitModel) string {
	if len(u.Enums) > 0 && d.chance(40) {
		return pick(d, u.Enums).Name
	}
	name := unused(d, enumNames, func(n string) bool { return u.enum(n) != nil })
	if name == "" {
		return u.Enums[0].Name
	}
	e := &enumModel{Name: name}
	d.values(e)
	u.Enums = append(u.Enums, e)
	return name
}

func (d draw) values(e *enumModel) {
	e.Values = shuffled(d, labels)[:d.between(1, len(labels))]
	if !slices.Contains(e.Values, "1") {
		e.Values = append(e.Values, "1")
	}
}

// generated lets a column be computed from another one, where one will do.
func (d draw) generated(t *tableModel, c *columnModel) {
	type choice struct {
		base string
		computed
	}
	var choices []choice
	for _, base := range t.Columns {
		if base == c || base.Generated != "" || base.Type == "" {
			continue
		}
		for _, g := range base.family().generated {
			choices = append(choices, choice{base.Name, g})
		}
	}
	if len(choices) == 0 {
		return
	}
	x := pick(d, choices)
	*c = columnModel{Name: c.Name, Comment: c.Comment, Type: x.typ, Generated: at(x.expr, x.base), Nullable: true}
}

// key makes another primary key.
func (d draw) key(t *tableModel) {
	var names []string
	for _, c := range t.Columns {
		if c.family().ordered && c.Generated == "" {
			names = append(names, c.Name)
		}
	}
	names = shuffled(d, names)
	t.Key = names[:d.between(1, min(2, len(names)))]
}

func (d draw) objectName(u *unitModel) string {
	return unused(d, objectNames, u.taken)
}

// addObject adds one index, constraint, policy or property to a table.
func (d draw) addObject(w *world, u *unitModel, t *tableModel) {
	if name := d.objectName(u); name != "" {
		d.addObjectNamed(w, u, t, name)
	}
}

func (d draw) addObjectNamed(w *world, u *unitModel, t *tableModel, name string) {
	switch d.between(0, 13) {
	case 0, 1, 2, 3:
		t.Indexes = append(t.Indexes, d.index(t, name)...)
	case 4, 5:
		t.References = append(t.References, d.reference(w, u, t, name)...)
	case 6:
		t.Checks = append(t.Checks, &checkModel{name, pick(d, pick(d, t.Columns).conditions())})
	case 7:
		t.Uniques = append(t.Uniques, d.unique(t, name))
	case 8:
		t.Exclusions = append(t.Exclusions, d.exclusion(t, name)...)
	case 9, 10:
		t.Policies = append(t.Policies, d.policy(t, name))
		d.rowSecurity(t)
	case 11:
		d.storage(t)
	case 12:
		t.Extensions = []string{pick(d, []string{"pg_trgm", "btree_gist", "citext"})}
	case 13:
		t.Online = remove(t.onlineable(), func(string) bool { return d.chance(30) })
	}
}

func (d draw) rowSecurity(t *tableModel) {
	t.RowSecurity = nil
	if d.chance(70) {
		t.RowSecurity = &entpg.RowSecurity{Force: d.chance(40)}
	}
}

func (d draw) storage(t *tableModel) {
	t.Storage = map[string]string{}
	if d.chance(60) {
		t.Storage["fillfactor"] = pick(d, []string{"80", "90"})
	}
	if d.chance(40) {
		t.Storage["autovacuum_vacuum_scale_factor"] = pick(d, []string{"0.02", "0.5"})
	}
	if d.chance(40) {
		t.Storage["autovacuum_enabled"] = pick(d, []string{"false", "true"})
	}
	if d.chance(40) {
		// Also for tables that have no toast table, or lose theirs.
		t.Storage["toast.autovacuum_enabled"] = pick(d, []string{"false", "true"})
	}
}

// policy may name a column or the session; the role is one that every server
// has.
func (d draw) policy(t *tableModel, name string) *entpg.Policy {
	p := &entpg.Policy{Name: name, Restrictive: d.chance(30)}
	p.For = pick(d, []entpg.Command{"", entpg.Select, entpg.Insert, entpg.Update, entpg.Delete})
	if d.chance(30) {
		p.To = pick(d, [][]string{{"pg_monitor"}, {"pg_monitor", "pg_read_all_data"}, {"pg_read_all_data", "pg_monitor"}})
	}
	condition := func() string {
		return pick(d, append(pick(d, t.Columns).conditions(), sessionCondition, "true"))
	}
	if p.For != entpg.Insert {
		p.Using = condition()
	}
	if p.For == entpg.Insert || p.For != entpg.Select && p.For != entpg.Delete && d.chance(50) {
		p.Check = condition()
	}
	return p
}

const sessionCondition = "current_setting('app.user', true) = 'it''s'"

// taken reports whether an index, a constraint or a policy of the schema owner
// has the name. Indexes and some constraints share names with tables.
func (u *unitModel) taken(name string) bool {
	for _, t := range u.Tables {
		if t.Name == name || slices.Contains(t.objects(), name) {
			return true
		}
	}
	return u.enum(name) != nil
}

// objects are the names of all that belongs to a table and has one.
func (t *tableModel) objects() []string {
	var out []string
	for _, x := range t.Indexes {
		out = append(out, x.Name)
	}
	for _, x := range t.References {
		out = append(out, x.Name)
	}
	for _, x := range t.Checks {
		out = append(out, x.Name)
	}
	for _, x := range t.Uniques {
		out = append(out, x.Name)
	}
	for _, x := range t.Exclusions {
		out = append(out, x.Name)
	}
	for _, x := range t.Policies {
		out = append(out, x.Name)
	}
	return out
}

func (c *columnModel) String() string { return fmt.Sprintf("%s %s", c.Name, c.Type) }
