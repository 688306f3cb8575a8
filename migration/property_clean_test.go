package migration_test

import (
	"slices"

	"github.com/elizago/elizago/migration/entpg"
)

// clean takes out what PostgreSQL or the engine would rightly refuse: after an
// edit, that which depended on what is gone or is of another type now. Taking
// something out can make something else invalid, so it goes on until nothing
// changes.
func (w *world) clean() {
	for before := ""; before != readable(w); {
		before = readable(w)
		for _, u := range w.Units {
			for _, t := range u.Tables {
				for _, c := range t.Columns {
					t.cleanColumn(u, c)
				}
				t.cleanKey()
			}
		}
		for _, u := range w.Units {
			u.cleanNames()
			for _, t := range u.Tables {
				t.cleanObjects()
				t.References = remove(t.References, func(r *referenceModel) bool { return !w.validReference(u, t, r) })
				names := t.onlineable()
				t.Online = remove(t.Online, func(n string) bool { return !slices.Contains(names, n) })
			}
			u.cleanEnums()
		}
	}
}

func (t *tableModel) cleanColumn(u *unitModel, c *columnModel) {
	if c.Enum && u.enum(c.Type) == nil {
		c.Enum, c.Type, c.Default = false, "text", ""
	}
	if c.Generated != "" && !t.validGenerated(c) {
		c.Generated = ""
	}
	if c.Generated != "" {
		c.Nullable, c.Default, c.Identity, c.Increment, c.Collation = true, "", nil, false, ""
	}
	f := c.family()
	if f.name != "integer" {
		c.Identity, c.Increment = nil, false
	}
	if c.Increment {
		c.Identity = nil
	}
	if c.Identity != nil || c.Increment {
		c.Nullable, c.Default = false, ""
	}
	if c.Default != "" && !slices.Contains(f.defaults, c.Default) || c.Enum && !u.enum(c.Type).has(c.Default) {
		c.Default = ""
	}
	if c.Default == "" {
		c.Literal = false
	}
	if f.name != "text" {
		c.Collation = ""
	}
	// Values of a fixed size are stored in one way only.
	if slices.Contains([]string{"integer", "float", "bool", "time", "date", "uuid", "enum"}, f.name) && c.Storage != entpg.StoragePlain {
		c.Storage = ""
	}
	// ent names the index <table>_<column>_key, which has to fit.
	if c.Unique && (!f.ordered || c.Enum || f.name == "bool" || len(t.Name)+len(c.Name) > 50) {
		c.Unique = false
	}
}

// has says whether the literal is one of the enumeration's values.
func (e *enumModel) has(literal string) bool {
	return literal == "" || literal == "'1'::@type" || slices.ContainsFunc(e.Values, func(v string) bool {
		return literal == "'"+v+"'" || v == "it's" && literal == "'it''s'"
	})
}

func (t *tableModel) validGenerated(c *columnModel) bool {
	names := mentioned(c.Generated)
	if len(names) != 1 || c.Enum {
		return false
	}
	base := t.column(names[0])
	return base != nil && base.Generated == "" && slices.ContainsFunc(base.family().generated, func(g computed) bool {
		return g.typ == c.Type && at(g.expr, base.Name) == c.Generated
	})
}

// cleanKey leaves the table a primary key of columns that can be in one.
func (t *tableModel) cleanKey() {
	fit := func(c *columnModel) bool {
		return c != nil && c.family().ordered && c.Generated == "" && c.family().name != "bool" && !c.Enum
	}
	t.Key = remove(t.Key, func(n string) bool { return !fit(t.column(n)) })
	if len(t.Key) == 0 {
		for _, c := range t.Columns {
			if fit(c) {
				t.Key = []string{c.Name}
				break
			}
		}
	}
	if len(t.Key) == 0 {
		name := "id0"
		for t.column(name) != nil {
			name += "0"
		}
		t.Columns = append(t.Columns, &columnModel{Name: name, Type: "bigint", Identity: &entpg.IdentityColumn{}})
		t.Key = []string{name}
	}
	for _, n := range t.Key {
		t.column(n).Nullable = false
		t.column(n).Unique = t.column(n).Unique && len(t.Key) > 1
	}
}

// cleanNames lets every name of a schema owner be used once.
func (u *unitModel) cleanNames() {
	seen := map[string]bool{}
	for _, t := range u.Tables {
		seen[t.Name] = true
	}
	again := func(name string) bool {
		if seen[name] {
			return true
		}
		seen[name] = true
		return false
	}
	u.Enums = remove(u.Enums, func(x *enumModel) bool { return again(x.Name) })
	for _, t := range u.Tables {
		t.Indexes = remove(t.Indexes, func(x *indexModel) bool { return again(x.Name) })
		t.Uniques = remove(t.Uniques, func(x *entpg.UniqueKey) bool { return again(x.Name) })
		t.Exclusions = remove(t.Exclusions, func(x *entpg.Exclusion) bool { return again(x.Name) })
		t.References = remove(t.References, func(x *referenceModel) bool { return again(x.Name) })
		t.Checks = remove(t.Checks, func(x *checkModel) bool { return again(x.Name) })
		t.Policies = remove(t.Policies, func(x *entpg.Policy) bool { return again(x.Name) })
	}
}

