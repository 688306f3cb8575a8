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

// server is the PostgreSQL server of all sides, each with its own databases.
type server struct {
	admin   string
	cluster *pgcluster.Cluster // nil for a server by URL
	made    int
}

// startServer uses the server at a URL, whose role must be allowed to create
// databases, or starts a private one in folder. The private one has
// PostgreSQL's default settings, so every commit is synced to disk, and all
// sides connect over its socket.
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

// versions returns the versions of the server and of pgvector.
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

// create creates an empty database, and returns its URL and a function that
// drops it.
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

// settle makes the server write out dirty pages of one side, so that they do
// not slow the next.
func (s *server) settle(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.admin)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	return checkpoint(ctx, conn)
}

// checkpoint runs a CHECKPOINT if the role may.
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

// withDatabase returns the URL for another database of the server. The host may
// be in the query, as that of a socket is.
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
