package migration

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// shadowPrefix starts the names of the namespaces that the desired state is
// built in. They exist inside one transaction only. A number follows, not the
// real name, since 63 bytes are all there is.
const shadowPrefix = "zz_elizago_"

// normalize builds the desired state in shadow namespaces, reads it back as
// PostgreSQL spells it, and undoes everything. Names in the result are the real
// ones. searchPath is where the author's words are looked up.
func normalize(ctx context.Context, tx *sql.Tx, d *desired, searchPath string) (catalogue, error) {
	if _, err := tx.ExecContext(ctx, "SAVEPOINT elizago_shadow"); err != nil {
		return nil, fmt.Errorf("migration: build the desired state: %w", err)
	}
	shadow, err := buildShadow(ctx, tx, d, searchPath)
	if err != nil {
		// The caller rolls back all of it.
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT elizago_shadow; RELEASE SAVEPOINT elizago_shadow"); err != nil {
		return nil, fmt.Errorf("migration: undo the shadow of the desired state: %w", err)
	}
	return rename(ctx, tx, d, shadow)
}

func shadowName(unit int) string { return fmt.Sprintf("%s%d", shadowPrefix, unit) }

func buildShadow(ctx context.Context, tx *sql.Tx, d *desired, searchPath string) (catalogue, error) {
	for i, u := range d.units {
		if u.schema != nil {
			u.schema.Name = shadowName(i)
			defer func() { u.schema.Name = u.namespace }()
		}
	}
	if _, err := tx.ExecContext(ctx, "SET LOCAL search_path = "+searchPath); err != nil {
		return nil, fmt.Errorf("migration: build the desired state: %w", err)
	}
	for i := range d.units {
		u := &d.units[i]
		if u.schema == nil {
			continue
		}
		if _, err := tx.ExecContext(ctx, "CREATE SCHEMA "+quoted(u.schema.Name)); err != nil {
			return nil, fmt.Errorf("migration: create a shadow namespace: %w", err)
		}
		statements, err := u.author.build(ctx)
		if err != nil {
			return nil, err
		}
		for _, s := range statements {
			if _, err := tx.ExecContext(ctx, s.SQL); err != nil {
				err = fmt.Errorf("migration: the schema of plugin %q does not build: %w, in: %s", u.Plugin, err, shortened(s.SQL))
				return nil, &wordedError{text: d.unshadowed(err.Error()), err: err}
			}
		}
	}
	return readCatalogue(ctx, tx, d.scope())
}

// unshadowed is a text for people, with the real namespaces.
func (d *desired) unshadowed(text string) string {
	var pairs []string
	for i, u := range d.units {
		pairs = append(pairs, quoted(shadowName(i)), quoted(u.namespace), shadowName(i)+".", u.namespace+".")
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// rename puts the real namespaces for the shadows, in keys and definitions.
func rename(ctx context.Context, tx *sql.Tx, d *desired, shadow catalogue) (catalogue, error) {
	real := make(map[string]string, len(d.units))
	var pairs []string
	for i, u := range d.units {
		if u.schema == nil {
			continue
		}
		// PostgreSQL decides which names it quotes.
		var name string
		if err := tx.QueryRowContext(ctx, "SELECT quote_ident("+literal(u.namespace)+")", oneRoundTrip).Scan(&name); err != nil {
			return nil, fmt.Errorf("migration: quote the name of a namespace: %w", err)
		}
		real[shadowName(i)] = u.namespace
		pairs = append(pairs, shadowName(i)+".", name+".")
	}
	replace := strings.NewReplacer(pairs...)
	out := make(catalogue, len(shadow))
	for key, o := range shadow {
		key.Namespace = real[key.Namespace]
		o.objectKey = key
		o.Def = replace.Replace(o.Def)
		o.Expr = replace.Replace(o.Expr)
		out[key] = o
	}
	return out, nil
}
