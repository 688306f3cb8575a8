package pgpool_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgpool"
	"github.com/elizago/elizago/internal/pgtest"
)

// askAll runs two statements again and again from more goroutines than the
// pooler has connections, each with parameters.
func askAll(t *testing.T, db *pgpool.DB) error {
	t.Helper()
	var (
		group sync.WaitGroup
		mu    sync.Mutex
		first error
	)
	for range 12 {
		group.Go(func() {
			for i := range 20 {
				var sum, process int
				err := db.SQL().QueryRowContext(t.Context(), "SELECT $1::int + 1, pg_backend_pid()", i).Scan(&sum, &process)
				if err == nil {
					var text string
					err = db.SQL().QueryRowContext(t.Context(), "SELECT $1::text", "a").Scan(&text)
				}
				mu.Lock()
				if err != nil && first == nil {
					first = err
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return first
}

func TestThroughAPooler(t *testing.T) {
	t.Parallel()
	url := pgtest.Bouncer(t, pgtest.Database(t), 3)
	require.NoError(t, askAll(t, open(t, pgpool.Config{URL: url})))
}

// Who names a mode in POSTGRES_URL gets it, with what follows from it.
func TestThroughAPoolerWithAModeOfOnesOwn(t *testing.T) {
	t.Parallel()
	url := pgtest.Bouncer(t, pgtest.Database(t), 3)
	require.NoError(t, askAll(t, open(t, pgpool.Config{URL: url + "&default_query_exec_mode=exec"})))
	require.ErrorContains(t, askAll(t, open(t, pgpool.Config{URL: url + "&default_query_exec_mode=cache_statement"})), "prepared statement")
}

func TestAPoolerThatRefusesASetting(t *testing.T) {
	t.Parallel()
	url := pgtest.Bouncer(t, pgtest.Database(t), 3)
	_, err := pgpool.Open(t.Context(), pgpool.Config{URL: url + "&search_path=public"})
	require.ErrorContains(t, err, "ignore_startup_parameters")
}
