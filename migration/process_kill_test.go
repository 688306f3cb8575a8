package migration_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgtest"
)

// shape is what the catalog says outside of PostgreSQL's own schemas and the
// history, without numbers that differ between two databases, and how many rows
// there are.
func shape(t testing.TB, db *sql.DB) string {
	t.Helper()
	const ours = `relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'migrations')`
	return lines(t, db, `
		SELECT 'namespace ' || nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'migrations'
		UNION ALL SELECT 'relation ' || oid::regclass::text || ' ' || relkind::text || ' ' || relrowsecurity FROM pg_class WHERE `+ours+`
		UNION ALL SELECT 'column ' || c.oid::regclass::text || ' ' || attname || ' ' || format_type(atttypid, atttypmod) || ' '
				|| attnotnull || ' ' || coalesce(pg_get_expr(adbin, adrelid), '') || ' ' || coalesce(col_description(c.oid, attnum), '')
			FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef ON adrelid = c.oid AND adnum = attnum
			WHERE attnum > 0 AND NOT attisdropped AND relkind = 'r' AND `+ours+`
		UNION ALL SELECT 'constraint ' || conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(c.oid) || ' ' || convalidated
			FROM pg_constraint c JOIN pg_class ON pg_class.oid = conrelid WHERE `+ours+`
		UNION ALL SELECT 'index ' || pg_get_indexdef(indexrelid) || ' ' || indisvalid FROM pg_index JOIN pg_class ON oid = indrelid WHERE `+ours+`
		UNION ALL SELECT 'comment ' || objoid::regclass::text || ' ' || description
			FROM pg_description JOIN pg_class ON pg_class.oid = objoid AND classoid = 'pg_class'::regclass WHERE objsubid = 0 AND `+ours+`
		UNION ALL SELECT 'policy ' || polrelid::regclass::text || ' ' || polname || ' ' || coalesce(pg_get_expr(polqual, polrelid), '') FROM pg_policy
		UNION ALL SELECT 'extension ' || extname FROM pg_extension
		UNION ALL SELECT 'label ' || enumtypid::regtype::text || ' ' || enumlabel || ' ' || enumsortorder FROM pg_enum
		UNION ALL SELECT 'rows ' || oid::regclass::text || ' ' ||
				(xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM ' || oid::regclass::text, false, true, '')))[1]::text
			FROM pg_class WHERE relkind = 'r' AND `+ours+`
		ORDER BY 1`)
}

// history is what the engine remembers; nothing of it may change without the
// rest. Without a history it is empty.
func history(t testing.TB, db *sql.DB) string {
	t.Helper()
	return lines(t, db, `SELECT relname || ' ' || query_to_xml('SELECT * FROM ' || oid::regclass::text || ' ORDER BY 1, 2', true, true, '')::text
		FROM pg_class WHERE relkind = 'r' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'migrations') ORDER BY 1`)
}

// alone waits until no backend is left that works for a process that has been
// killed, and none of their locks. A backend whose client was killed while it
// connected has locks before it can be seen.
func alone(t testing.TB, db *sql.DB) {
	t.Helper()
	eventually(t, db, `SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
			AND pid <> pg_backend_pid() AND backend_type = 'client backend')
		AND NOT EXISTS (SELECT FROM pg_locks WHERE pid <> pg_backend_pid()
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
			AND pid NOT IN (SELECT pid FROM pg_stat_activity WHERE backend_type <> 'client backend'))`)
	require.Zero(t, query[int](t, db, `SELECT count(*) FROM pg_prepared_xacts`))
}

