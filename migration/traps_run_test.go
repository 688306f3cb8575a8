package migration_test

import (
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
	"github.com/elizago/elizago/migration/plan"
)

// A type that holds every value is applied; one that does not, only where no
// row has such a value, and the rows that have one are counted.
func typeChangesAreClassified(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		from, to string
		fits     string // a value that both hold
		lost     string // one that the new type does not hold as it is; empty where there is none
	}{
		{from: "smallint", to: "integer", fits: "7"},
		{from: "integer", to: "bigint", fits: "7"},
		{from: "integer", to: "numeric", fits: "7"},
		{from: "bigint", to: "integer", fits: "7", lost: "3000000000"},
		{from: "bigint", to: "smallint", fits: "7", lost: "70000"},
		{from: "varchar(10)", to: "varchar(20)", fits: "seven"},
		{from: "varchar(20)", to: "varchar(10)", fits: "seven", lost: "seven and more"},
		{from: "varchar(10)", to: "text", fits: "seven"},
		{from: "text", to: "varchar(10)", fits: "seven", lost: "seven and more"},
		{from: "numeric(10,2)", to: "numeric(12,2)", fits: "7.25"},
		{from: "numeric(10,2)", to: "numeric(10,1)", fits: "7.5", lost: "7.25"},
		{from: "numeric(10,2)", to: "numeric(4,2)", fits: "7.25", lost: "700"},
		{from: "double precision", to: "real", fits: "7.5", lost: "0.1"},
		{from: "double precision", to: "integer", fits: "7", lost: "8.4"},
		{from: "date", to: "timestamp", fits: "2026-01-02"},
		{from: "timestamp", to: "date", fits: "2026-01-02", lost: "2026-03-04 05:06:07"},
		{from: "uuid", to: "text", fits: "6c84fb90-12c4-11e1-840d-7b25c5ee775a"},
		{from: "boolean", to: "text", fits: "true"},
		{from: "text[]", to: "integer[]", fits: "{7,8}", lost: "{seven}"},
	} {
		t.Run(test.from+" to "+test.to, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			unit := func(sqlType string) migration.Unit {
				return one(withIndex(table("t", nullable(typed("x", sqlType))), "by_x", false, "x"))
			}
			apply(t, db, unit(test.from))
			execute(t, db, "INSERT INTO test_p.t (x) VALUES ('"+test.fits+"'), (NULL)")
			if test.lost != "" {
				execute(t, db, "INSERT INTO test_p.t (x) VALUES ('"+test.lost+"')")
				e := refused(t, db, []migration.Unit{unit(test.to)}, append(wayOut, "alter type test_p.t.x", "1 row")...)
				// With leave, exactly that is lost which the refusal has named.
				values := func() []string {
					return strings.Split(lines(t, db, "SELECT coalesce(x::"+test.from+"::text, '') FROM test_p.t ORDER BY id"), "\n")
				}
				before := values()
				forced(t, db, unit(test.to))
				settled(t, db, unit(test.to))
				lost := 0
				for i, value := range values() {
					if value != before[i] {
						lost++
					}
				}
				require.Equal(t, e.Changes[0].Rows, int64(lost))
				forced(t, db, unit(test.from))
				execute(t, db, "TRUNCATE test_p.t", "INSERT INTO test_p.t (x) VALUES ('"+test.fits+"'), (NULL)")
			}
			requireChange(t, strictly(t, db, unit(test.to)).Plan, plan.AlterType, "test_p.t.x")
			settled(t, db, unit(test.to))
			require.Equal(t, "1", query[string](t, db, "SELECT count(x) FROM test_p.t"))
			require.NotEmpty(t, indexDef(t, db, "test_p", "by_x"))
		})
	}
}

