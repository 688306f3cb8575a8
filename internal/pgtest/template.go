package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"
)

// Template is a database that is prepared once a process, for tests that each
// want a copy of it. A copy costs less than to run the same statements again:
//
//	var tables = pgtest.NewTemplate(func(ctx context.Context, url string) error { ... })
//
//	db := tables.Database(t)
type Template struct {
	prepare func(ctx context.Context, url string) error
	once    sync.Once
	name    string
	err     error
}

// NewTemplate returns the template that prepare makes of an empty database.
// prepare is called by the first test that wants a copy, and must have closed
// all its connections when it returns.
func NewTemplate(prepare func(ctx context.Context, url string) error) *Template {
	return &Template{prepare: prepare}
}

// Database is pgtest.Database, except that the new one has all that the
// template has.
func (p *Template) Database(t testing.TB) string {
	t.Helper()
	admin, err := shared.start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// The test that comes first may be cancelled; the others need it still.
	p.once.Do(func() { p.err = p.make(context.WithoutCancel(t.Context()), admin) })
	if p.err != nil {
		t.Fatalf("pgtest: preparing a template: %v", p.err)
	}
	return create(t, p.name)
}

func (p *Template) make(ctx context.Context, admin string) error {
	p.name = newName()
	if err := execute(ctx, admin, "CREATE DATABASE "+p.name+" TEMPLATE template0"); err != nil {
		return err
	}
	templates.add(p.name)
	return p.prepare(ctx, withDatabase(admin, p.name))
}

// templates are those of this process, to be dropped at its end.
var templates templateNames

type templateNames struct {
	mu    sync.Mutex
	names []string
}

func (n *templateNames) add(name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.names = append(n.names, name)
}

func (n *templateNames) drop(ctx context.Context) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	var errs []error
	for _, name := range n.names {
		errs = append(errs, execute(ctx, shared.url, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"))
	}
	n.names = nil
	return errors.Join(errs...)
}

// newName names a database of this process.
func newName() string {
	return fmt.Sprintf(databasePrefix+"%d_%d", os.Getpid(), time.Now().UnixMilli()%1e6, databases.Add(1))
}
