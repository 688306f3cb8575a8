package migration_test

import (
	"database/sql"
	"strings"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
	"github.com/elizago/elizago/migration/plan"
)

func storedAs(column string, mode entpg.StorageMode) core.SchemaAnnotation {
	return &entpg.StoredColumn{Table: "t", Column: column, Storage: mode}
}

// storage is a letter for each column of test_p.t after its id, by name: p, m,
// e or x.
func storage(t testing.TB, db *sql.DB) string {
	t.Helper()
	return query[string](t, db, `SELECT string_agg(attname || '=' || attstorage::text, ' ' ORDER BY attname) FROM pg_attribute
		WHERE attrelid = 'test_p.t'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'id'`)
}

// movedOut is how many values of test_p.t are stored out of their rows.
func movedOut(t testing.TB, db *sql.DB) int {
	t.Helper()
	toast := query[string](t, db, "SELECT reltoastrelid::regclass::text FROM pg_class WHERE oid = 'test_p.t'::regclass")
	if toast == "-" {
		return 0 // No column's values are ever moved.
	}
	return query[int](t, db, "SELECT count(DISTINCT chunk_id) FROM "+toast)
}

// embeddings are a table with a column v, whose values of 4.8 kB its type has
// moved out of the rows, and with what is given.
func embeddings(columns ...*schema.Column) *schema.Table {
	return table("t", append([]*schema.Column{nullable(typed("v", "vector(1200)"))}, columns...)...)
}

const (
	embedded   = 10
	insertThem = "INSERT INTO test_p.t (v) SELECT array_fill(i::real, ARRAY[1200])::vector FROM generate_series(1, 10) i"
	halfOfThem = "v::halfvec(1200)"
	halfAgain  = "(v * array_fill(1::real, ARRAY[1200])::vector)::halfvec(1200)"
)

// A table has the storage of its columns before it has rows.
func TestColumnStorageOfATable(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := one(embeddings(nullable(text("x")), integer("n")), storedAs("v", entpg.StoragePlain), storedAs("x", entpg.StorageMain), storedAs("n", entpg.StoragePlain))
	result := apply(t, db, unit)
	require.Equal(t, []plan.Kind{plan.AddExtension, plan.AddNamespace, plan.AddTable}, changeKinds(result.Plan))
	require.Equal(t, "n=p v=p x=m", storage(t, db))
	execute(t, db, "INSERT INTO test_p.t (n, v) SELECT i, array_fill(i::real, ARRAY[1200])::vector FROM generate_series(1, 10) i")
	require.Zero(t, movedOut(t, db))
	settled(t, db, unit)
}

// A column that is added, and one that is recreated, get the values of the rows
// that are there in the declared storage.
func TestColumnStorageOfAGeneratedColumn(t *testing.T) {
	t.Parallel()
	unit := func(expr string, annotations ...core.SchemaAnnotation) migration.Unit {
		half := nullable(typed("h", "halfvec(1200)"))
		return one(embeddings(half), append(annotations, &entpg.GeneratedColumn{Table: "t", Column: "h", Expr: expr})...)
	}
	filled := func(t *testing.T) *sql.DB {
		db := open(t)
		apply(t, db, one(embeddings()))
		execute(t, db, insertThem)
		require.Equal(t, embedded, movedOut(t, db))
		return db
	}
	t.Run("without", func(t *testing.T) {
		t.Parallel()
		db := filled(t)
		apply(t, db, unit(halfOfThem))
		require.Equal(t, 2*embedded, movedOut(t, db))
	})
	t.Run("with", func(t *testing.T) {
		t.Parallel()
		db := filled(t)
		inRows := func() {
			t.Helper()
			require.Equal(t, "h=p v=e", storage(t, db))
			require.Equal(t, embedded, movedOut(t, db))
			require.Equal(t, "2408 2408", query[string](t, db, "SELECT min(pg_column_size(h)) || ' ' || max(pg_column_size(h)) FROM test_p.t"))
		}
		after := unit(halfOfThem, storedAs("h", entpg.StoragePlain))
		result := apply(t, db, after)
		require.Equal(t, []plan.Kind{plan.AddColumn, plan.SetColumnStorage}, changeKinds(result.Plan))
		require.Len(t, result.Plan.Statements, 1)
		require.Equal(t, `ALTER TABLE "test_p"."t" ADD COLUMN "h" halfvec(1200) NULL GENERATED ALWAYS AS (v::halfvec(1200)) STORED, ALTER COLUMN "h" SET STORAGE PLAIN`,
			result.Plan.Statements[0].SQL)
		inRows()
		settled(t, db, after)

		// Another expression, and another type of the column it is computed from.
		after = unit(halfAgain, storedAs("h", entpg.StoragePlain))
		apply(t, db, after)
		inRows()
		settled(t, db, after)
		after.Schema.Tables[0].Columns[1].SchemaType["postgres"] = "vector"
		apply(t, db, after)
		inRows()
		settled(t, db, after)
	})
}

