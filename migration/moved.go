package migration

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"ariga.io/atlas/sql/schema"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/desired"
	"github.com/elizago/elizago/migration/internal/planner"
	"github.com/elizago/elizago/migration/plan"
)

// formerOwner is a record of the history whose namespace still has tables.
type formerOwner struct {
	plugin, namespace string
	tables            []string
}

// followNamespaces moves the tables of plugins whose code says from where, and lists
// as refused the plugins that have none in their namespace and seem to have had them
// in another one: they would begin with empty tables beside the full ones. It returns
// the history as it is after that.
func (r *run) followNamespaces(ctx context.Context, tx *sql.Tx, past past) (past, error) {
	if !past.exists {
		return past, nil
	}
	former, err := r.engine.history.formerOwners(ctx, tx)
	if err != nil {
		return past, err
	}
	there, err := catalog.Populated(ctx, tx, r.desired.Scope())
	if err != nil {
		return past, err
	}
	for i := range r.desired.Units {
		u := &r.desired.Units[i]
		if u.Model == nil || there[u.Namespace] {
			continue
		}
		from, sure := r.formerNamespace(u, former)
		switch {
		case from == nil:
		case sure:
			if err := r.moveNamespace(ctx, tx, u, *from, past); err != nil {
				return past, err
			}
		case !r.options.Force:
			full, err := haveRows(ctx, tx, *from)
			if err != nil {
				return past, err
			}
			if full {
				r.beside = append(r.beside, emptyBeside(u, *from))
			}
		}
	}
	if len(r.moved) == 0 {
		return past, nil
	}
	if past.units, err = r.engine.history.readState(ctx, tx); err != nil || !past.complete {
		return past, err
	}
	past.data, err = r.engine.history.readData(ctx, tx)
	return past, err
}

// formerOwners returns the records whose namespace has tables.
func (h history) formerOwners(ctx context.Context, tx *sql.Tx) ([]formerOwner, error) {
	rows, err := tx.QueryContext(ctx, h.in(`SELECT s.plugin, s.namespace, coalesce(string_agg(o ->> 1, E'\n' ORDER BY o ->> 1), '')
		FROM migrations.state s
		CROSS JOIN jsonb_array_elements(s.objects) AS o
		WHERE o ->> 0 = 'table' AND EXISTS (SELECT 1 FROM pg_catalog.pg_tables t WHERE t.schemaname = s.namespace AND t.tablename = o ->> 1)
		GROUP BY s.plugin, s.namespace ORDER BY s.plugin`), catalog.OneRoundTrip)
	if err != nil {
		return nil, fmt.Errorf("migration: read the history: %w", err)
	}
	defer rows.Close()
	var out []formerOwner
	for rows.Next() {
		var f formerOwner
		var tables string
		if err := rows.Scan(&f.plugin, &f.namespace, &tables); err != nil {
			return nil, fmt.Errorf("migration: read the history: %w", err)
		}
		f.tables = strings.Split(tables, "\n")
		out = append(out, f)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("migration: read the history: %w", err)
	}
	return out, nil
}

// formerNamespace returns the record of the tables that a schema owner without
// tables seems to have had, and whether its code says so: its own under another
// namespace, or those of a plugin that is not there and has tables of the same
// names.
func (r *run) formerNamespace(u *desired.Unit, former []formerOwner) (from *formerOwner, sure bool) {
	names := make([]string, 0, len(u.Model.Tables))
	for _, t := range u.Model.Tables {
		names = append(names, t.Name)
		names = append(names, desired.AnnotationsOf(t).RenamedFrom...)
	}
	for i, f := range former {
		if r.desired.Owner(f.namespace) != nil {
			continue // in use
		}
		if f.namespace == u.Schema.RenamedFrom {
			return &former[i], true
		}
		installed := slices.ContainsFunc(r.desired.Units, func(o desired.Unit) bool { return o.Plugin == f.plugin })
		same := !slices.ContainsFunc(f.tables, func(t string) bool { return !slices.Contains(names, t) }) &&
			!slices.ContainsFunc(u.Model.Tables, func(t *schema.Table) bool {
				return !slices.Contains(f.tables, t.Name) && len(desired.AnnotationsOf(t).RenamedFrom) == 0
			})
		if f.plugin == u.Plugin || !installed && same {
			from = &former[i]
		}
	}
	return from, false
}

// haveRows reports whether a table of a record has a row.
func haveRows(ctx context.Context, tx *sql.Tx, f formerOwner) (bool, error) {
	for _, table := range f.tables {
		var full bool
		err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+catalog.Relation(f.namespace, table)+")", catalog.OneRoundTrip).Scan(&full)
		if err != nil {
			return false, fmt.Errorf("migration: look for rows of plugin %q in namespace %q: %w", f.plugin, f.namespace, err)
		}
		if full {
			return true, nil
		}
	}
	return false, nil
}

// moveNamespace renames a namespace and its records in the history.
func (r *run) moveNamespace(ctx context.Context, tx *sql.Tx, u *desired.Unit, from formerOwner, past past) error {
	rename := func(from, to string) string {
		return "ALTER SCHEMA " + catalog.Quote(from) + " RENAME TO " + catalog.Quote(to)
	}
	statements := []string{
		rename(from.namespace, u.Namespace),
		fmt.Sprintf(r.engine.history.in("UPDATE migrations.state SET plugin = %s, namespace = %s WHERE namespace = %s"), catalog.Literal(u.Plugin), catalog.Literal(u.Namespace), catalog.Literal(from.namespace)),
		fmt.Sprintf(r.engine.history.in("UPDATE migrations.journal SET plugin = %s, namespace = %s WHERE namespace = %s"), catalog.Literal(u.Plugin), catalog.Literal(u.Namespace), catalog.Literal(from.namespace)),
	}
	if past.complete {
		statements = append(statements, fmt.Sprintf(r.engine.history.in("UPDATE migrations.data SET plugin = %s, namespace = %s WHERE namespace = %s"), catalog.Literal(u.Plugin), catalog.Literal(u.Namespace), catalog.Literal(from.namespace)))
	}
	for _, s := range statements {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("migration: move the tables of plugin %q from namespace %q to %q: %w", u.Plugin, from.namespace, u.Namespace, err)
		}
	}
	r.moved = append(r.moved, planner.Step{Done: true, Statement: plan.Statement{
		Unit: u.Plugin, SQL: statements[0], Comment: fmt.Sprintf("rename namespace %s to %s", from.namespace, u.Namespace),
		Reverse: []string{rename(u.Namespace, from.namespace)}, Transactional: true,
	}})
	r.movedChanges = append(r.movedChanges, plan.Change{Unit: u.Plugin, Kind: plan.RenameNamespace, Class: plan.Safe, Object: from.namespace, To: u.Namespace})
	return nil
}

// emptyBeside returns the refused change of a schema owner that would begin with
// empty tables.
func emptyBeside(u *desired.Unit, from formerOwner) plan.Change {
	return plan.Change{
		Unit: u.Plugin, Kind: plan.AddNamespace, Class: plan.Destructive, Object: u.Namespace, Refused: true,
		Impact: fmt.Sprintf("beside the tables of plugin %q in namespace %q", from.plugin, from.namespace), Rows: int64(len(from.tables)),
		Hint: fmt.Sprintf("to keep these tables under the new name, set core.Schema.RenamedFrom of plugin %q to %q, or put the old name back", u.Plugin, from.namespace),
	}
}
