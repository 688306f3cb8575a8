package migration_test

import (
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
)

func init() {
	childSchemas["first"] = func() []migration.Unit {
		return []migration.Unit{coreUnit(), plugin("p", []*schema.Table{table("t", text("x"))})}
	}
	childSchemas["second"] = func() []migration.Unit {
		return []migration.Unit{
			coreUnit(),
			plugin("p", []*schema.Table{withIndex(table("t", text("x"), nullable(text("y"))), "by_y", false, "y")}),
			plugin("q", []*schema.Table{table("t")}),
		}
	}
}

// doors are the ways to a database that many processes may take.
var doors = map[string]func(t testing.TB, url string) string{
	"directly": func(_ testing.TB, url string) string { return url },
	// Everyone has a connection of the server's, though another one in every
	// transaction.
	"through PgBouncer": func(t testing.TB, url string) string { return pgtest.Bouncer(t, url, 25) },
	// Some wait for the engine's lock, and the rest for those.
	"through a narrow PgBouncer": func(t testing.TB, url string) string { return pgtest.Bouncer(t, url, 5) },
}

// Twenty processes that start at once: one applies, nineteen find it done, on
// an empty database and on one that needs a change.
func TestTwentyProcesses(t *testing.T) {
	t.Parallel()
	for name, door := range doors {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := pgtest.Database(t)
			through := door(t, url)
			for round, schema := range []string{"first", "second"} {
				start, end := together(t, 20, order{URL: through, Schema: schema})
				start()
				applied := 0
				for _, o := range end() {
					require.Empty(t, o.Error, schema)
					if !o.UpToDate {
						applied++
						require.NotZero(t, o.Statements)
					}
				}
				require.Equal(t, 1, applied, schema)
				db := openURL(t, url)
				require.Equal(t, round+1, query[int](t, db, "SELECT count(*) FROM migrations.runs WHERE outcome = 'applied'"))
				require.Equal(t, round+1, query[int](t, db, "SELECT count(*) FROM migrations.runs"))
				settled(t, db, childSchemas[schema]()...)
			}
		})
	}
}

// The time is that from the moment when all twenty are connected to the end of
// the last process.
func BenchmarkTwentyProcesses(b *testing.B) {
	for name, door := range doors {
		b.Run(name, func(b *testing.B) {
			for _, schema := range []string{"first", "second"} {
				b.Run(map[string]string{"first": "empty database", "second": "change"}[schema], func(b *testing.B) {
					for b.Loop() {
						b.StopTimer()
						url := pgtest.Database(b)
						if schema == "second" {
							apply(b, openURL(b, url), childSchemas["first"]()...)
						}
						start, end := together(b, 20, order{URL: door(b, url), Schema: schema})
						b.StartTimer()
						start()
						for _, o := range end() {
							require.Empty(b, o.Error)
						}
					}
				})
			}
		})
	}
}