// Storage comes, changes and goes without a row being written.
func TestColumnStorageChanges(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(modes ...entpg.StorageMode) migration.Unit {
		var annotations []core.SchemaAnnotation
		for _, m := range modes {
			annotations = append(annotations, storedAs("v", m))
		}
		return one(embeddings(), annotations...)
	}
	apply(t, db, unit())
	execute(t, db, insertThem)
	file := func() int { return query[int](t, db, "SELECT pg_relation_filenode('test_p.t')") }
	before := file()
	was := "v=e"
	for _, step := range []struct {
		modes []entpg.StorageMode
		want  string
		kind  plan.Kind
		words string
	}{
		{[]entpg.StorageMode{entpg.StoragePlain}, "v=p", plan.SetColumnStorage, "set column storage test_p.t.v PLAIN"},
		{[]entpg.StorageMode{entpg.StorageExtended}, "v=x", plan.SetColumnStorage, "set column storage test_p.t.v from PLAIN to EXTENDED"},
		{[]entpg.StorageMode{entpg.StorageExternal}, "v=e", plan.ResetColumnStorage, "reset column storage test_p.t.v"},
		{[]entpg.StorageMode{entpg.StorageMain}, "v=m", plan.SetColumnStorage, "set column storage test_p.t.v MAIN"},
		{nil, "v=e", plan.ResetColumnStorage, "reset column storage test_p.t.v"},
	} {
		// A plan alone says it, and does not do it.
		planned, err := engine(t, db).Plan(t.Context(), unitsOf(unit(step.modes...)))
		require.NoError(t, err)
		require.Contains(t, planned.SQL(), `ALTER TABLE "test_p"."t" ALTER COLUMN "v" SET STORAGE `)
		require.Equal(t, was, storage(t, db))

		result := strictly(t, db, unit(step.modes...))
		require.Equal(t, []plan.Kind{step.kind}, changeKinds(result.Plan))
		require.Equal(t, plan.Safe, result.Plan.Changes[0].Class)
		require.Equal(t, step.words, result.Plan.Changes[0].String())
		require.Equal(t, planned.Statements, result.Plan.Statements)
		require.Equal(t, step.want, storage(t, db))
		settled(t, db, unit(step.modes...))
		execute(t, db, result.Plan.Statements[0].Reverse...)
		require.Equal(t, was, storage(t, db))
		apply(t, db, unit(step.modes...))
		was = step.want
	}
	require.Equal(t, before, file(), "the table was rewritten")
}

// Where a plan rewrites the rows for something else, they get the new storage
// by the way.
func TestColumnStorageBeforeARewrite(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(embeddings()))
	execute(t, db, insertThem)
	half := func() *schema.Table { return embeddings(nullable(typed("h", "halfvec(1200)"))) }
	generated := &entpg.GeneratedColumn{Table: "t", Column: "h", Expr: halfOfThem}
	after := one(half(), generated, storedAs("v", entpg.StoragePlain), storedAs("h", entpg.StoragePlain))
	apply(t, db, after)
	require.Equal(t, "h=p v=p", storage(t, db))
	require.Zero(t, movedOut(t, db))
	settled(t, db, after)
}

// A setting made by hand stays if no schema declares it, and is reverted if one
// does, even if it declares the type's default.
func TestColumnStorageByHand(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := one(table("t", text("a"), text("b"), text("c")), storedAs("b", entpg.StorageExternal), storedAs("c", entpg.StorageExtended))
	apply(t, db, unit)
	require.Equal(t, "a=x b=e c=x", storage(t, db))
	settled(t, db, unit)
	execute(t, db, "ALTER TABLE test_p.t ALTER a SET STORAGE MAIN, ALTER b SET STORAGE MAIN, ALTER c SET STORAGE MAIN")
	result := apply(t, db, unit)
	require.Equal(t, []string{"column storage test_p.t.a"}, result.Plan.Unmanaged)
	require.Equal(t, []plan.Kind{plan.SetColumnStorage, plan.ResetColumnStorage}, changeKinds(result.Plan))
	require.Equal(t, "a=m b=e c=x", storage(t, db))
	settled(t, db, unit)
	execute(t, db, "ALTER TABLE test_p.t ALTER b SET STORAGE EXTENDED")
	result = apply(t, db, unit)
	require.Equal(t, []plan.Kind{plan.SetColumnStorage}, changeKinds(result.Plan))
	require.Equal(t, "a=m b=e c=x", storage(t, db))

	// By hand it stays when the schema grows, and when the column is declared
	// and is not any more.
	grown := one(table("t", text("a"), text("b"), text("c"), nullable(text("d"))))
	result = apply(t, db, grown)
	require.Equal(t, []plan.Kind{plan.AddColumn, plan.ResetColumnStorage}, changeKinds(result.Plan))
	require.Equal(t, "a=m b=x c=x d=x", storage(t, db))
	settled(t, db, grown)
}

