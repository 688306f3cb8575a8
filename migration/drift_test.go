package migration_test

import (
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/plan"
)

// What was changed by hand is seen although the schema in the code is the same,
// and is reverted. Values for which no label is declared keep the engine from
// that.
func TestDriftIsSeen(t *testing.T) {
	t.Parallel()
	unit := func() migration.Unit {
		users := table("users")
		notes := withIndex(table("notes", text("title"), nullable(text("body")), nullable(typed("user_id", "uuid")), nullable(typed("v", "vector(3)"))), "by_title", false, "title")
		withCheck(notes, "not_empty", "title <> ''")
		return plugin("p", []*schema.Table{users, withKey(notes, "notes_user", "user_id", users)})
	}
	for name, test := range map[string]struct {
		by      string
		applied plan.Kind
		refused plan.Kind
	}{
		"index dropped":          {by: "DROP INDEX test_p.by_title", applied: plan.AddIndex},
		"column dropped":         {by: "ALTER TABLE test_p.notes DROP COLUMN body", applied: plan.AddColumn},
		"check dropped":          {by: "ALTER TABLE test_p.notes DROP CONSTRAINT not_empty", applied: plan.AddCheck},
		"key dropped":            {by: "ALTER TABLE test_p.notes DROP CONSTRAINT notes_user", applied: plan.AddForeignKey},
		"primary key dropped":    {by: "ALTER TABLE test_p.notes DROP CONSTRAINT notes_pkey", applied: plan.AddPrimaryKey},
		"table dropped":          {by: "DROP TABLE test_p.notes", applied: plan.AddTable},
		"namespace dropped":      {by: "DROP SCHEMA test_p CASCADE", applied: plan.AddNamespace},
		"default dropped":        {by: "ALTER TABLE test_p.notes ALTER id DROP DEFAULT", applied: plan.AddDefault},
		"NOT NULL set":           {by: "ALTER TABLE test_p.notes ALTER body SET NOT NULL", applied: plan.DropNotNull},
		"NOT NULL dropped":       {by: "ALTER TABLE test_p.notes ALTER title DROP NOT NULL", applied: plan.SetNotNull},
		"default set":            {by: "ALTER TABLE test_p.notes ALTER title SET DEFAULT 'x'", applied: plan.DropDefault},
		"type changed":           {by: "ALTER TABLE test_p.notes ALTER title TYPE varchar(9)", applied: plan.AlterType},
		"dimension changed":      {by: "ALTER TABLE test_p.notes ALTER v TYPE vector(4)", applied: plan.AlterType},
		"collation changed":      {by: `ALTER TABLE test_p.notes ALTER title TYPE text COLLATE "C"`, applied: plan.AlterCollation},
		"index altered":          {by: "ALTER INDEX test_p.by_title SET (fillfactor = 50)", applied: plan.AlterIndex},
		"key made deferrable":    {by: "ALTER TABLE test_p.notes ALTER CONSTRAINT notes_user DEFERRABLE", applied: plan.AlterConstraint},
		"check not valid":        {by: "ALTER TABLE test_p.notes DROP CONSTRAINT not_empty, ADD CONSTRAINT not_empty CHECK (title <> '') NOT VALID", applied: plan.ValidateConstraint},
		"table made unlogged":    {by: "ALTER TABLE test_p.notes SET UNLOGGED", applied: plan.AlterTable},
		"type changed over rows": {by: "ALTER TABLE test_p.notes ALTER id DROP DEFAULT, ALTER id TYPE text; INSERT INTO test_p.notes (id, title) VALUES ('no uuid', 'x')", refused: plan.AlterType},
		"column made identity":   {by: "ALTER TABLE test_p.notes DROP COLUMN body; ALTER TABLE test_p.notes ADD COLUMN body bigint GENERATED ALWAYS AS IDENTITY; INSERT INTO test_p.notes (title) VALUES ('x')", applied: plan.AlterType},
		"column made generated":  {by: "ALTER TABLE test_p.notes DROP COLUMN body; ALTER TABLE test_p.notes ADD COLUMN body text GENERATED ALWAYS AS (lower(title)) STORED", applied: plan.AlterGenerated},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, unit())
			execute(t, db, test.by)
			result, err := engine(t, db).Run(t.Context(), []migration.Unit{unit()}, migration.Options{})
			if test.refused != "" {
				var refused *migration.RefusedError
				require.ErrorAs(t, err, &refused)
				require.Equal(t, test.refused, refused.Changes[0].Kind)
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.applied, result.Plan.Changes[0].Kind)
			settled(t, db, unit())
		})
	}
}

// An index that a failed concurrent build left behind is not taken for one that
// works.
func TestInvalidIndexIsSeen(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := plugin("p", []*schema.Table{withIndex(table("t", text("x")), "by_x", true, "x")})
	apply(t, db, unit)
	execute(t, db, "DROP INDEX test_p.by_x", "INSERT INTO test_p.t (x) VALUES ('a'), ('a')")
	_, err := db.ExecContext(t.Context(), "CREATE UNIQUE INDEX CONCURRENTLY by_x ON test_p.t (x)")
	require.Error(t, err)
	_, err = engine(t, db).Run(t.Context(), []migration.Unit{unit}, migration.Options{})
	require.ErrorContains(t, err, "alter index test_p.t.by_x")
	require.ErrorContains(t, err, "(invalid)")
	require.ErrorContains(t, err, "2 rows with the values of another")

	execute(t, db, "DELETE FROM test_p.t")
	apply(t, db, unit)
	settled(t, db, unit)
}

// What no schema ever declared is left alone, and said once.
func TestUnmanagedObjectsAreLeftAlone(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := plugin("p", []*schema.Table{table("t", text("x"))})
	apply(t, db, unit, coreUnit())
	execute(t, db,
		"ALTER TABLE test_p.t ADD COLUMN by_hand int",
		"CREATE INDEX by_hand_idx ON test_p.t (x)",
		"ALTER TABLE test_p.t ADD CONSTRAINT by_hand_check CHECK (x <> 'never')",
		"CREATE TABLE test_p.theirs (id int)", "CREATE TABLE public.theirs (id int)",
		"CREATE VIEW test_p.v AS SELECT x FROM test_p.t",
		"CREATE FUNCTION test_p.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
		"CREATE TRIGGER tr BEFORE INSERT ON test_p.t FOR EACH ROW EXECUTE FUNCTION test_p.f()",
		"COMMENT ON COLUMN test_p.t.x IS 'a note by the administrator'",
		"CREATE SCHEMA gone", "CREATE TABLE gone.t (id int)",
	)
	before := dump(t, db)
	result := apply(t, db, unit, coreUnit())
	require.True(t, result.UpToDate)
	require.True(t, result.Compared, "the fingerprint must have changed")
	require.Equal(t, []string{
		"column test_p.t.by_hand", "constraint test_p.t.by_hand_check", "index test_p.t.by_hand_idx",
	}, result.Plan.Unmanaged)
	require.Equal(t, before, dump(t, db))
	settled(t, db, unit, coreUnit())

	// They stay when the schema grows.
	grown := plugin("p", []*schema.Table{table("t", text("x"), nullable(text("y")))})
	apply(t, db, grown, coreUnit())
	require.Contains(t, dump(t, db), "by_hand_idx")
	settled(t, db, grown, coreUnit())
}
