package pgpool_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgcluster"
	"github.com/elizago/elizago/internal/pgpool"
	"github.com/elizago/elizago/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func open(t *testing.T, cfg pgpool.Config) *pgpool.DB {
	t.Helper()
	db, err := pgpool.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close(context.Background())) })
	return db
}

func TestOnePoolForEachDatabase(t *testing.T) {
	t.Parallel()
	url, other := pgtest.Database(t), pgtest.Database(t)
	var (
		mu    sync.Mutex
		pools = map[any]int{}
		group sync.WaitGroup
	)
	for range 16 {
		group.Go(func() {
			db, err := pgpool.Open(context.Background(), pgpool.Config{URL: url})
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			pools[db.Pool()]++
			t.Cleanup(func() { require.NoError(t, db.Close(context.Background())) })
		})
	}
	group.Wait()
	require.Len(t, pools, 1, "sixteen callers at once share one pool")
	require.NotContains(t, pools, open(t, pgpool.Config{URL: other}).Pool(), "another database is another pool")
}

func TestTheLastHolderClosesThePool(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	first, err := pgpool.Open(t.Context(), pgpool.Config{URL: url})
	require.NoError(t, err)
	second := open(t, pgpool.Config{URL: url})
	require.NoError(t, first.Close(t.Context()))
	require.NoError(t, first.Close(t.Context()), "a second close does nothing")
	require.NoError(t, second.Pool().Ping(t.Context()), "the other holder goes on")

	require.NoError(t, second.Close(t.Context()))
	require.Error(t, second.Pool().Ping(t.Context()), "the pool is closed")
	again := open(t, pgpool.Config{URL: url})
	require.NoError(t, again.Pool().Ping(t.Context()), "and made again")
}

func TestPoolHasTheDocumentedSize(t *testing.T) {
	t.Parallel()
	pool := open(t, pgpool.Config{URL: pgtest.Database(t)}).Pool().Config()
	require.EqualValues(t, 20, pool.MaxConns)
	require.Equal(t, 30*time.Second, pool.MaxConnIdleTime)
	require.Equal(t, 5*time.Second, pool.ConnConfig.ConnectTimeout)
}

func TestClusterIsStartedAndStopped(t *testing.T) {
	t.Parallel()
	dir := pgtest.Dir(t)
	cluster := pgcluster.Config{Dir: dir, Settings: map[string]string{"fsync": "off"}}
	db, err := pgpool.Open(t.Context(), pgpool.Config{Cluster: cluster})
	require.NoError(t, err)
	link := filepath.Join(pgtest.Dir(t), "link")
	require.NoError(t, os.Symlink(dir, link))
	same := open(t, pgpool.Config{Cluster: pgcluster.Config{Dir: link}})
	require.Same(t, db.Pool(), same.Pool(), "two spellings of one directory are one database")

	var version string
	require.NoError(t, db.SQL().QueryRowContext(t.Context(), "SHOW server_version").Scan(&version))
	require.NotEmpty(t, version)
	require.NoError(t, db.Close(t.Context()))
	require.NoError(t, same.Close(t.Context()))
	status, err := pgcluster.Inspect(t.Context(), cluster)
	require.NoError(t, err)
	require.False(t, status.Running, "the last one out stops the server")
}

// Each failure is one sentence that says what to do, and shows no password.
func TestErrors(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	parsed, err := pgx.ParseConfig(url)
	require.NoError(t, err)

	silent, err := net.Listen("tcp", "127.0.0.1:0") // accepts and says nothing
	require.NoError(t, err)
	t.Cleanup(func() { silent.Close() }) // after the parallel subtests
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())

	tests := map[string]struct{ url, want string }{
		"no connection string": {
			"postgres//user:hunter2@host/db", "pgpool: POSTGRES_URL is no connection string",
		},
		"a character that is not escaped": {
			"postgres://user:hunter2@hunter2@host/db", `pgpool: POSTGRES_URL is no connection string (its user or password contains the character "@", which has to be written as %40)`,
		},
		"bad port": {
			"postgres://user:hunter2@host:none/db", "pgpool: POSTGRES_URL is no connection string",
		},
		"no listener": {
			"postgres://user:hunter2@" + closed.Addr().String() + "/db",
			"pgpool: cannot reach PostgreSQL at " + closed.Addr().String() + " (connection refused): is the server running?",
		},
		"no answer": {
			"postgres://user:hunter2@" + silent.Addr().String() + "/db?sslmode=disable",
			"pgpool: cannot reach PostgreSQL at " + silent.Addr().String() + " (no answer in time)",
		},
		"no such host": {
			"postgres://user:hunter2@no-such-host.invalid/db",
			"pgpool: cannot reach PostgreSQL at no-such-host.invalid:5432 (there is no host no-such-host.invalid)",
		},
		"no such database": {
			strings.ReplaceAll(url, parsed.Database, "no_such_database"),
			`has no database "no_such_database": create it (createdb -h ` + parsed.Host + ` -p ` + fmt.Sprint(parsed.Port) + ` -U ` + parsed.User + ` no_such_database), or name another in POSTGRES_URL`,
		},
		"no such user": {
			strings.ReplaceAll(url, "user="+parsed.User, "user=nobody_here"), `does not let user "nobody_here" in`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := pgpool.Config{URL: tt.url}
			if name == "no answer" {
				cfg.ConnectTimeout = 300 * time.Millisecond // the others answer, late on a loaded machine
			}
			_, err := pgpool.Open(t.Context(), cfg)
			require.ErrorContains(t, err, tt.want)
			require.NotContains(t, err.Error(), "hunter2")
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestOpenCanBeInterrupted(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = pgpool.Open(ctx, pgpool.Config{URL: "postgres://u@" + silent.Addr().String() + "/db?sslmode=disable"})
	require.Error(t, err)
}

// A service file says what the connection string says, in both of its forms,
// and psql's own reader agrees.
func TestServiceFile(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	cfg, err := pgx.ParseConfig(url)
	require.NoError(t, err)
	list := fmt.Sprintf("host = %s\tport=%d user=%s\n dbname=%s password = 'a b\\'c' application_name=hop", cfg.Host, cfg.Port, cfg.User, cfg.Database)
	for _, text := range []string{url + "&password=a%20b%27c&application_name=hop", list} {
		db := open(t, pgpool.Config{URL: text})
		environment, open, err := db.ServiceFile()
		require.NoError(t, err)
		require.Equal(t, []string{"PGSERVICE=elizago", "PGSERVICEFILE=/dev/fd/3"}, environment)
		content, err := io.ReadAll(open)
		require.NoError(t, err)
		require.NoError(t, open.Close())
		require.Contains(t, string(content), "\npassword=a b'c\n")
		file := filepath.Join(t.TempDir(), "service")
		require.NoError(t, os.WriteFile(file, content, 0o600))

		again, err := pgx.ParseConfig("service=elizago servicefile=" + file)
		require.NoError(t, err)
		require.Equal(t, cfg.Host, again.Host)
		require.Equal(t, cfg.Port, again.Port)
		require.Equal(t, cfg.User, again.User)
		require.Equal(t, cfg.Database, again.Database)
		require.Equal(t, "a b'c", again.Password)
		require.Equal(t, "hop", again.RuntimeParams["application_name"])
	}
}
