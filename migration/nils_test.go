package migration_test

import (
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

// Nil anywhere in a schema, and types that cannot be read, are errors that name the
// plugin and the table.
func TestNilsInDeclarations(t *testing.T) {
	t.Parallel()
	change := func(f func(*schema.Table)) migration.Unit {
		tb := table("broken", text("x"))
		f(tb)
		return one(tb)
	}
	foreign := table("users")
	for name, test := range map[string]struct {
		unit  migration.Unit
		table bool
	}{
		"table":                {plugin("p", []*schema.Table{table("t"), nil}), false},
		"column":               {change(func(tb *schema.Table) { tb.Columns = append(tb.Columns, nil) }), true},
		"column of the key":    {change(func(tb *schema.Table) { tb.PrimaryKey = []*schema.Column{nil} }), true},
		"key of another table": {change(func(tb *schema.Table) { tb.PrimaryKey = foreign.Columns }), true},
		"index":                {change(func(tb *schema.Table) { tb.Indexes = []*schema.Index{nil} }), true},
		"column of an index":   {change(func(tb *schema.Table) { tb.Indexes = []*schema.Index{{Name: "i", Columns: []*schema.Column{nil}}} }), true},
		"foreign key":          {change(func(tb *schema.Table) { tb.ForeignKeys = []*schema.ForeignKey{nil} }), true},
		"column of a key": {change(func(tb *schema.Table) {
			tb.ForeignKeys = []*schema.ForeignKey{{Symbol: "fk", Columns: []*schema.Column{nil}, RefTable: foreign, RefColumns: foreign.Columns}}
		}), true},
		"table that is referred": {change(func(tb *schema.Table) {
			tb.ForeignKeys = []*schema.ForeignKey{{Symbol: "fk", Columns: tb.Columns[:1], RefColumns: foreign.Columns}}
		}), true},
		"no referred columns": {change(func(tb *schema.Table) {
			tb.ForeignKeys = []*schema.ForeignKey{{Symbol: "fk", Columns: tb.Columns[:1], RefTable: foreign}}
		}), true},
		"annotation":         {one(table("broken"), core.SchemaAnnotation(nil)), false},
		"typed annotation":   {one(table("broken"), (*entpg.Index)(nil)), false},
		"type of many words": {one(table("broken", typed("x", "char varying(10)"))), true},
		"type of no word":    {one(table("broken", typed("x", "numeric(a,b)"))), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := migration.PrintSQL(t.Context(), unitsOf(test.unit))
			if name == "type of no word" && err == nil {
				return // read by the server alone
			}
			oneLine(t, err)
			require.ErrorContains(t, err, `"@test/p"`)
			if test.table {
				require.ErrorContains(t, err, "broken")
			}
		})
	}
}

// A table and an enumeration of one name, or a table and an index, are both named.
func TestTwoDeclarationsOfOneName(t *testing.T) {
	t.Parallel()
	for name, unit := range map[string]migration.Unit{
		"table and type":  plugin("p", []*schema.Table{table("t", text("m")), table("mood")}, mood("a")),
		"view and type":   plugin("p", []*schema.Table{table("t", text("m"))}, mood("a"), &entpg.View{Name: "mood", SQL: "SELECT 1 AS a"}),
		"table and index": plugin("p", []*schema.Table{withIndex(table("t", text("m")), "mood", false, "m"), table("mood")}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := migration.PrintSQL(t.Context(), unitsOf(unit))
			oneLine(t, err)
			require.ErrorContains(t, err, `"mood"`)
			require.ErrorContains(t, err, `"t"`)
			require.ErrorContains(t, err, "rename one")
		})
	}
}

// A mistake in a long table is shown where it is, with the name of the check.
func TestMistakeInALongTable(t *testing.T) {
	t.Parallel()
	var columns []*schema.Column
	for _, c := range []string{"agent_id", "entity_id", "room_id", "world_id", "created_at", "updated_at", "something_else", "more"} {
		columns = append(columns, text(c))
	}
	unit := one(withCheck(withCheck(table("t", columns...), "first", "more <> ''"), "second", "creatd_at > 'a'"))
	_, err := engine(t, open(t)).Run(t.Context(), unitsOf(unit), migration.Options{})
	oneLine(t, err)
	require.ErrorContains(t, err, `"second"`)
	require.ErrorContains(t, err, ">>> creatd_at > 'a'")
}
