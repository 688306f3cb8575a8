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

// Template is a database that is prepared once per process, for tests that each
// need a copy. Copying is faster than running the same statements again:
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

// NewTemplate returns a template that prepare sets up in an empty database.
// prepare is called for the first test that needs a copy, and must have closed
// all its connections when it returns.
func NewTemplate(prepare func(ctx context.Context, url string) error) *Template {
	return &Template{prepare: prepare}
}

// Database is pgtest.Database with a copy of the template.
func (p *Template) Database(t testing.TB) string {
	t.Helper()
	admin, err := shared.start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// The first test may be cancelled; the others still need the template.
	p.once.Do(func() { p.err = p.make(context.WithoutCancel(t.Context()), admin) })
	if p.err != nil {
		t.Fatalf("pgtest: preparing a template: %v", p.err)
	}
	return create(t, p.name)
}

func (p *Template) make(ctx context.Context, admin string) error {
	p.name = newName()
	if err := shared.admin.create(ctx, admin, p.name, "template0"); err != nil {
		return err
	}
	templates.add(p.name)
	return p.prepare(ctx, withDatabase(admin, p.name))
}

// templates are the templates of this process, dropped at its end.
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
		errs = append(errs, shared.admin.drop(ctx, shared.url, name))
	}
	n.names = nil
	return errors.Join(errs...)
}

// newName returns a new database name of this process.
func newName() string {
	return fmt.Sprintf(databasePrefix+"%d_%d", os.Getpid(), time.Now().UnixMilli()%1e6, databases.Add(1))
}
