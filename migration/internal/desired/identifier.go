package desired

import (
	"fmt"
	"maps"
	"slices"

	entschema "entgo.io/ent/dialect/sql/schema"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration/entpg"
)

// checkNames rejects names that PostgreSQL would silently truncate or number:
// names over 63 bytes, two tables or indexes of one name, checks without a
// name.
func checkNames(units []resolved) error {
	for _, u := range units {
		c := nameCheck{unit: u, declared: tablesOf(u), views: viewsOf(u), tables: make(map[string]bool, len(u.Schema.Tables)), indexes: make(map[string]string), objects: make(map[string]bool)}
		for _, t := range u.Schema.Tables {
			if err := c.table(t); err != nil {
				return err
			}
		}
		for _, x := range u.Schema.Annotations {
			if x.TableName() == "" {
				if err := c.schemaAnnotation(x); err != nil {
					return err
				}
				continue
			}
			if e, ok := x.(*entpg.EnumType); ok && (c.tables[e.Name] || c.views[e.Name]) {
				return fmt.Errorf("migration: plugin %q has a table or view %q, and column %q of table %q a type of that name: a table is a type, too, rename one",
					u.Plugin, e.Name, e.Column, e.Table)
			}
			if !c.tables[x.TableName()] {
				return fmt.Errorf("migration: plugin %q declares a %T on table %q, which it does not have: generate migrate/annotations.go again",
					u.Plugin, x, x.TableName())
			}
			if err := checkAnnotation(u, x, c.index); err != nil {
				return err
			}
		}
	}
	return nil
}

// tablesOf returns the names of a schema owner's tables.
func tablesOf(u resolved) map[string]bool {
	out := make(map[string]bool)
	for _, t := range u.Schema.Tables {
		out[t.Name] = true
	}
	return out
}

// viewsOf returns the names of a schema owner's views.
func viewsOf(u resolved) map[string]bool {
	out := make(map[string]bool)
	for _, x := range u.Schema.Annotations {
		if o, ok := x.(entpg.SchemaObject); ok {
			out[o.ObjectName()] = true
		}
	}
	return out
}

// nameCheck holds the names that a schema owner has used.
type nameCheck struct {
	unit   resolved
	tables map[string]bool
	// declared are the names of all tables, also of those not checked so far.
	declared, views map[string]bool
	indexes         map[string]string // by name: the table
	objects         map[string]bool
}

// index registers the name of an index, or of a constraint that has one.
func (c *nameCheck) index(name, table string) error {
	if err := fits(c.unit, "index", table, name); err != nil {
		return err
	}
	other, ok := c.indexes[name]
	switch {
	case c.declared[name]:
		return fmt.Errorf("migration: plugin %q has a table %q, and table %q an index of that name: names of relations are unique in a namespace, rename one",
			c.unit.Plugin, name, table)
	case ok && other == table:
		return fmt.Errorf("migration: table %q of plugin %q has the index %q twice: leave one out", table, c.unit.Plugin, name)
	case ok:
		return fmt.Errorf("migration: tables %q and %q of plugin %q both have an index %q: index names are unique in a namespace, rename one",
			other, table, c.unit.Plugin, name)
	}
	c.indexes[name] = table
	return nil
}

