package migration_test

import (
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
	"github.com/elizago/elizago/migration/plan"
)

// What was built by hand, or by a plugin that is not installed, on an object
// does not go with it, not even with leave to lose data: nothing is dropped
// with CASCADE. The error names both.
func TestNothingCascades(t *testing.T) {
	t.Parallel()
	x := func(annotations ...core.SchemaAnnotation) migration.Unit {
		return one(table("t", nullable(text("x"))), annotations...)
	}
	mood := func(values ...string) migration.Unit {
		return one(table("t", nullable(typed("m", "mood"))), &entpg.EnumType{Table: "t", Column: "m", Name: "mood", Values: values})
	}
	required := func(annotations ...core.SchemaAnnotation) migration.Unit {
		return one(table("t", text("x")), annotations...)
	}
	for name, test := range map[string]struct {
		before, after migration.Unit
		by            string
		object        string
		theirs        string
	}{
		"view on a column":       {x(), one(table("t")), "CREATE VIEW test_p.theirs AS SELECT x FROM test_p.t", "test_p.t.x", "theirs"},
		"view on a type":         {x(), one(table("t", nullable(typed("x", "varchar(9)")))), "CREATE VIEW test_p.theirs AS SELECT x FROM test_p.t", "test_p.t.x", "theirs"},
		"view on a table":        {x(), one(table("u")), "CREATE VIEW test_p.theirs AS SELECT x FROM test_p.t", "test_p.t", "theirs"},
		"reference to a table":   {x(), one(table("u")), "CREATE TABLE public.theirs (t uuid REFERENCES test_p.t)", "test_p.t", "theirs"},
		"reference to a key":     {required(), required(&entpg.CompositeKey{Table: "t", Columns: []string{"id", "x"}}), "CREATE TABLE public.theirs (t uuid REFERENCES test_p.t)", "test_p.t.t_pkey", "theirs"},
		"policy on a column":     {x(), one(table("t")), "CREATE POLICY theirs ON test_p.t USING (x = '')", "test_p.t.x", "theirs"},
		"trigger on a column":    {x(), one(table("t")), "CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER theirs BEFORE UPDATE OF x ON test_p.t FOR EACH ROW EXECUTE FUNCTION public.f()", "test_p.t.x", "theirs"},
		"generated from a type":  {x(), one(table("t", nullable(typed("x", "varchar(9)")))), "ALTER TABLE test_p.t ADD COLUMN theirs text GENERATED ALWAYS AS (lower(x)) STORED", "test_p.t.x", "theirs"},
		"column of an enum":      {mood("a", "b"), x(), "CREATE TABLE public.theirs (m test_p.mood)", "test_p.mood", "theirs"},
		"column of an enum's":    {mood("a", "b"), mood("a"), "CREATE TABLE public.theirs (m test_p.mood)", "test_p.mood", "theirs"},
		"index of the same name": {x(), x(&entpg.Index{Table: "t", Name: "theirs", Parts: []entpg.Part{{Column: "x"}}}), "CREATE TABLE test_p.others (x int); CREATE INDEX theirs ON test_p.others (x)", "test_p.t.theirs", "theirs"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, test.before)
			execute(t, db, test.by)
			before := dump(t, db)
			_, err := engine(t, db).Run(t.Context(), []migration.Unit{test.after}, migration.Options{Force: true})
			oneLine(t, err)
			for _, word := range []string{`"@test/p"`, test.object, test.theirs} {
				require.ErrorContains(t, err, word)
			}
			require.Equal(t, before, dump(t, db))
		})
	}
}

// A plugin that is not among the schema owners keeps its foreign keys: the
// column that they refer to changes its type only as far as they go along.
func TestUninstalledPluginRefers(t *testing.T) {
	t.Parallel()
	db := open(t)
	units := func(sqlType string) (owner, guest migration.Unit) {
		keys := &schema.Table{Name: "keys", Columns: []*schema.Column{typed("id", sqlType)}}
		keys.PrimaryKey = keys.Columns
		guest = plugin("guest", []*schema.Table{table("t", nullable(typed("key_id", sqlType)))}, &entpg.Reference{
			Table: "t", Column: "key_id", Name: "t_key", RefNamespace: "test_owner", RefTable: "keys", RefColumn: "id", OnDelete: entpg.Cascade,
		})
		guest.DependsOn = []string{"@test/owner"}
		return plugin("owner", []*schema.Table{keys}), guest
	}
	owner, guest := units("integer")
	apply(t, db, owner, guest)
	execute(t, db, "INSERT INTO test_owner.keys VALUES (1)", "INSERT INTO test_guest.t (key_id) VALUES (1)")
	// Together they change both ends.
	owner, guest = units("bigint")
	turned(t, db, plan.AlterType, "test_guest.t.key_id", owner, guest)
	require.Equal(t, "bigint", columnType(t, db, "test_guest.t", "key_id"))
	// Alone the owner may not leave the other behind.
	other, _ := units("text")
	before := dump(t, db)
	_, err := engine(t, db).Run(t.Context(), []migration.Unit{other}, migration.Options{Force: true})
	oneLine(t, err)
	require.ErrorContains(t, err, "test_owner.keys.id")
	require.Equal(t, before, dump(t, db))
	settled(t, db, owner, guest)
}