// PostgreSQL forgets the storage of a column whose type changes.
func TestColumnStorageAndTypes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		from, to      string
		before, after entpg.StorageMode
		collation     string
		want          string
	}{
		"longer":                {from: "varchar(9)", to: "varchar(20)", before: entpg.StorageExternal, after: entpg.StorageExternal, want: "x=e"},
		"other type":            {from: "text", to: "jsonb", before: entpg.StorageMain, after: entpg.StorageMain, want: "x=m"},
		"other storage as well": {from: "text", to: "varchar", before: entpg.StorageMain, after: entpg.StorageExternal, want: "x=e"},
		"storage comes":         {from: "integer", to: "text", after: entpg.StorageExternal, want: "x=e"},
		"storage goes":          {from: "text", to: "integer", before: entpg.StorageExternal, want: "x=p"},
		"to the new type's own": {from: "text", to: "numeric", before: entpg.StorageExternal, after: entpg.StorageMain, want: "x=m"},
		"from the old one's":    {from: "numeric", to: "text", before: entpg.StorageMain, after: entpg.StorageMain, want: "x=m"},
		"collation":             {from: "text", to: "text", before: entpg.StorageExternal, after: entpg.StorageExternal, collation: "C", want: "x=e"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			unit := func(sqlType, collation string, mode entpg.StorageMode) migration.Unit {
				x := nullable(typed("x", sqlType))
				x.Collation = collation
				if mode == "" {
					return one(table("t", x))
				}
				return one(table("t", x), storedAs("x", mode))
			}
			apply(t, db, unit(test.from, "", test.before))
			execute(t, db, "INSERT INTO test_p.t (x) VALUES ('1'), (NULL)")
			after := unit(test.to, test.collation, test.after)
			result := forced(t, db, after)
			require.Equal(t, 1, strings.Count(result.Plan.SQL(), "ALTER TABLE"), result.Plan.SQL())
			require.Equal(t, test.want, storage(t, db))
			require.Equal(t, 1, query[int](t, db, "SELECT count(*) FROM test_p.t WHERE x IS NOT NULL"))
			settled(t, db, after)
		})
	}
}

// The reverse of a change of type brings the storage back, too.
func TestColumnStorageReverses(t *testing.T) {
	t.Parallel()
	db := open(t)
	before := one(table("t", nullable(typed("x", "varchar(9)"))), storedAs("x", entpg.StorageExternal))
	apply(t, db, before)
	result := apply(t, db, one(table("t", nullable(typed("x", "varchar(20)"))), storedAs("x", entpg.StorageMain)))
	require.Equal(t, "x=m", storage(t, db))
	for _, s := range result.Plan.Statements {
		execute(t, db, s.Reverse...)
	}
	report, err := engine(t, db).Check(t.Context(), unitsOf(before))
	require.NoError(t, err)
	require.True(t, report.Equal, "%v", report.Differences)
}

// The values of a column whose type changes are stored as declared.
func TestColumnStorageOfARetypedColumn(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(embeddings()))
	execute(t, db, insertThem)
	after := one(table("t", nullable(typed("v", "halfvec(1200)"))), storedAs("v", entpg.StoragePlain))
	forced(t, db, after)
	require.Equal(t, "v=p", storage(t, db))
	require.Zero(t, movedOut(t, db))
	settled(t, db, after)
}

// An enumeration that is recreated takes its columns along, arrays with their
// storage.
func TestColumnStorageOfAnEnumeration(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(values ...string) migration.Unit {
		return one(table("t", nullable(text("m")), nullable(typed("many", "mood[]"))), mood(values...), storedAs("many", entpg.StorageExternal))
	}
	apply(t, db, unit("a", "b"))
	execute(t, db, "INSERT INTO test_p.t (m, many) VALUES ('a', '{a,a}')")
	apply(t, db, unit("a"))
	require.Equal(t, "m=p many=e", storage(t, db))
	settled(t, db, unit("a"))
}

// The storage goes with its column, and with a column that gets another name.
func TestColumnStorageFollowsItsColumn(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", text("a"), nullable(text("b"))), storedAs("a", entpg.StorageExternal), storedAs("b", entpg.StorageMain)))
	after := one(table("t", text("c")), storedAs("c", entpg.StorageExternal), renamedColumn("t", "a", "c"))
	result := forced(t, db, after)
	require.Equal(t, []plan.Kind{plan.RenameColumn, plan.DropColumn}, changeKinds(result.Plan))
	require.Equal(t, "c=e", storage(t, db))
	settled(t, db, after)
}

// What would be refused is told without a statement that could not be executed.
func TestColumnStorageOfARefusedColumn(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t")))
	execute(t, db, "INSERT INTO test_p.t DEFAULT VALUES")
	plan, err := engine(t, db).Plan(t.Context(), unitsOf(one(table("t", text("x")), storedAs("x", entpg.StorageMain))))
	require.NoError(t, err)
	require.Len(t, plan.Refused(), 1)
	require.Empty(t, plan.Statements)
}