// Rows that a policy hides from the tables' owner are affected like others, and
// are counted; the policy holds as before.
func rowsBehindPoliciesAreCounted(t *testing.T) {
	t.Parallel()
	admin, limited, name := role(t)
	execute(t, admin, "GRANT CREATE ON DATABASE "+query[string](t, admin, "SELECT quote_ident(current_database())")+" TO "+name)
	unit := func(columns ...*schema.Column) migration.Unit {
		return one(table("t", columns...), &entpg.RowSecurity{Table: "t", Force: true}, &entpg.Policy{Table: "t", Name: "nobody", Using: "false"})
	}
	apply(t, limited, unit(nullable(text("x"))))
	execute(t, admin, "INSERT INTO test_p.t (x) VALUES ('a long value'), ('another'), (NULL)")
	require.Equal(t, 0, query[int](t, limited, "SELECT count(*) FROM test_p.t"))
	for _, test := range []struct {
		unit  migration.Unit
		words []string
	}{
		{unit(nullable(typed("x", "varchar(9)"))), []string{"alter type test_p.t.x", "1 row"}},
		{unit(), []string{"drop column test_p.t.x", "2 rows"}},
		{unit(text("x")), []string{"set not null test_p.t.x", "1 row"}},
		{unit(nullable(text("x")), text("y")), []string{"add column test_p.t.y", "3 rows"}},
	} {
		_, err := engine(t, limited).Run(t.Context(), []migration.Unit{test.unit}, migration.Options{})
		oneLine(t, err)
		for _, word := range test.words {
			require.ErrorContains(t, err, word)
		}
	}
	require.Equal(t, "a long value,another", query[string](t, admin, "SELECT string_agg(x, ',' ORDER BY x) FROM test_p.t"))
	require.True(t, query[bool](t, admin, "SELECT relforcerowsecurity FROM pg_class WHERE oid = 'test_p.t'::regclass"))
	settled(t, limited, unit(nullable(text("x"))))
}

// Text becomes what its values say, with a default and a check over it.
func textBecomesNumber(t *testing.T) {
	t.Parallel()
	db := open(t)
	before := one(withCheck(table("t", withDefault(text("n"), "1")), "c", "n <> ''"))
	after := one(withCheck(table("t", withDefault(integer("n"), 2)), "c", "n > 0"))
	apply(t, db, before)
	execute(t, db, "INSERT INTO test_p.t (n) VALUES ('42'), ('seven')")
	refused(t, db, []migration.Unit{after}, append(wayOut, "alter type test_p.t.n", "1 row")...)
	execute(t, db, "UPDATE test_p.t SET n = '7' WHERE n = 'seven'")
	forced(t, db, after)
	require.Equal(t, "bigint NOT NULL 2", columnType(t, db, "test_p.t", "n"))
	require.Equal(t, 49, query[int](t, db, "SELECT sum(n) FROM test_p.t"))
	settled(t, db, after)
}

// What holds no data goes when it is not declared any more.
func harmlessDropsAreApplied(t *testing.T) {
	t.Parallel()
	users := func() *schema.Table { return table("u") }
	full := func() []*schema.Table {
		u := users()
		notes := table("t", withDefault(text("x"), "y"), nullable(typed("u", "uuid")), nullable(text("g")))
		return []*schema.Table{u, withKey(withCheck(withIndex(notes, "by_x", true, "x"), "c", "x <> ''"), "t_u", "u", u)}
	}
	annotations := []core.SchemaAnnotation{
		&entpg.GeneratedColumn{Table: "t", Column: "g", Expr: "lower(x)"},
		&entpg.UniqueKey{Table: "t", Name: "x_key", Columns: []string{"x"}},
		&entpg.RowSecurity{Table: "t"}, &entpg.Policy{Table: "t", Name: "see", Using: "true"},
		&entpg.StorageParameters{Table: "t", With: map[string]string{"fillfactor": "80"}},
	}
	db := open(t)
	apply(t, db, plugin("p", full(), annotations...))
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('A')")
	bare := table("t", nullable(text("x")), nullable(typed("u", "uuid")))
	bare.PrimaryKey = nil
	after := plugin("p", []*schema.Table{users(), bare})
	result := apply(t, db, after)
	for kind, object := range map[plan.Kind]string{
		plan.DropIndex: "test_p.t.by_x", plan.DropDefault: "test_p.t.x", plan.DropNotNull: "test_p.t.x",
		plan.DropColumn: "test_p.t.g", plan.DropPolicy: "test_p.t.see", plan.DropConstraint: "test_p.t.x_key",
	} {
		requireChange(t, result.Plan, kind, object)
	}
	require.Equal(t, "A", query[string](t, db, "SELECT x FROM test_p.t"))
	// From PostgreSQL 18 on NOT NULL, as of the id, is a constraint, too.
	require.Equal(t, 0, query[int](t, db, "SELECT count(*) FROM pg_constraint WHERE conrelid = 'test_p.t'::regclass AND contype <> 'n'"))
	settled(t, db, after)
}

