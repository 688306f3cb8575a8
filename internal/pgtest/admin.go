package pgtest

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
)

// administration creates and drops databases over connections that it keeps: a
// new connection costs the server about as much as an empty database. The zero
// value has no connections.
type administration struct {
	mu   sync.Mutex
	idle []*pgx.Conn
}

// create creates a database as a copy of another one.
func (a *administration) create(ctx context.Context, url, name, template string) error {
	return a.with(ctx, url, func(conn *pgx.Conn) error {
		statement := "CREATE DATABASE " + name + " TEMPLATE " + pgx.Identifier{template}.Sanitize()
		if copiesThroughLog(conn.PgConn().ParameterStatus("server_version")) {
			statement += " STRATEGY file_copy"
		}
		_, err := conn.Exec(ctx, statement)
		return err
	})
}

// drop drops a database, and ends the sessions in it.
func (a *administration) drop(ctx context.Context, url, name string) error {
	return a.with(ctx, url, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
		return err
	})
}

// with calls do with a connection that no other call uses.
func (a *administration) with(ctx context.Context, url string, do func(*pgx.Conn) error) error {
	conn, err := a.take(ctx, url)
	if err != nil {
		return err
	}
	err = do(conn)
	if conn.IsClosed() {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.idle = append(a.idle, conn)
	return err
}

func (a *administration) take(ctx context.Context, url string) (*pgx.Conn, error) {
	a.mu.Lock()
	if last := len(a.idle) - 1; last >= 0 {
		conn := a.idle[last]
		a.idle = a.idle[:last]
		a.mu.Unlock()
		return conn, nil
	}
	a.mu.Unlock()
	return pgx.Connect(ctx, url)
}

func (a *administration) close(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	var errs []error
	for _, conn := range a.idle {
		errs = append(errs, conn.Close(ctx))
	}
	a.idle = nil
	return errors.Join(errs...)
}

// copiesThroughLog reports whether a server of this version, unless told
// otherwise, writes a copied database to its log page by page. Without
// durability that is twice the work of copying the files.
func copiesThroughLog(version string) bool {
	major, _, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(major)
	return err == nil && n >= 15
}
