package migration_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

func init() {
	childSchemas["online"] = func() []migration.Unit { return online(onlineIndex) }
	childSchemas["online unique"] = func() []migration.Unit { return online(onlineUnique) }
	childSchemas["online all"] = func() []migration.Unit { return online(onlineIndex, onlineKey, onlineCheck) }
}

// What is added while others write.
const (
	onlineIndex  = "by_x"
	onlineUnique = "by_x_unique"
	onlineKey    = "t_kinds"
	onlineCheck  = "t_x_check"
)

// online is a table with some of these.
func online(names ...string) []migration.Unit {
	kinds := table("kinds", text("name"))
	t := table("t", text("x"), nullable(typed("kind_id", "uuid")))
	for _, name := range names {
		switch name {
		case onlineIndex, onlineUnique:
			withIndex(t, name, name == onlineUnique, "x")
		case onlineKey:
			withKey(t, name, "kind_id", kinds)
		case onlineCheck:
			withCheck(t, name, "x <> ''")
		}
	}
	return []migration.Unit{plugin("p", []*schema.Table{kinds, t}, &entpg.OnlineObjects{Table: "t", Names: names})}
}

// beforeOnline is a database whose table t has rows. No session is connected to
// it.
func beforeOnline(t testing.TB) string {
	t.Helper()
	url := pgtest.Database(t)
	db := openURL(t, url)
	apply(t, db, online()...)
	execute(t, db, `INSERT INTO test_p.kinds (name) VALUES ('k')`,
		`INSERT INTO test_p.t (x, kind_id) SELECT 'x' || i, k.id FROM generate_series(1, 1000) i, test_p.kinds k`)
	require.NoError(t, db.Close())
	return url
}

// writer has written a row of t and not committed it, so that an index cannot
// be built to its end.
func writer(t *testing.T, db *sql.DB, x string) *sql.Tx {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = tx.Rollback() })
	_, err = tx.ExecContext(t.Context(), "INSERT INTO test_p.t (x) VALUES ($1)", x)
	require.NoError(t, err)
	return tx
}

// building waits until an index is being built, and waits for the writer.
func building(t *testing.T, db *sql.DB) {
	t.Helper()
	eventually(t, db, `SELECT EXISTS (SELECT FROM pg_stat_progress_create_index WHERE datname = current_database()
		AND command = 'CREATE INDEX CONCURRENTLY' AND phase LIKE 'waiting for%')`)
}

func invalid(t *testing.T, db *sql.DB) int {
	t.Helper()
	return query[int](t, db, "SELECT count(*) FROM pg_index WHERE NOT (indisvalid AND indisready AND indislive)")
}

// whole wants what the schema declares to be there, and valid, and nothing else.
func whole(t *testing.T, db *sql.DB, names ...string) {
	t.Helper()
	require.Zero(t, invalid(t, db))
	have := strings.Fields(lines(t, db, `SELECT relname::text FROM pg_index JOIN pg_class ON oid = indexrelid
			WHERE indrelid = 'test_p.t'::regclass AND NOT indisprimary
		UNION ALL SELECT conname::text FROM pg_constraint WHERE conrelid = 'test_p.t'::regclass AND contype <> 'p' AND convalidated`))
	require.ElementsMatch(t, names, have)
	settled(t, db, online(names...)...)
}

// terminate ends the backend that builds the index, as the server does when it
// notices that its client is gone. Idle ones notice by themselves.
func terminate(t *testing.T, db *sql.DB) {
	t.Helper()
	require.Equal(t, 1, query[int](t, db, `SELECT count(*) FROM (SELECT pg_terminate_backend(pid, 60000) AS ended
		FROM pg_stat_progress_create_index WHERE datname = current_database()) b WHERE ended`))
}

// What is done online is part of the plan, and told from the rest.
func TestOnlineStatementsAreNotTransactional(t *testing.T) {
	t.Parallel()
	db := openURL(t, beforeOnline(t))
	all := []string{onlineIndex, onlineKey, onlineCheck}
	plan, err := engine(t, db).Plan(t.Context(), online(all...))
	require.NoError(t, err)
	var after []string
	for _, s := range plan.Statements {
		if !s.Transactional {
			after = append(after, s.SQL)
		}
	}
	require.Contains(t, fmt.Sprint(after), "CREATE INDEX CONCURRENTLY")
	require.Contains(t, fmt.Sprint(after), "VALIDATE CONSTRAINT")
	apply(t, db, online(all...)...)
	whole(t, db, all...)
}

// A pool of one connection is enough, too.
func TestOnlineOverOneConnection(t *testing.T) {
	t.Parallel()
	db := openURL(t, beforeOnline(t))
	db.SetMaxOpenConns(1)
	apply(t, db, online(onlineIndex, onlineKey, onlineCheck)...)
	whole(t, db, onlineIndex, onlineKey, onlineCheck)
}

