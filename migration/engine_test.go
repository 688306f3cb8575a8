package migration_test

import (
	"slices"
	"testing"
	"time"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

func TestCoreFromNothing(t *testing.T) {
	t.Parallel()
	db := open(t)
	result := apply(t, db, coreUnit())
	require.False(t, result.UpToDate)
	require.NotEmpty(t, result.Plan.Statements)
	for _, s := range result.Plan.Statements {
		require.Equal(t, migration.Core, s.Unit)
		require.NotEmpty(t, s.Comment)
	}
	require.Equal(t, 21, query[int](t, db, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
	require.Equal(t, 0, query[int](t, db, "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'zz_elizago%'"), "a shadow was left")
	settled(t, db, coreUnit())
}

// Schema owners come in dependency order whatever order they are given in, and
// refer to each other's tables over namespaces.
func TestPluginsInDependencyOrder(t *testing.T) {
	t.Parallel()
	db := open(t)
	goals := table("goals", typed("entity_id", "uuid"))
	a := plugin("a-goals", []*schema.Table{goals}, &entpg.Reference{
		Table: "goals", Column: "entity_id",
		RefNamespace: "public", RefTable: "entities", RefColumn: "id", OnDelete: entpg.Cascade,
	})
	steps := table("steps", typed("goal_id", "uuid"))
	b := plugin("a", []*schema.Table{steps}, &entpg.Reference{
		Table: "steps", Column: "goal_id", Name: "by_name",
		RefNamespace: "test_a_goals", RefTable: "goals", RefColumn: "id", OnDelete: entpg.SetNull,
	})
	col(steps, "goal_id").Nullable = true
	b.DependsOn = []string{"@test/a-goals"}

	result := apply(t, db, b, a, coreUnit())
	var order []string
	for _, s := range result.Plan.Statements {
		if !slices.Contains(order, s.Unit) {
			order = append(order, s.Unit)
		}
	}
	require.Equal(t, []string{migration.Core, "@test/a-goals", "@test/a"}, order)
	definition := `SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $1`
	require.Equal(t, "FOREIGN KEY (entity_id) REFERENCES entities(id) ON DELETE CASCADE",
		query[string](t, db, definition, "goals_entity_id_entities_id_fk"))
	require.Equal(t, "FOREIGN KEY (goal_id) REFERENCES test_a_goals.goals(id) ON DELETE SET NULL",
		query[string](t, db, definition, "by_name"))
	settled(t, db, coreUnit(), a, b)

	// Without the plugins, theirs stays.
	settled(t, db, coreUnit())
	require.Equal(t, 1, query[int](t, db, "SELECT count(*) FROM pg_tables WHERE schemaname = 'test_a'"))
}

// Everything that entpg declares reaches the database, and is stable there.
func TestAnnotations(t *testing.T) {
	t.Parallel()
	db := open(t)
	notes := table("notes", text("title"), nullable(text("title_lower")), typed("tags", "text[]"),
		typed("embedding", "vector(8)"), typed("small", "halfvec(8)"), typed("data", "jsonb"))
	pairs := table("pairs", text("left"), text("right"))
	pairs.Columns, pairs.PrimaryKey = pairs.Columns[1:], nil
	unit := plugin("annotations", []*schema.Table{notes, pairs},
		&entpg.CompositeKey{Table: "pairs", Columns: []string{"right", "left"}},
		&entpg.GeneratedColumn{Table: "notes", Column: "title_lower", Expr: "lower(title)"},
		&entpg.Index{
			Table: "notes", Name: "by_vector", Using: "hnsw", Where: "embedding IS NOT NULL",
			Parts: []entpg.Part{{Column: "embedding", OpClass: entpg.VectorL2}},
			With:  map[string]string{"m": "8", "ef_construction": "32"},
		},
		&entpg.Index{
			Table: "notes", Name: "by_half", Using: "hnsw",
			Parts: []entpg.Part{{Column: "small", OpClass: entpg.HalfVectorCosine}},
			With:  map[string]string{"m": "9"},
		},
		&entpg.Index{
			Table: "notes", Name: "by_kind", Unique: true,
			Parts:   []entpg.Part{{Expr: "data ->> 'kind'"}, {Column: "title", Desc: true}},
			Include: []string{"tags"}, Where: "title <> ' WHERE ' AND (data ? 'kind')",
		},
	)
	apply(t, db, unit)
	settled(t, db, unit)

	index := "SELECT pg_get_indexdef(('test_annotations.' || $1)::regclass)"
	require.Equal(t, "CREATE INDEX by_vector ON test_annotations.notes USING hnsw (embedding vector_l2_ops) WITH (ef_construction='32', m='8') WHERE (embedding IS NOT NULL)",
		query[string](t, db, index, "by_vector"))
	require.Equal(t, "CREATE INDEX by_half ON test_annotations.notes USING hnsw (small halfvec_cosine_ops) WITH (m='9')",
		query[string](t, db, index, "by_half"))
	require.Equal(t, "CREATE UNIQUE INDEX by_kind ON test_annotations.notes USING btree (((data ->> 'kind'::text)), title DESC) INCLUDE (tags) WHERE ((title <> ' WHERE '::text) AND (data ? 'kind'::text))",
		query[string](t, db, index, "by_kind"))
	require.Equal(t, "PRIMARY KEY (\"right\", \"left\")",
		query[string](t, db, "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'pairs_pkey'"))
	execute(t, db, `INSERT INTO test_annotations.notes (title, tags, embedding, small, data)
		VALUES ('Hello', '{a,b}', '[1,2,3,4,5,6,7,8]', '[1,2,3,4,5,6,7,8]', '{}')`)
	require.Equal(t, "hello", query[string](t, db, "SELECT title_lower FROM test_annotations.notes"))
}

// A namespace may be a word of SQL's.
func TestNamespaceThatNeedsQuotes(t *testing.T) {
	t.Parallel()
	db := open(t)
	user := table("order", typed("parent_id", "uuid"))
	unit := migration.Unit{Plugin: "@test/user", Schema: core.Schema{
		Namespace: "user",
		Tables:    []*schema.Table{withKey(user, "parent_fk", "parent_id", user)},
	}}
	apply(t, db, unit)
	settled(t, db, unit)
}

// Two programs with different plugins on one database do not undo each other's
// fast path.
func TestProgramsWithDifferentPlugins(t *testing.T) {
	t.Parallel()
	db := open(t)
	a := plugin("a", []*schema.Table{table("t")})
	b := plugin("b", []*schema.Table{table("t")})
	apply(t, db, coreUnit(), a)
	apply(t, db, coreUnit(), b)
	settled(t, db, coreUnit(), a)
	settled(t, db, coreUnit(), b)
	settled(t, db, b, a, coreUnit())
}

// A plan says everything that Run does, and is SQL that anybody can run.
func TestPlan(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := engine(t, db)
	plan, err := e.Plan(t.Context(), []migration.Unit{coreUnit()})
	require.NoError(t, err)
	require.Equal(t, "CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public", plan.Statements[0].SQL)
	for _, s := range plan.Statements[1:] {
		require.NotEmpty(t, s.Reverse, s.SQL)
	}
	result, err := e.Run(t.Context(), []migration.Unit{coreUnit()}, migration.Options{})
	require.NoError(t, err)
	require.Equal(t, plan.SQL(), result.Plan.SQL())
	golden(t, "testdata/core.sql", plan.SQL())
	require.Equal(t, plan.Hash, result.Plan.Hash)

	other := open(t)
	execute(t, other, plan.SQL())
	plan, err = engine(t, other).Plan(t.Context(), []migration.Unit{coreUnit()})
	require.NoError(t, err)
	require.True(t, plan.Empty(), "%v", plan.Changes)
	// Equal tables that history does not know are taken over as they are.
	result = apply(t, other, coreUnit())
	require.True(t, result.UpToDate)
	settled(t, other, coreUnit())
}

func TestStatus(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := engine(t, db)
	s, err := e.Status(t.Context(), migration.Core)
	require.NoError(t, err)
	require.Equal(t, &migration.Status{Journal: []migration.JournalEntry{}}, s)

	first := apply(t, db, plugin("p", []*schema.Table{table("t")}))
	apply(t, db, plugin("p", []*schema.Table{table("t")}))
	apply(t, db, plugin("p", []*schema.Table{table("t", nullable(text("x")))}))
	s, err = e.Status(t.Context(), "@test/p")
	require.NoError(t, err)
	require.True(t, s.HasRun)
	require.Equal(t, 2, s.Snapshots)
	require.Len(t, s.Journal, 2)
	require.Equal(t, len(first.Plan.Statements), s.Journal[0].Statements)
	require.Equal(t, 1, s.Journal[1].Statements)
	require.Positive(t, s.Journal[1].Duration)
	require.Equal(t, s.Journal[1].Hash, s.LastMigration.Hash)
	require.NotEqual(t, s.Journal[0].Hash, s.LastMigration.Hash)
	require.WithinDuration(t, time.Now(), s.LastMigration.Timestamp, time.Hour)

	last, err := e.LastRun(t.Context())
	require.NoError(t, err)
	require.Equal(t, "applied", last.Outcome)
	require.Equal(t, s.Journal[1].Run, last.Run)
	require.Empty(t, last.Error)

	s, err = e.Status(t.Context(), "@test/other")
	require.NoError(t, err)
	require.False(t, s.HasRun)
}

// The history records who, with what, how long, and how to go back.
func TestHistory(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, plugin("p", []*schema.Table{table("t")}))
	require.Equal(t, "applied", query[string](t, db, "SELECT outcome FROM migrations.runs"))
	require.Equal(t, `DROP TABLE "test_p"."t"`, query[string](t, db, "SELECT statements #>> '{1,reverse,0}' FROM migrations.runs"))
	require.Equal(t, "add_table", query[string](t, db, "SELECT changes #>> '{1,kind}' FROM migrations.runs"))
	require.Equal(t, query[string](t, db, "SHOW server_version_num"), query[string](t, db, "SELECT versions ->> 'server' FROM migrations.runs"))
	require.NotEmpty(t, query[string](t, db, "SELECT versions ->> 'ent' FROM migrations.runs"))
	require.NotEmpty(t, query[string](t, db, "SELECT versions ->> 'atlas' FROM migrations.runs"))
	require.Contains(t, query[string](t, db, "SELECT snapshot FROM migrations.journal"), `CREATE TABLE "test_p"."t"`)
	require.Positive(t, query[float64](t, db, "SELECT duration_ms FROM migrations.runs"))
	require.NotEmpty(t, query[string](t, db, "SELECT role FROM migrations.runs"))
}
