package migration_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
	"github.com/elizago/elizago/migration/plan"
)

// Another dimension, or another type of vector. No value of the one is a value
// of another dimension; a half vector holds less than a vector.
func vectorChangesAreSeen(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ before, after, value, want string }{
		"dimension":           {before: "vector(3)", after: "vector(4)", want: "vector(4)"},
		"vector to halfvec":   {before: "vector(3)", after: "halfvec(3)", value: "[1,2,3]", want: "halfvec(3)"},
		"halfvec to vector":   {before: "halfvec(3)", after: "vector(3)", value: "[1,2,3]", want: "vector(3)"},
		"no dimension to one": {before: "vector", after: "vector(3)", value: "[1,2,3]", want: "vector(3)"},
		"a dimension to none": {before: "vector(3)", after: "vector", value: "[1,2,3]", want: "vector"},
		"vector to array":     {before: "vector(3)", after: "real[]", value: "[1,2,3]", want: "real[]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			unit := func(sqlType string) migration.Unit { return one(table("t", nullable(typed("v", sqlType)))) }
			apply(t, db, unit(test.before))
			execute(t, db, "INSERT INTO test_p.t (v) VALUES (NULL)")
			if test.value != "" {
				execute(t, db, "INSERT INTO test_p.t (v) VALUES ('"+test.value+"')")
			}
			result := forced(t, db, unit(test.after))
			requireChange(t, result.Plan, plan.AlterType, "test_p.t.v")
			require.Equal(t, test.want, columnType(t, db, "test_p.t", "v"))
			if test.value != "" {
				require.Equal(t, 1, query[int](t, db, "SELECT count(v) FROM test_p.t"))
			}
			settled(t, db, unit(test.after))
		})
	}
	t.Run("dimension with rows", func(t *testing.T) {
		t.Parallel()
		db := open(t)
		unit := func(sqlType string) migration.Unit { return one(table("t", nullable(typed("v", sqlType)))) }
		apply(t, db, unit("vector(3)"))
		execute(t, db, "INSERT INTO test_p.t (v) VALUES ('[1,2,3]'), ('[4,5,6]'), (NULL)")
		refused(t, db, []migration.Unit{unit("vector(4)")}, "alter type test_p.t.v", "vector(3)", "vector(4)", "2 rows")
	})
	t.Run("values that a half vector does not hold", func(t *testing.T) {
		t.Parallel()
		db := open(t)
		unit := func(sqlType string) migration.Unit { return one(table("t", nullable(typed("v", sqlType)))) }
		apply(t, db, unit("vector(2)"))
		execute(t, db, "INSERT INTO test_p.t (v) VALUES ('[1,2]'), ('[0.1,2]')")
		refused(t, db, []migration.Unit{unit("halfvec(2)")}, append(wayOut, "alter type test_p.t.v", "1 row")...)
	})
}

func hnswParametersAreSeen(t *testing.T) {
	t.Parallel()
	parametersAreSeen(t, "hnsw", map[string]string{"m": "8", "ef_construction": "32"}, map[string]string{"m": "9", "ef_construction": "32"})
}

func ivfflatParametersAreSeen(t *testing.T) {
	t.Parallel()
	parametersAreSeen(t, "ivfflat", map[string]string{"lists": "10"}, map[string]string{"lists": "20"})
}

func parametersAreSeen(t *testing.T, method string, first, second map[string]string) {
	t.Helper()
	db := open(t)
	unit := func(with map[string]string) migration.Unit {
		return one(table("t", nullable(typed("v", "vector(3)"))), &entpg.Index{
			Table: "t", Name: "by_v", Using: method, Parts: []entpg.Part{{Column: "v", OpClass: entpg.VectorCosine}}, Where: "v IS NOT NULL", With: with,
		})
	}
	parameters := func() string {
		return query[string](t, db, "SELECT coalesce(reloptions::text, '') FROM pg_class WHERE oid = 'test_p.by_v'::regclass")
	}
	apply(t, db, unit(first))
	for k, v := range first {
		require.Contains(t, parameters(), k+"="+v)
	}
	settled(t, db, unit(first))
	turned(t, db, plan.AlterIndex, "test_p.t.by_v", unit(second))
	for k, v := range second {
		require.Contains(t, parameters(), k+"="+v)
	}
	turned(t, db, plan.AlterIndex, "test_p.t.by_v", unit(nil))
	require.Empty(t, parameters())
}