// A process that is killed while it builds an index leaves an invalid one, or a
// server that builds on by itself. The next process comes to a valid one.
func TestKilledDuringAnOnlineIndex(t *testing.T) {
	t.Parallel()
	original := beforeOnline(t)
	for name, next := range map[string]func(t *testing.T, url string, db *sql.DB, w *sql.Tx) outcome{
		"and the server notices": func(t *testing.T, url string, db *sql.DB, w *sql.Tx) outcome {
			terminate(t, db)
			require.Equal(t, 1, invalid(t, db))
			require.NoError(t, w.Commit())
			return spawn(t, order{URL: url, Schema: "online"}, nil).outcome(t)
		},
		"and the server builds on": func(t *testing.T, url string, _ *sql.DB, w *sql.Tx) outcome {
			require.NoError(t, w.Commit())
			return spawn(t, order{URL: url, Schema: "online"}, nil).outcome(t)
		},
		"and the next one comes while the server builds": func(t *testing.T, url string, db *sql.DB, w *sql.Tx) outcome {
			p := spawn(t, order{URL: url, Schema: "online"}, nil)
			// It waits for a lock, or looks again and again.
			eventually(t, db, `SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database()
				AND pid NOT IN (SELECT pid FROM pg_stat_progress_create_index) AND pid <> pg_backend_pid()
				AND (wait_event_type = 'Lock' OR query LIKE '%pg_stat_progress_create_index%')`)
			require.NoError(t, w.Commit())
			return p.outcome(t)
		},
		"and the next one waits for the same writer": func(t *testing.T, url string, db *sql.DB, w *sql.Tx) outcome {
			terminate(t, db)
			p := spawn(t, order{URL: url, Schema: "online"}, nil)
			eventually(t, db, `SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)
			require.NoError(t, w.Commit())
			return p.outcome(t)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := pgtest.Copy(t, original)
			db := openURL(t, url)
			w := writer(t, db, "new")
			p := spawn(t, order{URL: url, Schema: "online"}, nil)
			building(t, db)
			p.kill(t)
			require.Empty(t, next(t, url, db, w).Error)
			whole(t, db, onlineIndex)
			require.Equal(t, 1001, query[int](t, db, "SELECT count(*) FROM test_p.t"))
		})
	}
}

// The same at every query from the commit on, where no session disturbs the
// building.
func TestKilledAtEveryQueryOfTheOnlinePart(t *testing.T) {
	t.Parallel()
	original := beforeOnline(t)
	undisturbed := spawn(t, order{URL: pgtest.Copy(t, original), Schema: "online all"}, nil).outcome(t)
	require.Empty(t, undisturbed.Error)
	require.Greater(t, undisturbed.Queries, undisturbed.Committed, "something follows the commit")
	for n := undisturbed.Committed; n <= undisturbed.Queries; n++ {
		t.Run(fmt.Sprintf("query %d", n), func(t *testing.T) {
			t.Parallel()
			url := pgtest.Copy(t, original)
			spawn(t, order{URL: url, Schema: "online all", Kill: killPoint{Query: n}}, nil).killed(t)
			db := openURL(t, url)
			apply(t, db, online(onlineIndex, onlineKey, onlineCheck)...)
			whole(t, db, onlineIndex, onlineKey, onlineCheck)
		})
	}
}

// Several processes that build at once do not get into each other's way.
func TestOnlineByManyProcesses(t *testing.T) {
	t.Parallel()
	original := beforeOnline(t)
	for name, door := range doors {
		for _, n := range []int{2, 20} {
			for _, busy := range []bool{false, true} {
				t.Run(fmt.Sprintf("%d %s, busy %t", n, name, busy), func(t *testing.T) {
					t.Parallel()
					url := pgtest.Copy(t, original)
					db := openURL(t, url)
					start, end := together(t, n, order{URL: door(t, url), Schema: "online"})
					if busy {
						w := writer(t, db, "new")
						start()
						building(t, db)
						require.NoError(t, w.Commit())
					} else {
						start()
					}
					for _, o := range end() {
						require.Empty(t, o.Error)
					}
					whole(t, db, onlineIndex)
				})
			}
		}
	}
}

// Duplicates that come while a unique index is being built: the run fails, says
// which index, and leaves none that is invalid.
func TestOnlineUniqueIndexOverDuplicatesThatAppear(t *testing.T) {
	t.Parallel()
	url := beforeOnline(t)
	db := openURL(t, url)
	w := writer(t, db, "x1") // there is one
	p := spawn(t, order{URL: url, Schema: "online unique"}, nil)
	building(t, db)
	require.NoError(t, w.Commit())
	o := p.outcome(t)
	require.Contains(t, o.Error, onlineUnique)
	require.Contains(t, o.Error, "@test/p")
	require.Contains(t, o.Error, "23505")
	require.Zero(t, invalid(t, db))
	require.Equal(t, o.Error, query[string](t, db, "SELECT error FROM migrations.runs WHERE outcome = 'failed'"))

	// It is not up to date until the rows are fixed.
	_, err := engine(t, db).Run(t.Context(), online(onlineUnique), migration.Options{})
	require.ErrorContains(t, err, onlineUnique)
	require.Zero(t, invalid(t, db))
	execute(t, db, "DELETE FROM test_p.t WHERE x = 'x1' AND kind_id IS NULL")
	apply(t, db, online(onlineUnique)...)
	whole(t, db, onlineUnique)
}
