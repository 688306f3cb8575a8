package catalog

import (
	"context"
	"database/sql"
	"fmt"
)

// Holder is a relation or a type that has a name which a new object needs.
type Holder struct {
	// Kind is its kind in words, Table the table that it belongs to, if any.
	Kind, Table string
	// Rename is the statement that renames it, up to the new name.
	Rename string
}

// takenSQL returns what has one of the names $2 in the namespaces $1. Where $3 is
// set, the name of a type is in the way, too.
const takenSQL = `
SELECT want.ns, want.name, CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
		WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'type' ELSE 'index' END,
	coalesce(t.relname, ''),
	format('ALTER %s %I.%I RENAME TO ', CASE c.relkind WHEN 'r' THEN 'TABLE' WHEN 'p' THEN 'TABLE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
		WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'S' THEN 'SEQUENCE' WHEN 'c' THEN 'TYPE' ELSE 'INDEX' END, want.ns, want.name)
FROM unnest($1::text[], $2::text[], $3::bool[]) AS want (ns, name, is_type)
JOIN pg_catalog.pg_namespace n ON n.nspname = want.ns
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = want.name
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
LEFT JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
UNION ALL
SELECT want.ns, want.name, 'type', '', format('ALTER TYPE %I.%I RENAME TO ', want.ns, want.name)
FROM unnest($1::text[], $2::text[], $3::bool[]) AS want (ns, name, is_type)
JOIN pg_catalog.pg_namespace n ON n.nspname = want.ns
JOIN pg_catalog.pg_type t ON t.typnamespace = n.oid AND t.typname = want.name AND t.typrelid = 0 AND t.typelem = 0
WHERE want.is_type`

// HoldersOf returns what has the names that new objects need in their namespaces:
// a relation, or for a table and an enum type also a type.
func HoldersOf(ctx context.Context, tx *sql.Tx, objects []Key) (map[[2]string]Holder, error) {
	var namespaces, names []string
	var types []bool
	for _, k := range objects {
		namespaces, names, types = append(namespaces, k.Namespace), append(names, k.RelationName()), append(types, k.Kind == Table || k.Kind == Enum)
	}
	rows, err := tx.QueryContext(ctx, takenSQL, OneRoundTrip, namespaces, names, types)
	if err != nil {
		return nil, fmt.Errorf("migration: look for the names of new objects: %w", err)
	}
	defer rows.Close()
	out := make(map[[2]string]Holder)
	for rows.Next() {
		var at [2]string
		var h Holder
		if err := rows.Scan(&at[0], &at[1], &h.Kind, &h.Table, &h.Rename); err != nil {
			return nil, fmt.Errorf("migration: look for the names of new objects: %w", err)
		}
		out[at] = h
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("migration: look for the names of new objects: %w", err)
	}
	return out, nil
}
