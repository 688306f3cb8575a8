package migration_test

import (
	"testing"

	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
	"github.com/elizago/elizago/migration/plan"
)

// Defect 1. The predicate is there, may change, and a full index in its place
// is not taken for it. ent's own annotation and entpg's index behave the same.
func partialIndexKeepsItsPredicate(t *testing.T) {
	t.Parallel()
	byEnt := func(where string) migration.Unit {
		notes := withIndex(table("t", nullable(text("x")), nullable(text("y"))), "by_x", true, "x")
		notes.Indexes[0].Annotation = &entsql.IndexAnnotation{Where: where}
		return one(notes)
	}
	byAnnotation := func(where string) migration.Unit {
		return one(table("t", nullable(text("x")), nullable(text("y"))), &entpg.Index{
			Table: "t", Name: "by_x", Unique: true, Parts: []entpg.Part{{Column: "x"}}, Where: where,
		})
	}
	for name, unit := range map[string]func(where string) migration.Unit{"of ent": byEnt, "of entpg": byAnnotation} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, unit("y = 'a'"))
			require.Equal(t, "CREATE UNIQUE INDEX by_x ON test_p.t USING btree (x) WHERE (y = 'a'::text)", indexDef(t, db, "test_p", "by_x"))
			// Two equal values outside of the predicate: a full index would refuse them.
			execute(t, db, "INSERT INTO test_p.t (x, y) VALUES ('1', 'b'), ('1', 'b'), ('1', 'a')")
			settled(t, db, unit("y = 'a'"))

			turned(t, db, plan.AlterIndex, "test_p.t.by_x", unit("y = 'c'"))
			require.Contains(t, indexDef(t, db, "test_p", "by_x"), "WHERE (y = 'c'::text)")

			execute(t, db, "DROP INDEX test_p.by_x", "CREATE INDEX by_x ON test_p.t (x)")
			turned(t, db, plan.AlterIndex, "test_p.t.by_x", unit("y = 'c'"))
			require.Contains(t, indexDef(t, db, "test_p", "by_x"), "UNIQUE INDEX")
			require.Contains(t, indexDef(t, db, "test_p", "by_x"), "WHERE (y = 'c'::text)")
		})
	}
}

// Defect 2. Operator classes reach the database, and a change of one is seen.
func indexKeepsItsOperatorClass(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(vectors, documents string) migration.Unit {
		return one(table("t", nullable(typed("v", "vector(3)")), nullable(typed("doc", "jsonb"))),
			&entpg.Index{Table: "t", Name: "by_v", Using: "hnsw", Parts: []entpg.Part{{Column: "v", OpClass: vectors}}},
			&entpg.Index{Table: "t", Name: "by_doc", Using: "gin", Parts: []entpg.Part{{Column: "doc", OpClass: documents}}},
		)
	}
	apply(t, db, unit(entpg.VectorCosine, "jsonb_path_ops"))
	require.Equal(t, "CREATE INDEX by_v ON test_p.t USING hnsw (v vector_cosine_ops)", indexDef(t, db, "test_p", "by_v"))
	require.Equal(t, "CREATE INDEX by_doc ON test_p.t USING gin (doc jsonb_path_ops)", indexDef(t, db, "test_p", "by_doc"))
	execute(t, db, `INSERT INTO test_p.t (v, doc) VALUES ('[1,2,3]', '{"a": 1}')`)
	settled(t, db, unit(entpg.VectorCosine, "jsonb_path_ops"))

	// The second class is the access method's own: PostgreSQL does not print it.
	turned(t, db, plan.AlterIndex, "test_p.t.by_v", unit(entpg.VectorL2, "jsonb_ops"))
	require.Equal(t, "CREATE INDEX by_v ON test_p.t USING hnsw (v vector_l2_ops)", indexDef(t, db, "test_p", "by_v"))
	require.Equal(t, "CREATE INDEX by_doc ON test_p.t USING gin (doc)", indexDef(t, db, "test_p", "by_doc"))
}

// Defect 4. An index of a plugin's is dropped and altered in the plugin's
// namespace, and one of the same name in another namespace stays.
func indexOfAPluginIsDroppedInItsNamespace(t *testing.T) {
	t.Parallel()
	db := open(t)
	execute(t, db, "CREATE TABLE public.theirs (x text)", "CREATE INDEX by_x ON public.theirs (x)", "CREATE INDEX by_y ON public.theirs (x)")
	unit := func(columns ...string) migration.Unit {
		notes := table("t", nullable(text("x")), nullable(text("y")))
		if len(columns) > 0 {
			withIndex(notes, "by_x", false, columns...)
		}
		return one(notes)
	}
	apply(t, db, one(withIndex(withIndex(table("t", nullable(text("x")), nullable(text("y"))), "by_x", false, "x"), "by_y", false, "y")))
	result := turned(t, db, plan.AlterIndex, "test_p.t.by_x", unit("y", "x"))
	requireChange(t, result.Plan, plan.DropIndex, "test_p.t.by_y")
	require.Equal(t, "CREATE INDEX by_x ON test_p.t USING btree (y, x)", indexDef(t, db, "test_p", "by_x"))
	require.Empty(t, indexDef(t, db, "test_p", "by_y"))

	turned(t, db, plan.DropIndex, "test_p.t.by_x", unit())
	require.Empty(t, indexDef(t, db, "test_p", "by_x"))
	require.NotEmpty(t, indexDef(t, db, "public", "by_x"))
	require.NotEmpty(t, indexDef(t, db, "public", "by_y"))
}

// Defect 17. An index that is asked for online is built beside those who write.
func indexIsBuiltConcurrently(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(annotations ...core.SchemaAnnotation) migration.Unit {
		return plugin("p", []*schema.Table{table("t", nullable(text("x")))}, annotations...)
	}
	apply(t, db, unit())
	execute(t, db, "INSERT INTO test_p.t (x) SELECT n::text FROM generate_series(1, 100) n")
	after := unit(
		&entpg.Index{Table: "t", Name: "by_x", Parts: []entpg.Part{{Column: "x"}}},
		&entpg.OnlineObjects{Table: "t", Names: []string{"by_x"}},
	)
	result := apply(t, db, after)
	var concurrent []plan.Statement
	for _, s := range result.Plan.Statements {
		if !s.Transactional {
			concurrent = append(concurrent, s)
		}
	}
	require.Len(t, concurrent, 1, result.Plan.SQL())
	require.Contains(t, concurrent[0].SQL, "CREATE INDEX CONCURRENTLY")
	require.True(t, query[bool](t, db, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'test_p.by_x'::regclass"))
	settled(t, db, after)
}
