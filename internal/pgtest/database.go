package pgtest

import (
	"context"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// databasePrefix is the prefix of test databases' names, with the id of the
// process.
const databasePrefix = "test_%d_"

var databases atomic.Int64

// Database returns the connection string of a new, empty database for one test,
// which is dropped after it. It may be called several times.
func Database(t testing.TB) string {
	t.Helper()
	return create(t, "template0")
}

// Copy is Database with a copy of another database, which must have no
// connections.
func Copy(t testing.TB, databaseURL string) string {
	t.Helper()
	config, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	return create(t, config.Database)
}

func create(t testing.TB, template string) string {
	t.Helper()
	admin, err := shared.start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	name := newName()
	if err := shared.admin.create(t.Context(), admin, name, template); err != nil {
		t.Fatalf("pgtest: creating a database: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := shared.admin.drop(ctx, admin, name); err != nil {
			t.Errorf("pgtest: dropping %s: %v", name, err)
		}
	})
	return withDatabase(admin, name)
}

func execute(ctx context.Context, url, statement string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}

// withDatabase returns the connection string for another database of the
// server, in the form of the given one.
func withDatabase(admin, name string) string {
	if !strings.Contains(admin, "://") {
		return admin + " dbname=" + name // the last mention wins
	}
	u, err := url.Parse(admin)
	if err != nil {
		return admin
	}
	u.Path = "/" + name
	if u.Host == "" {
		return u.Scheme + "://" + "/" + name + "?" + u.RawQuery // keeps the empty host
	}
	return u.String()
}
