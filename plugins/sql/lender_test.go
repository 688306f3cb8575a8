package sql

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// lender lends open databases to the parts of the conformance suite. Each has
// its database alone, with the core tables and without rows, as if it had just
// been opened; to open one for each would take most of the time.
type lender struct {
	open  func() *Database // opens one that stays open until the end of the suite
	turns chan struct{}    // nil: any number of databases

	mu   sync.Mutex
	idle []*Database
}

// lend returns a database for one part of the suite.
func (l *lender) lend(t *testing.T) core.Database {
	t.Helper()
	if l.turns != nil {
		l.turns <- struct{}{}
		t.Cleanup(func() { <-l.turns })
	}
	db, used := l.take()
	if used {
		empty(t, db)
	}
	t.Cleanup(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.idle = append(l.idle, db)
	})
	return db
}

// take returns a database and whether it has been lent before.
func (l *lender) take() (db *Database, used bool) {
	l.mu.Lock()
	if last := len(l.idle) - 1; last >= 0 {
		db = l.idle[last]
		l.idle = l.idle[:last]
	}
	l.mu.Unlock()
	if db != nil {
		return db, true
	}
	return l.open(), false
}

// empty deletes all rows, and the tables in the schema public that are not
// core's.
func empty(t *testing.T, db *Database) {
	t.Helper()
	names, err := pgtx.Query(t.Context(), db.driver, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1", nil, pgtx.ScanOne[string])
	require.NoError(t, err)
	var ours, others []string
	for _, name := range names {
		if isCore(name) {
			ours = append(ours, "public."+name)
		} else {
			others = append(others, "public."+name)
		}
	}
	statement := "TRUNCATE " + strings.Join(ours, ", ")
	if len(others) > 0 {
		statement += "; DROP TABLE " + strings.Join(others, ", ") + " CASCADE"
	}
	_, err = db.Pool().ExecContext(t.Context(), statement)
	require.NoError(t, err)
}

// isCore reports whether core has a table of that name.
func isCore(name string) bool {
	for _, table := range New(Config{}).Schema.Tables {
		if table.Name == name {
			return true
		}
	}
	return false
}
