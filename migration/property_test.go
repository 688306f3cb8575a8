package migration_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/elizago/elizago/migration"
)

// fixtures are pairs that once failed, one in each file.
const fixtures = "testdata/property"

func init() {
	// A failing pair is made small by shrink and written to fixtures, which
	// outlive changes to the generator. rapid's own shrinking and its own files
	// would not do. The tests always draw the same pairs, so that a commit never
	// fails for a defect that it does not have; make fuzz draws others.
	for name, value := range map[string]string{"rapid.nofailfile": "true", "rapid.shrinktime": "0s", "rapid.seed": "20261121"} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
}

// laboratories is how many databases are worked on at once. Each tries as many
// pairs as the flag -rapid.checks says, 100 by default.
const laboratories = 4

// TestConvergence draws pairs of desired states A and B, over everything that
// ent and entpg can declare, brings a database with rows from A to B, and wants
// it to be what B makes of an empty database, with nothing left to do and no
// value lost that both have room for. The first pair that fails is made as
// small as possible and written to testdata/property, where TestConvergedOnce
// finds it.
func TestConvergence(t *testing.T) {
	t.Parallel()
	for i := range laboratories {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			lab := newLaboratory(t)
			var failed *pair
			t.Cleanup(func() { lab.report(t, failed) })
			rapid.Check(t, func(r *rapid.T) {
				for range i { // Each laboratory begins elsewhere.
					rapid.Uint64().Draw(r, "skipped")
				}
				p := pairs.Draw(r, "pair")
				if err := lab.try(context.Background(), clone(p)); err != nil {
					failed = p
					r.Fatal("the engine does not converge: a smaller pair follows")
				}
			})
		})
	}
}

// pairs draws one pair.
var pairs = rapid.Custom(func(t *rapid.T) *pair { return draw{t}.pair() })

// report makes a pair that failed smaller, and a fixture.
func (l *laboratory) report(t *testing.T, p *pair) {
	if p == nil {
		return
	}
	p = shrink(p, func(q *pair) bool { return l.try(context.Background(), q) != nil }, time.Minute)
	text := p.String()
	sum := sha256.Sum256([]byte(text))
	file := filepath.Join(fixtures, fmt.Sprintf("%x.json", sum[:4]))
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Error(err)
	}
	t.Errorf("%s:\n%s\n%v", file, text, l.try(context.Background(), p))
}

// TestConvergedOnce tries the pairs that once failed.
func TestConvergedOnce(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(fixtures, "*.json"))
	require.NoError(t, err)
	lab := newLaboratory(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			var p *pair
			require.NoError(t, json.Unmarshal(text, &p))
			require.NoError(t, lab.try(t.Context(), p))
		})
	}
}

// laboratory is a database to go from A to B in, and one to make B in from
// nothing. Both are used again for the next pair.
type laboratory struct{ subject, reference *sql.DB }

func newLaboratory(t *testing.T) *laboratory { return &laboratory{open(t), open(t)} }

// try says how a pair does not converge; nil when it does. An engine that waits
// for itself does not, either.
func (l *laboratory) try(ctx context.Context, p *pair) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := errors.Join(wipe(ctx, l.subject), wipe(ctx, l.reference)); err != nil {
		return err
	}
	if _, err := run(ctx, l.subject, p.A, migration.Options{}); err != nil {
		return fmt.Errorf("A from nothing: %w", err)
	}
	if err := l.settled(ctx, l.subject, p.A); err != nil {
		return fmt.Errorf("A from nothing: %w", err)
	}
	rows := populate(p.A, p.B)
	if err := rows.insert(ctx, l.subject); err != nil {
		return fmt.Errorf("the generator makes rows that A refuses: %w", err)
	}
	if err := l.change(ctx, rows, p.B); err != nil {
		return fmt.Errorf("from A to B: %w", err)
	}
	if !p.Back {
		return nil
	}
	if err := errors.Join(wipe(ctx, l.reference), truncate(ctx, l.subject, p)); err != nil {
		return err
	}
	clearHints(p.B, p.A)
	if err := l.change(ctx, populate(p.B, p.A), p.A); err != nil {
		return fmt.Errorf("back from B to A: %w", err)
	}
	return nil
}

// change brings the subject to a state with rows in it.
func (l *laboratory) change(ctx context.Context, rows *population, to *world) error {
	before, err := rows.values(ctx, l.subject, false)
	if err != nil {
		return err
	}
	result, err := run(ctx, l.subject, to, migration.Options{Force: true, GoBack: true})
	if err != nil {
		return err
	}
	if err := l.equals(ctx, rows, to, before); err != nil {
		var statements []string
		for _, s := range result.Plan.Statements {
			statements = append(statements, s.SQL)
		}
		return fmt.Errorf("%w\nafter:\n%s", err, strings.Join(statements, ";\n"))
	}
	return nil
}

func (l *laboratory) equals(ctx context.Context, rows *population, to *world, before string) error {
	if _, err := run(ctx, l.reference, to, migration.Options{}); err != nil {
		return fmt.Errorf("from nothing: %w", err)
	}
	want, err := catalogText(ctx, l.reference, to)
	if err != nil {
		return err
	}
	have, err := catalogText(ctx, l.subject, to)
	if err != nil {
		return err
	}
	if d := difference(have, want); d != "" {
		return fmt.Errorf("the catalog is not what it is from nothing:\n%s", d)
	}
	if err := l.settled(ctx, l.subject, to); err != nil {
		return err
	}
	after, err := rows.values(ctx, l.subject, true)
	if err != nil {
		return err
	}
	if before != after {
		return fmt.Errorf("rows have changed: before:\n%safter:\n%s", before, after)
	}
	return nil
}

// settled wants nothing to be left to do, by either way to see it.
func (l *laboratory) settled(ctx context.Context, db *sql.DB, w *world) error {
	result, err := run(ctx, db, w, migration.Options{})
	switch {
	case err != nil:
		return fmt.Errorf("the second run: %w", err)
	case !result.UpToDate || result.Compared:
		return fmt.Errorf("the second run does not take the fast path: up to date %v, compared %v", result.UpToDate, result.Compared)
	}
	result, err = run(ctx, db, w, migration.Options{Full: true})
	switch {
	case err != nil:
		return fmt.Errorf("the full comparison: %w", err)
	case !result.UpToDate:
		return fmt.Errorf("the full comparison finds %v", result.Plan.Changes)
	}
	return nil
}

// run migrates with an engine of its own, as a new process would.
func run(ctx context.Context, db *sql.DB, w *world, options migration.Options) (*migration.Result, error) {
	e, err := migration.New(migration.Config{DB: db, LockTimeout: 30 * time.Second})
	if err != nil {
		return nil, err
	}
	return e.Run(ctx, w.declared(), options)
}

// truncate empties the tables whose rows could not stand in A: where a name has
// passed from one thing to another, nothing is known about the values.
func truncate(ctx context.Context, db *sql.DB, p *pair) error {
	hints := false
	for _, u := range p.B.Units {
		for _, t := range u.Tables {
			hints = hints || t.From != ""
			for _, c := range t.Columns {
				hints = hints || c.From != ""
			}
		}
	}
	rows := populate(p.B, p.A)
	for _, u := range p.B.Units {
		for _, t := range u.Tables {
			if hints || rows.empty[t] || len(rows.nulls) > 0 {
				if _, err := db.ExecContext(ctx, fmt.Sprintf("TRUNCATE %s.%s CASCADE", quote(u.namespace()), quote(t.Name))); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
