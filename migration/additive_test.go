package migration_test

import (
	"testing"

	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
	"github.com/elizago/elizago/migration/plan"
)

// What adds to the database is applied to tables with rows, and nothing is to
// do after.
func TestAdditiveChanges(t *testing.T) {
	t.Parallel()
	withDefault := func(c *schema.Column, x any) *schema.Column {
		c.Default = x
		return c
	}
	commented := func(tb *schema.Table) *schema.Table {
		tb.Comment = "What people wrote down."
		col(tb, "title").Comment = "It's shown first."
		return tb
	}
	base := func() *schema.Table { return table("notes", text("title"), text("body")) }
	plain := func(tables ...*schema.Table) migration.Unit { return plugin("p", tables) }
	for name, test := range map[string]struct {
		after migration.Unit
		want  []plan.Kind
	}{
		"table":           {plain(base(), table("more", text("x"))), []plan.Kind{plan.AddTable}},
		"nullable column": {plain(table("notes", text("title"), text("body"), nullable(text("x")))), []plan.Kind{plan.AddColumn}},
		"column with default": {
			plain(table("notes", text("title"), text("body"), withDefault(text("x"), "it's"))),
			[]plan.Kind{plan.AddColumn},
		},
		"two columns and an index on them": {
			plain(withIndex(table("notes", text("title"), text("body"), nullable(text("x")), nullable(text("y"))), "by_xy", false, "x", "y")),
			[]plan.Kind{plan.AddColumn, plan.AddColumn, plan.AddIndex},
		},
		"index":        {plain(withIndex(base(), "by_title", false, "title")), []plan.Kind{plan.AddIndex}},
		"unique index": {plain(withIndex(base(), "by_title", true, "title")), []plan.Kind{plan.AddIndex}},
		"check":        {plain(withCheck(base(), "not_empty", "title <> ''")), []plan.Kind{plan.AddCheck}},
		"check on a new column": {
			plain(withCheck(table("notes", text("title"), text("body"), nullable(text("x"))), "small", "length(x) < 9")),
			[]plan.Kind{plan.AddColumn, plan.AddCheck},
		},
		"foreign key with its table": {
			plain(func() []*schema.Table {
				folders := table("folders")
				notes := table("notes", text("title"), text("body"), nullable(typed("folder_id", "uuid")))
				return []*schema.Table{folders, withKey(notes, "notes_folder", "folder_id", folders)}
			}()...),
			[]plan.Kind{plan.AddTable, plan.AddColumn, plan.AddForeignKey},
		},
		"no NOT NULL any more": {plain(table("notes", nullable(text("title")), text("body"))), []plan.Kind{plan.DropNotNull}},
		"default": {
			plain(table("notes", withDefault(text("title"), schema.Expr("'untitled'")), text("body"))),
			[]plan.Kind{plan.AddDefault},
		},
		"comments":    {plain(commented(base())), []plan.Kind{plan.SetComment, plan.SetComment}},
		"hnsw index":  {plugin("p", []*schema.Table{table("notes", text("title"), text("body"), nullable(typed("v", "vector(3)")))}, &entpg.Index{Table: "notes", Name: "by_v", Using: "hnsw", Parts: []entpg.Part{{Column: "v", OpClass: entpg.VectorCosine}}, With: map[string]string{"m": "4"}}), []plan.Kind{plan.AddExtension, plan.AddColumn, plan.AddIndex}},
		"generated":   {plugin("p", []*schema.Table{table("notes", text("title"), text("body"), nullable(text("low")))}, &entpg.GeneratedColumn{Table: "notes", Column: "low", Expr: "lower(title)"}), []plan.Kind{plan.AddColumn}},
		"another key": {plain(base(), table("tags", typed("note", "uuid"))), []plan.Kind{plan.AddTable}},
		"identity": {
			plain(base(), &schema.Table{
				Name: "counted", Columns: []*schema.Column{{Name: "n", Type: field.TypeInt, Increment: true}},
				Annotation: &entsql.Annotation{},
			}),
			[]plan.Kind{plan.AddTable},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, plain(base()))
			execute(t, db, "INSERT INTO test_p.notes (title, body) VALUES ('a', 'b'), ('c', 'd')")
			result := apply(t, db, test.after)
			var kinds []plan.Kind
			for _, c := range result.Plan.Changes {
				kinds = append(kinds, c.Kind)
				require.False(t, c.Refused)
				require.Zero(t, c.Rows)
				require.Equal(t, "@test/p", c.Unit)
			}
			require.Equal(t, test.want, kinds)
			require.Equal(t, 2, query[int](t, db, "SELECT count(*) FROM test_p.notes"))
			settled(t, db, test.after)
		})
	}
}

// A new plugin on a database that is in use.
func TestAddPlugin(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, coreUnit())
	p := plugin("late", []*schema.Table{table("t", typed("agent_id", "uuid"))}, &entpg.Reference{
		Table: "t", Column: "agent_id", RefNamespace: "public", RefTable: "agents", RefColumn: "id", OnDelete: entpg.Cascade,
	})
	result := apply(t, db, coreUnit(), p)
	for _, s := range result.Plan.Statements {
		require.Equal(t, "@test/late", s.Unit)
	}
	settled(t, db, coreUnit(), p)
}

// NOT NULL without a default is fine where there are no rows.
func TestNotNullOnEmptyTable(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, plugin("p", []*schema.Table{table("t")}))
	after := plugin("p", []*schema.Table{table("t", text("x"))})
	apply(t, db, after)
	settled(t, db, after)
}
