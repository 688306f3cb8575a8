package migration

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// objectKind is the kind of an object that a table has.
type objectKind string

const (
	tableObject      objectKind = "table"
	columnObject     objectKind = "column"
	indexObject      objectKind = "index"
	constraintObject objectKind = "constraint"
)

// objectKey names one object of a table. Name is empty for the table itself.
type objectKey struct {
	Namespace string
	Table     string
	Kind      objectKind
	Name      string
}

// String is the key as in messages: "public.memories.precious".
func (k objectKey) String() string {
	if k.Kind == tableObject {
		return k.Namespace + "." + k.Table
	}
	return k.Namespace + "." + k.Table + "." + k.Name
}

// object is what the catalogue says of one object, in PostgreSQL's spelling
// with an empty search_path, in which every name is qualified.
type object struct {
	objectKey
	// Def is a column's type, the statement of an index or a constraint, and
	// kind and persistence of a table.
	Def string
	// NotNull, Expr (default or generating expression), Special (how a value
	// is generated; of an index that it is invalid) and Collation are a
	// column's. Comment is a table's or column's.
	NotNull   bool
	Expr      string
	Special   string
	Collation string
	Comment   string
}

// catalogue holds the objects of some tables.
type catalogue map[objectKey]object

// keys are sorted: by namespace and table, the table first, then its columns,
// constraints and indexes by name.
func (c catalogue) keys() []objectKey {
	keys := make([]objectKey, 0, len(c))
	for k := range c {
		keys = append(keys, k)
	}
	rank := func(k objectKind) int {
		return slices.Index([]objectKind{tableObject, columnObject, constraintObject, indexObject}, k)
	}
	slices.SortFunc(keys, func(a, b objectKey) int {
		if n := cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Table, b.Table)); n != 0 {
			return n
		}
		if n := rank(a.Kind) - rank(b.Kind); n != 0 {
			return n
		}
		return strings.Compare(a.Name, b.Name)
	})
	return keys
}

// objectsSQL lists the objects of the tables whose namespaces and names are $1
// and $2. It is written by hand, as no library reads as much of the catalogue
// as the engine must compare. Indexes that back a constraint are left to the
// constraint; NOT NULL is the column's, also where PostgreSQL 18 makes it a
// constraint.
const objectsSQL = `
WITH rel AS MATERIALIZED (
	SELECT c.oid, n.nspname AS ns, c.relname AS rel, c.relkind, c.relpersistence
	FROM unnest($1::text[], $2::text[]) AS want(ns, rel)
	JOIN pg_catalog.pg_namespace n ON n.nspname = want.ns
	JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = want.rel
), object AS (
	SELECT rel.ns, rel.rel, 'table' AS kind, ''::name AS name,
		rel.relkind::text || rel.relpersistence::text AS def,
		false AS not_null, '' AS expr, '' AS special, '' AS coll, coalesce(d.description, '') AS comment
	FROM rel
	LEFT JOIN pg_catalog.pg_description d
		ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objoid = rel.oid AND d.objsubid = 0
	UNION ALL
	SELECT rel.ns, rel.rel, 'column', a.attname,
		pg_catalog.format_type(a.atttypid, a.atttypmod),
		a.attnotnull, coalesce(pg_catalog.pg_get_expr(ad.adbin, ad.adrelid), ''),
		a.attidentity::text || a.attgenerated::text,
		CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::pg_catalog.regcollation::text ELSE '' END,
		coalesce(d.description, '')
	FROM rel
	JOIN pg_catalog.pg_attribute a ON a.attrelid = rel.oid AND a.attnum > 0 AND NOT a.attisdropped
	JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
	LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
	LEFT JOIN pg_catalog.pg_description d
		ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objoid = rel.oid AND d.objsubid = a.attnum
	WHERE rel.relkind IN ('r', 'p')
	UNION ALL
	SELECT rel.ns, rel.rel, 'index', ic.relname,
		pg_catalog.pg_get_indexdef(i.indexrelid), false, '',
		CASE WHEN i.indisvalid THEN '' ELSE 'invalid' END, '', ''
	FROM rel
	JOIN pg_catalog.pg_index i ON i.indrelid = rel.oid
	JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
	WHERE NOT EXISTS (
		SELECT 1 FROM pg_catalog.pg_constraint con
		WHERE con.conrelid = rel.oid AND con.conindid = i.indexrelid AND con.contype IN ('p', 'u', 'x'))
	UNION ALL
	SELECT rel.ns, rel.rel, 'constraint', con.conname,
		pg_catalog.pg_get_constraintdef(con.oid), false, '', '', '', ''
	FROM rel
	JOIN pg_catalog.pg_constraint con ON con.conrelid = rel.oid AND con.contype IN ('p', 'u', 'x', 'f', 'c')
)`

// oneRoundTrip is pgx's way to send a query without preparing it. A run asks
// everything once, and a prepared statement that outlives the transaction is in
// the way of PgBouncer's transaction mode. Config.DB is pgx's for that reason.
const oneRoundTrip = pgx.QueryExecModeExec

// pinSearchPath empties search_path for the transaction: what PostgreSQL
// prints of the catalogue depends on it.
const pinSearchPath = `SET LOCAL search_path = ''`

// readCatalogue reads the objects of the named tables, those that exist.
func readCatalogue(ctx context.Context, tx *sql.Tx, namespaces, tables []string) (catalogue, error) {
	if _, err := tx.ExecContext(ctx, pinSearchPath); err != nil {
		return nil, fmt.Errorf("migration: read the catalogue: %w", err)
	}
	rows, err := tx.QueryContext(ctx, objectsSQL+`
SELECT ns, rel, kind, name, def, not_null, expr, special, coll, comment FROM object`,
		oneRoundTrip, namespaces, tables)
	if err != nil {
		return nil, fmt.Errorf("migration: read the catalogue: %w", err)
	}
	defer rows.Close()
	c := make(catalogue)
	for rows.Next() {
		var o object
		if err := rows.Scan(&o.Namespace, &o.Table, &o.Kind, &o.Name, &o.Def, &o.NotNull,
			&o.Expr, &o.Special, &o.Collation, &o.Comment); err != nil {
			return nil, fmt.Errorf("migration: read the catalogue: %w", err)
		}
		c[o.objectKey] = o
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("migration: read the catalogue: %w", err)
	}
	return c, nil
}
