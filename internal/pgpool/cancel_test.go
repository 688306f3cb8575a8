package pgpool_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgpool"
	"github.com/elizago/elizago/internal/pgtest"
)

// sleepFor sends a statement that takes long, with a context that soon ends.
func sleepFor(t *testing.T, conn *pgx.Conn) (took time.Duration, err error) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err = conn.Exec(ctx, "SELECT pg_sleep(30)")
	return time.Since(began), err
}

// A connection that is to be kept outlives a statement whose context ends, and
// so does what its transaction did before a savepoint.
func TestConnectionsThatAreKeptWhenAContextEnds(t *testing.T) {
	t.Parallel()
	direct := pgtest.Database(t)
	for name, url := range map[string]string{"directly": direct, "through PgBouncer": pgtest.Bouncer(t, direct, 3)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := open(t, pgpool.Config{URL: url}).Pool().Acquire(t.Context())
			require.NoError(t, err)
			defer conn.Release()
			_, err = conn.Exec(t.Context(), "BEGIN; CREATE TEMPORARY TABLE kept ON COMMIT DROP AS SELECT 1")
			require.NoError(t, err)
			pgpool.KeepWhenCancelled(conn.Conn(), true)
			for range 5 {
				_, err = conn.Exec(t.Context(), "SAVEPOINT a")
				require.NoError(t, err)
				took, err := sleepFor(t, conn.Conn())
				require.Error(t, err)
				require.Less(t, took, 10*time.Second)
				require.False(t, conn.Conn().IsClosed())
				// What is sent at once is not what the request ends.
				_, err = conn.Exec(t.Context(), "ROLLBACK TO SAVEPOINT a; SELECT pg_sleep(0.02) FROM kept")
				require.NoError(t, err)
			}
			_, err = conn.Exec(t.Context(), "COMMIT")
			require.NoError(t, err)
			pgpool.KeepWhenCancelled(conn.Conn(), false)
			_, err = sleepFor(t, conn.Conn())
			require.Error(t, err)
			require.True(t, conn.Conn().IsClosed(), "others are closed")
		})
	}
}

// A statement that ends by itself as its context does is not mistaken for the
// next one.
func TestARequestThatComesTooLate(t *testing.T) {
	t.Parallel()
	direct := pgtest.Database(t)
	for name, url := range map[string]string{"directly": direct, "through PgBouncer": pgtest.Bouncer(t, direct, 3)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := open(t, pgpool.Config{URL: url}).Pool().Acquire(t.Context())
			require.NoError(t, err)
			defer conn.Release()
			pgpool.KeepWhenCancelled(conn.Conn(), true)
			_, err = conn.Exec(t.Context(), "BEGIN")
			require.NoError(t, err)
			for i := range 100 {
				_, err = conn.Exec(t.Context(), "SAVEPOINT a")
				require.NoError(t, err)
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Millisecond)
				_, _ = conn.Exec(ctx, fmt.Sprintf("SELECT pg_sleep(%f)", 0.002+float64(i)*0.00002))
				cancel()
				_, err = conn.Exec(t.Context(), "ROLLBACK TO SAVEPOINT a; SELECT pg_sleep(0.003)")
				require.NoError(t, err)
			}
		})
	}
}

// A server that does not answer does not block the caller.
func TestAServerThatHangs(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	cfg, err := pgx.ParseConfig(url)
	require.NoError(t, err)
	between := newFreezer(t, cfg)
	through := fmt.Sprintf("host=%s port=%d user=%s dbname=%s password='%s' sslmode=disable",
		between.dir, cfg.Port, cfg.User, cfg.Database, cfg.Password)
	db := open(t, pgpool.Config{URL: through})
	held, err := db.Pool().Acquire(t.Context())
	require.NoError(t, err)
	defer held.Release()
	pgpool.KeepWhenCancelled(held.Conn(), true)
	between.freeze()
	took, err := sleepFor(t, held.Conn())
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Less(t, took, 10*time.Second)
	require.True(t, held.Conn().IsClosed())
	between.thaw()
}

// freezer is a socket that leads to a server until it is frozen; then it takes
// connections and what is sent, and passes nothing on.
type freezer struct {
	dir    string
	mu     sync.Mutex
	frozen chan struct{} // nil: not
}

func newFreezer(t *testing.T, server *pgx.ConnConfig) *freezer {
	f := &freezer{dir: pgtest.Dir(t)}
	network, address := "tcp", net.JoinHostPort(server.Host, strconv.Itoa(int(server.Port)))
	if strings.HasPrefix(server.Host, "/") {
		network, address = "unix", filepath.Join(server.Host, ".s.PGSQL."+strconv.Itoa(int(server.Port)))
	}
	listener, err := net.Listen("unix", filepath.Join(f.dir, ".s.PGSQL."+strconv.Itoa(int(server.Port))))
	require.NoError(t, err)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			target, err := net.Dial(network, address)
			if err != nil {
				client.Close()
				continue
			}
			for _, way := range [][2]net.Conn{{client, target}, {target, client}} {
				running.Go(func() {
					_, _ = io.Copy(way[0], icy{way[1], f})
					way[0].Close()
					way[1].Close()
				})
			}
		}
	})
	t.Cleanup(func() { listener.Close(); running.Wait() })
	return f
}

func (f *freezer) freeze() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.frozen = make(chan struct{})
}

func (f *freezer) thaw() {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.frozen)
	f.frozen = nil
}

// icy reads nothing while its freezer is frozen.
type icy struct {
	net.Conn
	freezer *freezer
}

func (i icy) Read(into []byte) (int, error) {
	n, err := i.Conn.Read(into)
	i.freezer.mu.Lock()
	frozen := i.freezer.frozen
	i.freezer.mu.Unlock()
	if frozen != nil {
		<-frozen
	}
	return n, err
}