func (t *tableModel) cleanObjects() {
	exist := func(names []string) bool {
		return !slices.ContainsFunc(names, func(n string) bool { return t.column(n) == nil })
	}
	t.Indexes = remove(t.Indexes, func(x *indexModel) bool {
		using := x.Using
		if using == "" {
			using = "btree"
		}
		return len(x.Parts) == 0 || !exist(x.Include) || x.Where != "" && !t.hasPredicate(x.Where) || x.Ent && !x.plain() ||
			slices.ContainsFunc(x.Parts, func(p entpg.Part) bool { _, ok := t.partOf(using, p); return !ok })
	})
	t.Uniques = remove(t.Uniques, func(x *entpg.UniqueKey) bool {
		return len(x.Columns) == 0 || !exist(x.Include) || slices.ContainsFunc(x.Columns, func(n string) bool {
			return t.column(n) == nil || !t.column(n).family().ordered
		})
	})
	t.Exclusions = remove(t.Exclusions, func(x *entpg.Exclusion) bool {
		return len(x.Parts) == 0 || x.Where != "" && !t.hasCheck(x.Where) || slices.ContainsFunc(x.Parts, func(p entpg.ExclusionPart) bool {
			return !slices.ContainsFunc(t.Columns, func(c *columnModel) bool { return slices.Contains(c.exclusions(), p) })
		})
	})
	t.Checks = remove(t.Checks, func(x *checkModel) bool { return !t.hasCheck(x.Expr) })
	condition := func(expr string) bool {
		return expr == "" || expr == "true" || expr == sessionCondition || t.hasCheck(expr)
	}
	t.Policies = remove(t.Policies, func(x *entpg.Policy) bool { return !condition(x.Using) || !condition(x.Check) })
}

// onlineable are the names of what can be made without keeping writers waiting.
func (t *tableModel) onlineable() []string {
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
	return out
}

func (w *world) validReference(u *unitModel, t *tableModel, r *referenceModel) bool {
	to := w.target(u, r)
	if to == nil || !to.uniquely(r.RefColumn) {
		return false
	}
	if r.RefNamespace != "" && r.RefNamespace != u.Name && u.Name != "two" {
		return false
	}
	from, into := t.column(r.Column), to.column(r.RefColumn)
	return from != nil && from.Generated == "" && !from.Enum && !into.Enum && from.Type == into.Type &&
		from.Collation == into.Collation
}

// cleanEnums forgets enumerations that no column has.
func (u *unitModel) cleanEnums() {
	u.Enums = remove(u.Enums, func(e *enumModel) bool {
		for _, t := range u.Tables {
			if slices.ContainsFunc(t.Columns, func(c *columnModel) bool { return c.Enum && c.Type == e.Name }) {
				return false
			}
		}
		return true
	})
}

// clearHints takes out rename hints of b that leave open what is meant, coming
// from a: those whose old name is used again, and those for names that were
// there before.
func clearHints(a, b *world) {
	for _, u := range b.Units {
		for _, t := range u.Tables {
			old := a.unit(u.Name)
			if t.From != "" && (u.table(t.From) != nil || old != nil && old.table(t.From) != nil && old.table(t.Name) != nil) {
				t.From = ""
			}
			was := partner(a, u, t)
			for _, c := range t.Columns {
				if c.From != "" && (t.column(c.From) != nil || was != nil && was.column(c.From) != nil && was.column(c.Name) != nil) {
					c.From = ""
				}
			}
		}
		once := map[string]bool{}
		for _, t := range u.Tables {
			if once[t.From] {
				t.From = ""
			}
			once[t.From] = true
			columns := map[string]bool{}
			for _, c := range t.Columns {
				if columns[c.From] {
					c.From = ""
				}
				columns[c.From] = true
			}
		}
	}
}

// partner is the table of a that becomes the table t of b's schema owner u. Nil
// where t is new.
func partner(a *world, u *unitModel, t *tableModel) *tableModel {
	old := a.unit(u.Name)
	if old == nil {
		return nil
	}
	if was := old.table(t.Name); was != nil {
		return was
	}
	if t.From != "" {
		return old.table(t.From)
	}
	return nil
}

// partnerColumn is partner for a column.
func partnerColumn(was *tableModel, c *columnModel) *columnModel {
	if was == nil {
		return nil
	}
	if old := was.column(c.Name); old != nil {
		return old
	}
	if c.From != "" {
		return was.column(c.From)
	}
	return nil
}