// table checks the names of a table and of its objects in ent's description.
func (c *nameCheck) table(t *entschema.Table) error {
	if c.tables[t.Name] {
		return fmt.Errorf("migration: plugin %q has table %q twice in namespace %q: rename one of them with entsql.Table",
			c.unit.Plugin, t.Name, c.unit.Namespace)
	}
	c.tables[t.Name] = true
	if t.View {
		return fmt.Errorf("migration: plugin %q describes the view %q as a table: declare it with entpg.Views, and leave its description out with entsql.Skip",
			c.unit.Plugin, t.Name)
	}
	if err := fits(c.unit, "table", "", t.Name); err != nil {
		return err
	}
	for _, col := range t.Columns {
		if err := fits(c.unit, "column", t.Name, col.Name); err != nil {
			return err
		}
	}
	for _, i := range t.Indexes {
		if err := c.index(i.Name, t.Name); err != nil {
			return err
		}
	}
	for _, fk := range t.ForeignKeys {
		if err := fits(c.unit, "foreign key", t.Name, fk.Symbol); err != nil {
			return err
		}
	}
	if t.Annotation == nil {
		return nil
	}
	if t.Annotation.Check != "" {
		return fmt.Errorf("migration: table %q of plugin %q has a check without a name: use entsql.Checks, which names it",
			t.Name, c.unit.Plugin)
	}
	for _, name := range slices.Sorted(maps.Keys(t.Annotation.Checks)) {
		if err := fits(c.unit, "check", t.Name, name); err != nil {
			return err
		}
	}
	return nil
}

// schemaAnnotation checks an annotation of the schema itself.
func (c *nameCheck) schemaAnnotation(x core.SchemaAnnotation) error {
	if len(c.tables) == 0 {
		return fmt.Errorf("migration: plugin %q declares a %T and no table: declare it in the plugin whose tables it is about", c.unit.Plugin, x)
	}
	o, ok := x.(entpg.SchemaObject)
	if !ok {
		if _, ok := x.(*entpg.Extension); !ok {
			return fmt.Errorf("migration: plugin %q declares a %T without a table: generate migrate/annotations.go again", c.unit.Plugin, x)
		}
		return nil
	}
	if err := o.Check(); err != nil {
		return fmt.Errorf("migration: plugin %q: %w", c.unit.Plugin, err)
	}
	name := o.ObjectName()
	if err := fits(c.unit, o.Kind(), "", name); err != nil {
		return err
	}
	other, taken := c.indexes[name]
	switch {
	case c.tables[name]:
		return fmt.Errorf("migration: plugin %q has a table and a %s %q: names of relations are unique in a namespace, rename one", c.unit.Plugin, o.Kind(), name)
	case taken:
		return fmt.Errorf("migration: plugin %q has a %s %q, and table %q an index of that name: names of relations are unique in a namespace, rename one", c.unit.Plugin, o.Kind(), name, other)
	case c.objects[name]:
		return fmt.Errorf("migration: plugin %q declares the %s %q twice: leave one out", c.unit.Plugin, o.Kind(), name)
	}
	c.objects[name] = true
	return nil
}

// checkAnnotation checks the names of an annotation. index registers those that share the
// namespace of indexes.
func checkAnnotation(u resolved, x core.SchemaAnnotation, index func(name, table string) error) error {
	switch x := x.(type) {
	case *entpg.Index:
		return index(x.Name, x.Table)
	case *entpg.UniqueKey:
		return index(x.Name, x.Table)
	case *entpg.Exclusion:
		return index(x.Name, x.Table)
	case *entpg.Reference:
		return fits(u, "foreign key", x.Table, x.ConstraintName())
	case *entpg.Policy:
		return fits(u, "policy", x.Table, x.Name)
	case *entpg.EnumType:
		for _, v := range x.Values {
			if err := fits(u, "value of type "+x.Name, x.Table, v); err != nil {
				return err
			}
		}
		return fits(u, "type", x.Table, x.Name)
	}
	return nil
}

// fits checks the length of one name. PostgreSQL truncates with only a notice,
// and the object is not found again under the full name.
func fits(u resolved, kind, table, name string) error {
	if name == "" {
		return fmt.Errorf("migration: a %s of table %q, plugin %q, has no name: give it one", kind, table, u.Plugin)
	}
	if len(name) <= maxName {
		return nil
	}
	of := ""
	if table != "" {
		of = fmt.Sprintf(" of table %q", table)
	}
	return fmt.Errorf("migration: %s %q%s, plugin %q, has a name of %d bytes, PostgreSQL keeps %d: give it a shorter one (StorageKey)",
		kind, name, of, u.Plugin, len(name), maxName)
}
