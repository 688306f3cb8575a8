package catalog

import (
	"context"
	"database/sql"
	"fmt"
)

// dependentsSQL lists the objects that depend on the column $3 of the table
// $1.$2: indexes, constraints (including foreign keys of other tables),
// policies, views, and columns that are generated from it. An index that backs a
// constraint counts as the constraint: the condition of an EXCLUDE depends on a
// column only through the index. Until PostgreSQL 14 generated columns depend
// as columns, later as defaults.
const dependentsSQL = `
WITH target AS (
	SELECT c.oid, a.attnum
	FROM pg_catalog.pg_class c
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
	WHERE n.nspname = $1 AND c.relname = $2 AND a.attname = $3
), dependent AS (
	SELECT d.classid, d.objid, d.objsubid, target.oid AS target, target.attnum
	FROM target
	JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
		AND d.refobjid = target.oid AND d.refobjsubid = target.attnum
), found AS (
	SELECT i.indrelid AS rel, CASE WHEN con.oid IS NULL THEN 'index' ELSE 'constraint' END AS kind,
		coalesce(con.conname, c.relname) AS name
	FROM dependent d
	JOIN pg_catalog.pg_index i ON i.indexrelid = d.objid AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
	JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
	LEFT JOIN pg_catalog.pg_constraint con ON con.conrelid = i.indrelid AND con.conindid = i.indexrelid
		AND con.contype IN ('p', 'u', 'x')
	UNION
	SELECT con.conrelid, 'constraint', con.conname
	FROM dependent d
	JOIN pg_catalog.pg_constraint con ON con.oid = d.objid AND d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
	WHERE con.contype IN ('p', 'u', 'x', 'f', 'c')
	UNION
	SELECT p.polrelid, 'policy', p.polname
	FROM dependent d
	JOIN pg_catalog.pg_policy p ON p.oid = d.objid AND d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass
	UNION
	SELECT a.attrelid, 'column', a.attname
	FROM dependent d
	LEFT JOIN pg_catalog.pg_attrdef ad ON ad.oid = d.objid AND d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
	JOIN pg_catalog.pg_attribute a ON a.attgenerated <> ''
		AND (a.attrelid = ad.adrelid AND a.attnum = ad.adnum
			OR d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND a.attrelid = d.objid AND a.attnum = d.objsubid)
	WHERE NOT (a.attrelid = d.target AND a.attnum = d.attnum)
	UNION
	SELECT v.oid, 'view', v.relname
	FROM dependent d
	JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
	JOIN pg_catalog.pg_class v ON v.oid = r.ev_class AND v.relkind = 'v'
)
SELECT n.nspname, CASE WHEN f.kind = 'view' THEN ''::name ELSE c.relname END, f.kind, f.name
FROM found f
JOIN pg_catalog.pg_class c ON c.oid = f.rel
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
ORDER BY 1, 2, 3, 4`

// referencesSQL lists the foreign keys that rely on the index $3, or on the
// constraint $3, of the table $1.$2.
const referencesSQL = `
SELECT fn.nspname, fc.relname, 'constraint', f.conname
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_index i ON i.indrelid = c.oid
JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
JOIN pg_catalog.pg_constraint f ON f.contype = 'f' AND f.conindid = i.indexrelid
JOIN pg_catalog.pg_class fc ON fc.oid = f.conrelid
JOIN pg_catalog.pg_namespace fn ON fn.oid = fc.relnamespace
WHERE n.nspname = $1 AND c.relname = $2 AND (ic.relname = $3 OR EXISTS (
	SELECT 1 FROM pg_catalog.pg_constraint k
	WHERE k.conrelid = c.oid AND k.conindid = i.indexrelid AND k.conname = $3 AND k.contype IN ('p', 'u')))
ORDER BY 1, 2, 4`

// readersSQL lists the views and policies that read the relation $1.$2. $3 is empty.
const readersSQL = `
SELECT DISTINCT n.nspname, CASE WHEN p.oid IS NULL THEN ''::name ELSE c.relname END,
	CASE WHEN p.oid IS NULL THEN 'view' ELSE 'policy' END, coalesce(p.polname, c.relname)
FROM pg_catalog.pg_class target
JOIN pg_catalog.pg_namespace tn ON tn.oid = target.relnamespace
JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = target.oid
LEFT JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
LEFT JOIN pg_catalog.pg_policy p ON p.oid = d.objid AND d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass
JOIN pg_catalog.pg_class c ON c.oid = coalesce(r.ev_class, p.polrelid) AND c.oid <> target.oid AND (c.relkind = 'v' OR p.oid IS NOT NULL)
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE tn.nspname = $1 AND target.relname = $2 AND $3 = ''
ORDER BY 1, 2, 3, 4`

// DependentsOn returns what depends on a column.
func DependentsOn(ctx context.Context, tx *sql.Tx, column Key) ([]Key, error) {
	return dependents(ctx, tx, dependentsSQL, column)
}

// ReferencesTo returns the foreign keys that rely on an index or a constraint.
func ReferencesTo(ctx context.Context, tx *sql.Tx, k Key) ([]Key, error) {
	return dependents(ctx, tx, referencesSQL, k)
}

// ReadersOf returns the views and policies that read a table or a view.
func ReadersOf(ctx context.Context, tx *sql.Tx, k Key) ([]Key, error) {
	relation := Key{Namespace: k.Namespace, Table: k.Name}
	if k.Kind == Table {
		relation.Table = k.Table
	}
	return dependents(ctx, tx, readersSQL, relation)
}

func dependents(ctx context.Context, tx *sql.Tx, query string, k Key) ([]Key, error) {
	rows, err := tx.QueryContext(ctx, query, OneRoundTrip, k.Namespace, k.Table, k.Name)
	if err != nil {
		return nil, fmt.Errorf("migration: ask what depends on %s: %w", k, err)
	}
	defer rows.Close()
	var out []Key
	for rows.Next() {
		var d Key
		if err := rows.Scan(&d.Namespace, &d.Table, &d.Kind, &d.Name); err != nil {
			return nil, fmt.Errorf("migration: ask what depends on %s: %w", k, err)
		}
		out = append(out, d)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("migration: ask what depends on %s: %w", k, err)
	}
	return out, nil
}
