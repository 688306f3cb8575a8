package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/elizago/elizago/internal/pgcluster"
)

// server is the one PostgreSQL that all sides work on, each on databases of
// its own.
type server struct {
	admin   string
	cluster *pgcluster.Cluster // nil for a server by URL
	made    int
}

// startServer takes the server at a URL, whose role must be allowed to create
// databases, or starts a private one in folder. The private one has
// PostgreSQL's default settings, so every commit is synced to the disk, and is
// reached over its socket by everybody.
func startServer(ctx context.Context, adminURL, folder string) (*server, error) {
	if adminURL != "" {
		return &server{admin: adminURL}, nil
	}
	cluster, err := pgcluster.Start(ctx, pgcluster.Config{Dir: filepath.Join(folder, "server")})
	if err != nil {
		return nil, err
	}
	return &server{admin: cluster.URL(), cluster: cluster}, nil
}

func (s *server) close(ctx context.Context) error {
	if s.cluster == nil {
		return nil
	}
	return s.cluster.Close(ctx)
}

// versions are those of the server and of pgvector on it.
func (s *server) versions(ctx context.Context) (postgres, vector string, err error) {
	conn, err := pgx.Connect(ctx, s.admin)
	if err != nil {
		return "", "", err
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, `
		SELECT current_setting('server_version'),
			coalesce((SELECT default_version FROM pg_available_extensions WHERE name = 'vector'), 'none')`).
		Scan(&postgres, &vector)
	return strings.Fields(postgres)[0], vector, err
}

// create makes an empty database, and returns its URL and what drops it again.
func (s *server) create(ctx context.Context) (url string, drop func() error, err error) {
	s.made++
	name := fmt.Sprintf("bench_%d_%d", time.Now().UnixMilli(), s.made)
	if err := s.execute(ctx, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		return "", nil, err
	}
	return withDatabase(s.admin, name), func() error {
		return s.execute(context.WithoutCancel(ctx), "DROP DATABASE "+name+" WITH (FORCE)")
	}, nil
}

// settle has the server write out what one side left, so that it does not slow
// the next.
func (s *server) settle(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.admin)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	return checkpoint(ctx, conn)
}

// checkpoint leaves the server with nothing to write out, where the role may
// ask for that.
func checkpoint(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "CHECKPOINT")
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == insufficientPrivilege {
		return nil
	}
	return err
}

// insufficientPrivilege is an SQLSTATE.
const insufficientPrivilege = "42501"

func (s *server) execute(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, s.admin)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}

// withDatabase is the URL for another database of the server. The host may
// stand in the query, as that of a socket does.
func withDatabase(admin, name string) string {
	u, err := url.Parse(admin)
	if err != nil {
		return admin
	}
	u.Path = "/" + name
	if u.Host != "" {
		return u.String()
	}
	return u.Scheme + ":///" + name + "?" + u.RawQuery
}
