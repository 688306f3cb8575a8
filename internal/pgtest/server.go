package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sys/unix"

	"github.com/elizago/elizago/internal/pgcluster"
)

// urlVariable names a server to use instead of the private cluster.
const urlVariable = "ELIZA_TEST_POSTGRES_URL"

// homeVariable names the private cluster's folder.
const homeVariable = "ELIZA_TEST_DIR"

// settings trade durability for speed.
var settings = map[string]string{
	"fsync":              "off",
	"synchronous_commit": "off",
	"full_page_writes":   "off",
	// Tests run as many at a time as there are processors, some with twenty
	// processes, in several packages.
	"max_connections": "1000",
	// A test has little data. To drop a table or a database the server looks at
	// every buffer, and each of its processes maps those that it uses.
	"shared_buffers": "256MB",
}

// server is the server of this process's databases. The zero value has not been
// started.
type server struct {
	mu      sync.Mutex
	url     string
	err     error
	cluster *pgcluster.Cluster // nil with urlVariable
	admin   administration
}

var shared server

// start returns the server's connection string. The first call starts the
// server or attaches to it; an error is final.
func (s *server) start(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.url != "" || s.err != nil {
		return s.url, s.err
	}
	s.url, s.err = s.open(ctx)
	return s.url, s.err
}

func (s *server) open(ctx context.Context) (string, error) {
	if url := os.Getenv(urlVariable); url != "" {
		return url, nil
	}
	dir, err := home()
	if err != nil {
		return "", err
	}
	s.cluster, err = pgcluster.Start(ctx, pgcluster.Config{Dir: dir, BinDir: os.Getenv("ELIZA_PG_BIN"), Settings: settings})
	if err != nil {
		return "", fmt.Errorf("%w (the tests' own cluster: it can be deleted at any time)", err)
	}
	if s.cluster.Attached() {
		return s.cluster.URL(), nil
	}
	return s.cluster.URL(), dropLeftovers(ctx, s.cluster.URL())
}

func (s *server) close(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.admin.close(ctx)
	if s.cluster == nil {
		return err
	}
	return errors.Join(err, s.cluster.Close(ctx))
}

// home returns the folder that homeVariable names, or .eliza/test below the
// module under test, so that the processes of its packages share one cluster.
func home() (string, error) {
	if dir := os.Getenv(homeVariable); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return filepath.Join(at, ".eliza", "test"), nil
		}
		if at == filepath.Dir(at) {
			return "", errors.New("pgtest: no go.mod above " + dir + ": run the tests within a module")
		}
	}
}

// dropLeftovers drops the databases of killed test processes, which their names
// identify; running processes keep theirs.
func dropLeftovers(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, `SELECT datname FROM pg_database WHERE datname LIKE 'test\_%'`)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		var pid int
		if _, err := fmt.Sscanf(name, databasePrefix, &pid); err != nil || !errors.Is(unix.Kill(pid, 0), unix.ESRCH) {
			continue
		}
		if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)"); err != nil {
			return err
		}
	}
	return nil
}
