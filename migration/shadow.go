package migration

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strings"

	"github.com/jackc/pgerrcode"

	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/desired"
)

// normalize builds the desired state in shadow namespaces, reads it back in
// PostgreSQL's print, and rolls back. The result has the real names.
func normalize(ctx context.Context, tx *sql.Tx, conn *sql.Conn, d *desired.State, s *server) (catalog.Objects, error) {
	if _, err := tx.ExecContext(ctx, "SAVEPOINT elizago_shadow"); err != nil {
		return nil, fmt.Errorf("migration: build the desired state: %w", err)
	}
	shadow, err := buildShadow(ctx, tx, conn, d, s)
	if err != nil {
		// The caller rolls back everything.
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT elizago_shadow; RELEASE SAVEPOINT elizago_shadow"); err != nil {
		return nil, fmt.Errorf("migration: undo the shadow of the desired state: %w", err)
	}
	want, err := rename(ctx, tx, d, shadow)
	if err != nil {
		return nil, err
	}
	withoutUndeclared(d, want)
	return want, checkMoments(d, want)
}

// withoutUndeclared removes what an event trigger of the database has added to the
// shadow tables, such as row security. On the real tables it is left alone, as
// everything that no schema declares.
func withoutUndeclared(d *desired.State, want catalog.Objects) {
	declared := make(map[catalog.Key]bool, len(want))
	for i := range d.Units {
		for _, s := range d.Units[i].Declared {
			declared[s.Key] = true
		}
	}
	for k := range want {
		ofTable := k.Kind == catalog.Table || k.Kind == catalog.Column || k.Kind == catalog.Constraint // in CREATE TABLE
		if !ofTable && !declared[k] {
			delete(want, k)
		}
	}
}

func shadowName(unit int) string { return fmt.Sprintf("%s%d", desired.ShadowPrefix, unit) }

func buildShadow(ctx context.Context, tx *sql.Tx, conn *sql.Conn, d *desired.State, s *server) (catalog.Objects, error) {
	for i, u := range d.Units {
		if u.Model != nil {
			u.Model.Name = shadowName(i)
			defer func() { u.Model.Name = u.Namespace }()
		}
	}
	for i := range d.Units {
		u := &d.Units[i]
		if u.Model == nil {
			continue
		}
		if err := buildUnit(ctx, tx, conn, d, u, d.SearchPath(u, s.extensions)); err != nil {
			return nil, err
		}
	}
	shadow, err := catalog.Read(ctx, tx, d.Scope())
	if err != nil {
		return nil, err
	}
	return shadow, findUnstable(ctx, conn, shadow)
}

// findUnstable builds the indexes once more from PostgreSQL's prints, and marks
// those that it then prints differently. Only casts have this effect.
func findUnstable(ctx context.Context, conn *sql.Conn, shadow catalog.Objects) error {
	const again = desired.ShadowPrefix + "again"
	var casts []catalog.Key
	var statements []string
	for _, k := range shadow.Keys() {
		if k.Kind != catalog.Index || !strings.Contains(shadow[k].Def, "::") {
			continue
		}
		casts = append(casts, k)
		name := catalog.Relation(k.Namespace, again)
		statements = append(statements,
			catalog.IndexHead.ReplaceAllString(shadow[k].Def, "${1}"+again+"$2"),
			"SELECT pg_catalog.pg_get_indexdef("+catalog.Literal(name)+"::regclass)",
			"DROP INDEX "+name)
	}
	results, err := together(ctx, conn, statements)
	if err != nil {
		return fmt.Errorf("migration: build index %s as PostgreSQL prints it: %w", casts[min(len(results), len(statements)-1)/3], err)
	}
	for i, k := range casts {
		o := shadow[k]
		o.Unstable = catalog.Nameless(string(results[3*i+1].Rows[0][0])) != catalog.Nameless(o.Def)
		shadow[k] = o
	}
	return nil
}

func buildUnit(ctx context.Context, tx *sql.Tx, conn *sql.Conn, d *desired.State, u *desired.Unit, searchPath string) error {
	head := "CREATE SCHEMA " + catalog.Quote(u.Model.Name) + "; SET LOCAL search_path = " + searchPath
	if _, err := tx.ExecContext(ctx, head); err != nil {
		return fmt.Errorf("migration: create a shadow namespace: %w", err)
	}
	statements, err := u.Renderer.Build(ctx)
	if err != nil {
		return err
	}
	failed := func(statement string, err error) error {
		err = fmt.Errorf("migration: the schema of plugin %q does not build: %w, in: %s%s", u.Plugin, err, catalog.Shortened(statement), spot(statement, err))
		return &wordedError{text: unshadowed(d, err.Error()), err: err}
	}
	var waiting []string // to be executed together
	flush := func() error {
		results, err := together(ctx, conn, waiting)
		if err != nil {
			return failed(waiting[min(len(results), len(waiting)-1)], err)
		}
		waiting = nil
		return nil
	}
	for _, s := range statements {
		if shadowed(d, s.SQL) == s.SQL {
			waiting = append(waiting, s.SQL)
			continue
		}
		if err := flush(); err != nil {
			return err
		}
		build := buildOne
		if s.Key.Kind == catalog.View {
			build = buildView
		}
		if err := build(ctx, tx, s.SQL, shadowed(d, s.SQL)); err != nil {
			return failed(s.SQL, err)
		}
	}
	return flush()
}