// A unique index over an expression fails over duplicates like any other, with
// leave to lose data or without.
func uniqueExpressionOverDuplicates(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", text("x"))))
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('a'), ('A'), ('b')")
	unit := one(table("t", text("x"), nullable(text("y"))), &entpg.Index{Table: "t", Name: "by_lower", Unique: true, Parts: []entpg.Part{{Expr: "lower(x)"}}})
	before := dump(t, db)
	for _, force := range []bool{false, true} {
		_, err := engine(t, db).Run(t.Context(), []migration.Unit{unit}, migration.Options{Force: force})
		oneLine(t, err)
		require.ErrorContains(t, err, "by_lower")
		require.ErrorContains(t, err, `"@test/p"`)
		require.Equal(t, before, dump(t, db))
	}
}

func concurrentStatementsSaySo(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", text("x"))))
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('a')")
	plan, err := engine(t, db).Plan(t.Context(), []migration.Unit{one(withIndex(table("t", text("x"), nullable(text("y"))), "by_x", false, "x"),
		&entpg.OnlineObjects{Table: "t", Names: []string{"by_x"}})})
	require.NoError(t, err)
	require.Len(t, plan.Statements, 2)
	for _, s := range plan.Statements {
		require.Equal(t, !strings.Contains(s.SQL, "CONCURRENTLY"), s.Transactional, s.SQL)
	}
	require.Contains(t, plan.SQL(), "CONCURRENTLY")
}

// Two that wait for the lock on a database without history: the one that comes
// second finds what the first has written, although its connection asked before.
func historyIsSeenAfterTheWait(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	watch := openURL(t, url)
	release := holdLock(t, url)
	units := []migration.Unit{one(table("t"))}
	results, errs := make([]*migration.Result, 3), make([]error, 3)
	var wait sync.WaitGroup
	for i := range results {
		db := openURL(t, url)
		db.SetMaxOpenConns(1)
		// The connection has looked for the tables when they were not there.
		require.False(t, query[sql.NullString](t, db, "SELECT to_regclass('migrations.state')::text").Valid)
		e := engine(t, db)
		wait.Go(func() { results[i], errs[i] = e.Run(t.Context(), units, migration.Options{}) })
	}
	require.Eventually(t, func() bool {
		return query[int](t, watch, `SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
			WHERE l.locktype = 'advisory' AND NOT l.granted AND d.datname = current_database()`) == len(results)
	}, waitLimit, waitStep)
	release()
	wait.Wait()
	applied := 0
	for i, result := range results {
		require.NoError(t, errs[i])
		if !result.UpToDate {
			applied++
		}
	}
	require.Equal(t, 1, applied)
	require.Equal(t, 1, query[int](t, watch, "SELECT count(*) FROM migrations.runs"))
}

// Runs that follow each other at once are told apart, and stay in order.
func runsInOneSecond(t *testing.T) {
	t.Parallel()
	db := open(t)
	for i := range 5 {
		var columns []*schema.Column
		for n := range i {
			columns = append(columns, nullable(text(fmt.Sprintf("c%d", n))))
		}
		apply(t, db, one(table("t", columns...)))
	}
	require.Equal(t, 5, query[int](t, db, "SELECT count(DISTINCT id) FROM migrations.runs"))
	status, err := engine(t, db).Status(t.Context(), "@test/p")
	require.NoError(t, err)
	require.Len(t, status.Journal, 5)
	require.Equal(t, status.LastMigration.Hash, status.Journal[4].Hash)
}

// Another version of ent may bring another version of Atlas, and with it other
// statements. What ran is on record, and another hash leads to a comparison.
func versionsAreRecorded(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := one(table("t"))
	apply(t, db, unit)
	for _, name := range []string{"elizago", "ent", "atlas", "server"} {
		require.NotEmpty(t, query[string](t, db, "SELECT coalesce(versions ->> $1, '') FROM migrations.runs", name), name)
	}
	execute(t, db, "UPDATE migrations.state SET hash = 'of another version'")
	result := apply(t, db, unit)
	require.True(t, result.UpToDate)
	require.True(t, result.Compared)
	settled(t, db, unit)
}