// A process that is killed with signal 9 at any of forty statements leaves
// everything as it was, or as it should be; the next one completes it.
func TestKilledAtEveryStatement(t *testing.T) {
	t.Parallel()
	original := beforeForty(t)

	// The expected result, by an undisturbed run.
	db := openURL(t, pgtest.Copy(t, original))
	before := shape(t, db)
	plan := apply(t, db, forty(true)...).Plan
	require.Len(t, plan.Statements, 40, "adapt fortyPad")
	for _, s := range plan.Statements {
		require.NotEmpty(t, s.SQL)
	}
	after := shape(t, db)
	require.NotEqual(t, before, after)

	const nothing, everything, either = "nothing", "everything", "either"
	type death struct {
		at    killPoint
		leads string
	}
	deaths := map[string]death{
		"before the first":  {killPoint{Before: plan.Statements[0].SQL}, nothing},
		"before the commit": {killPoint{Before: "commit"}, nothing},
		"in the commit":     {killPoint{Sent: "commit"}, either},
		"after the commit":  {killPoint{After: "commit"}, everything},
	}
	for i := range plan.Statements {
		deaths[fmt.Sprintf("after statement %d", i+1)] = death{killPoint{Statement: i + 1}, nothing}
	}
	for name, death := range deaths {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := pgtest.Copy(t, original)
			db := openURL(t, url)
			db.SetMaxOpenConns(1)
			untouched, remembered := dump(t, db), history(t, db)
			spawn(t, order{URL: url, Schema: "forty", Kill: death.at}, nil).killed(t)
			alone(t, db)
			left := shape(t, db)
			switch {
			case death.leads == nothing, death.leads == either && left == before:
				require.Equal(t, untouched, dump(t, db))
				require.Equal(t, remembered, history(t, db))
			default:
				require.Equal(t, after, left)
				require.Equal(t, 2, query[int](t, db, "SELECT count(*) FROM migrations.runs WHERE outcome = 'applied'"))
			}

			result := apply(t, db, forty(true)...)
			require.Equal(t, left == after, result.UpToDate)
			require.Equal(t, after, shape(t, db))
			require.Equal(t, 2, query[int](t, db, "SELECT count(*) FROM migrations.runs"))
			settled(t, db, forty(true)...)
		})
	}
}

// A pooler sees that its client is gone, and must not give the transaction to
// the next one.
func TestKilledBehindPgBouncer(t *testing.T) {
	t.Parallel()
	url := pgtest.Copy(t, beforeForty(t))
	through := pgtest.Bouncer(t, url, 1)
	db := openURL(t, url)
	before := dump(t, db)
	for _, n := range []int{1, 20, 40} {
		spawn(t, order{URL: through, Schema: "forty", Kill: killPoint{Statement: n}}, nil).killed(t)
		require.Empty(t, spawn(t, order{URL: through, Schema: "before forty"}, nil).outcome(t).Error)
		require.Equal(t, before, dump(t, db))
	}
	require.False(t, spawn(t, order{URL: through, Schema: "forty"}, nil).outcome(t).UpToDate)
	settled(t, db, forty(true)...)
}

// The same for a first run, at all that it asks of the server, and not only at
// the plan's statements: a lock, the comparison, the tables of the history.
func TestKilledAtEveryQueryOfAFirstRun(t *testing.T) {
	t.Parallel()
	undisturbed := spawn(t, order{URL: pgtest.Database(t), Schema: "forty"}, nil).outcome(t)
	require.Empty(t, undisturbed.Error)
	require.Equal(t, undisturbed.Queries, undisturbed.Committed, "the commit is the last query")

	url := pgtest.Database(t)
	db := openURL(t, url)
	db.SetMaxOpenConns(1)
	empty := dump(t, db)
	for n := 1; n < undisturbed.Committed; n++ {
		spawn(t, order{URL: url, Schema: "forty", Kill: killPoint{Query: n}}, nil).killed(t)
		alone(t, db)
		require.Equal(t, empty, dump(t, db), "query %d", n)
		require.Zero(t, query[int](t, db, "SELECT count(*) FROM pg_namespace WHERE nspname = 'migrations'"), "query %d", n)
	}
	require.False(t, apply(t, db, forty(true)...).UpToDate)
	settled(t, db, forty(true)...)
}

// The one that waits for the lock has nothing to do with the one that holds it:
// it is killed unnoticed.
func TestKilledWhileWaiting(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	release := holdLock(t, url)
	db := openURL(t, url)
	waiting := spawn(t, order{URL: url, Schema: "first"}, nil)
	eventually(t, db, `SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`)
	waiting.kill(t)
	release()
	require.False(t, apply(t, db, childSchemas["first"]()...).UpToDate)
}

// eventually waits until a query says true.
func eventually(t testing.TB, db *sql.DB, q string, args ...any) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !query[bool](t, db, q, args...); time.Sleep(time.Millisecond) {
		require.True(t, time.Now().Before(deadline), "never true: %s", q)
	}
}