// buildOne executes a statement in which the namespace of a schema owner stands.
// Such a table name in an expression is replaced by the shadow if the real table
// does not exist yet or will change.
func buildOne(ctx context.Context, tx *sql.Tx, statement, inShadow string) error {
	execute := func(statement string) error { return executeSingle(ctx, tx, statement) }
	return either(ctx, tx, func() error { return execute(statement) }, func() error { return execute(inShadow) })
}

// executeSingle executes one statement. Unlike Exec, a query is one: the server
// refuses a second statement in it.
func executeSingle(ctx context.Context, tx *sql.Tx, statement string) error {
	rows, err := tx.QueryContext(ctx, statement, catalog.OneRoundTrip)
	if err != nil {
		return err
	}
	defer rows.Close()
	rows.Next()
	return rows.Err()
}

// buildView executes such a statement of a view. What the view reads has the types
// that its columns are printed with, so a name with its namespace means the
// shadow, and what is there now only where there is no shadow of it.
func buildView(ctx context.Context, tx *sql.Tx, statement, inShadow string) error {
	execute := func(statement string) error { return executeSingle(ctx, tx, statement) }
	var missing error
	return either(ctx, tx, func() error {
		missing = execute(inShadow)
		return missing
	}, func() error {
		if pgerr.Is(missing, pgerrcode.UndefinedColumn) {
			return missing // The shadow is there: the column will not be.
		}
		return execute(statement)
	})
}

// either does the second where the first fails, and returns the first's error
// where both do.
func either(ctx context.Context, tx *sql.Tx, first, second func() error) error {
	if _, err := tx.ExecContext(ctx, "SAVEPOINT elizago_statement"); err != nil {
		return err
	}
	if err := first(); err != nil {
		if _, e := tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT elizago_statement"); e != nil {
			return e
		}
		if e := second(); e != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, "RELEASE SAVEPOINT elizago_statement")
	return err
}

// shadowed returns a statement with qualified names moved to the shadow
// namespaces.
func shadowed(d *desired.State, statement string) string {
	for i := range d.Units {
		u := &d.Units[i]
		if u.Model == nil || !strings.Contains(statement, u.Namespace) {
			continue
		}
		name := regexp.MustCompile(`(^|[^\w".])(?:` + regexp.QuoteMeta(u.Namespace) + `|"` + regexp.QuoteMeta(u.Namespace) + `")\.`)
		statement = name.ReplaceAllString(statement, "${1}"+shadowName(i)+".")
	}
	return statement
}

// unshadowed returns a text with the real namespaces.
func unshadowed(d *desired.State, text string) string {
	var pairs []string
	for i, u := range d.Units {
		pairs = append(pairs, catalog.Quote(shadowName(i)), catalog.Quote(u.Namespace), shadowName(i)+".", u.Namespace+".")
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// rename replaces shadow namespaces by the real ones, in keys and definitions.
func rename(ctx context.Context, tx *sql.Tx, d *desired.State, shadow catalog.Objects) (catalog.Objects, error) {
	real := make(map[string]string, len(d.Units))
	var pairs []string
	for i, u := range d.Units {
		if u.Model == nil {
			continue
		}
		// PostgreSQL decides which names it quotes.
		var name string
		if err := tx.QueryRowContext(ctx, "SELECT quote_ident("+catalog.Literal(u.Namespace)+")", catalog.OneRoundTrip).Scan(&name); err != nil {
			return nil, fmt.Errorf("migration: quote the name of a namespace: %w", err)
		}
		real[shadowName(i)] = u.Namespace
		pairs = append(pairs, shadowName(i)+".", name+".")
	}
	replace := strings.NewReplacer(pairs...)
	out := make(catalog.Objects, len(shadow))
	for key, o := range shadow {
		key.Namespace = real[key.Namespace]
		o.Key = key
		o.Def = replace.Replace(o.Def)
		o.Expr = replace.Replace(o.Expr)
		out[key] = o
	}
	return out, nil
}
