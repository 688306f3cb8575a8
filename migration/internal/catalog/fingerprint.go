package catalog

import (
	"context"
	"database/sql"
	"fmt"
)

// fingerprintSQL returns, for each namespace, a hash of the independent objects
// with namespaces $1, kinds $2 and names $3, and the extensions $5 that the
// namespaces $4 need. It covers what objectsSQL lists, but in the catalog's
// internal form and not as printed: no relation is opened, which halves the time.
// It may therefore change when the objects do not, such as after restoring a dump,
// which costs one comparison.
const fingerprintSQL = `
WITH rel AS MATERIALIZED (
	SELECT c.oid, n.nspname AS ns, c.relname AS rel, c.relkind, c.relpersistence,
		c.reloptions, c.reltoastrelid, c.relrowsecurity, c.relforcerowsecurity
	FROM unnest($1::text[], $2::text[], $3::text[]) AS want(ns, kind, name)
	JOIN pg_catalog.pg_namespace n ON n.nspname = want.ns
	JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = want.name
	WHERE want.kind = 'table'
), part AS (
	SELECT rel.ns, rel.rel, 1 AS kind, ''::name AS name, concat_ws(' ', rel.oid, rel.relkind, rel.relpersistence,
		rel.relrowsecurity, rel.relforcerowsecurity, rel.reloptions, toast.reloptions) AS def
	FROM rel
	LEFT JOIN pg_catalog.pg_class toast ON toast.oid = rel.reltoastrelid
	UNION ALL
	SELECT rel.ns, rel.rel, 2, a.attname, concat_ws(' ', a.attnum, a.atttypid, a.atttypmod,
		a.attnotnull, a.attidentity, a.attgenerated, a.attcollation, a.attstorage, ad.adbin)
	FROM rel
	JOIN pg_catalog.pg_attribute a ON a.attrelid = rel.oid AND a.attnum > 0 AND NOT a.attisdropped
	LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
	UNION ALL
	SELECT rel.ns, rel.rel, 3, ic.relname, concat_ws(' ', ic.oid, ic.relam, ic.reloptions, i.indisunique, i.indisvalid,
		i.indnkeyatts, i.indkey, i.indclass, i.indcollation, i.indoption, i.indexprs, i.indpred)
	FROM rel
	JOIN pg_catalog.pg_index i ON i.indrelid = rel.oid
	JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
	UNION ALL
	SELECT rel.ns, rel.rel, 4, con.conname, con::text
	FROM rel
	JOIN pg_catalog.pg_constraint con ON con.conrelid = rel.oid
	UNION ALL
	SELECT rel.ns, rel.rel, 5, ''::name, concat_ws(' ', d.objsubid, d.description)
	FROM rel
	JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objoid = rel.oid
	UNION ALL
	SELECT rel.ns, rel.rel, 6, p.polname, p::text
	FROM rel
	JOIN pg_catalog.pg_policy p ON p.polrelid = rel.oid
	UNION ALL
	SELECT rel.ns, rel.rel, 7, a.attname, concat_ws(' ', s.seqstart, s.seqincrement)
	FROM rel
	JOIN pg_catalog.pg_attribute a ON a.attrelid = rel.oid AND a.attidentity <> ''
	JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'i'
		AND d.refclassid = d.classid AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
	JOIN pg_catalog.pg_sequence s ON s.seqrelid = d.objid
	UNION ALL
	SELECT n.nspname, ''::name, 8, t.typname, concat_ws(' ', t.oid, e.oid, e.enumsortorder, e.enumlabel)
	FROM unnest($1::text[], $2::text[], $3::text[]) AS want(ns, kind, name)
	JOIN pg_catalog.pg_namespace n ON n.nspname = want.ns
	JOIN pg_catalog.pg_type t ON t.typnamespace = n.oid AND t.typname = want.name
	LEFT JOIN pg_catalog.pg_enum e ON e.enumtypid = t.oid
	WHERE want.kind = 'type'
	UNION ALL
	SELECT n.nspname, ''::name, 10, c.relname, concat_ws(' ', c.oid, c.reloptions, r.ev_action,
		(SELECT string_agg(a.attname, ' ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0))
	FROM unnest($1::text[], $2::text[], $3::text[]) AS want(ns, kind, name)
	JOIN pg_catalog.pg_namespace n ON n.nspname = want.ns
	JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = want.name AND c.relkind = 'v'
	JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid AND r.rulename = '_RETURN'
	WHERE want.kind = 'view'
	UNION ALL
	SELECT want.ns, ''::name, 9, x.extname, x.extnamespace::text
	FROM unnest($4::text[], $5::text[]) AS want(ns, name)
	JOIN pg_catalog.pg_extension x ON x.extname = want.name
)
SELECT ns, md5(string_agg(part::text, E'\n' ORDER BY rel, kind, name, def COLLATE "C")) FROM part GROUP BY ns`

// Fingerprints returns the fingerprint of each namespace in the scope. A
// namespace without existing tables is not in the result.
func Fingerprints(ctx context.Context, tx *sql.Tx, scope Scope) (map[string]string, error) {
	rows, err := tx.QueryContext(ctx, fingerprintSQL, append(scope.args(), scope.NeededIn, scope.Extensions)...)
	if err != nil {
		return nil, fmt.Errorf("migration: read the catalog's fingerprint: %w", err)
	}
	defer rows.Close()
	out := make(map[string]string)
	for rows.Next() {
		var namespace, sum string
		if err := rows.Scan(&namespace, &sum); err != nil {
			return nil, fmt.Errorf("migration: read the catalog's fingerprint: %w", err)
		}
		out[namespace] = sum
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("migration: read the catalog's fingerprint: %w", err)
	}
	return out, nil
}

// Populated returns the namespaces in which a table of the scope exists.
func Populated(ctx context.Context, tx *sql.Tx, scope Scope) (map[string]bool, error) {
	rows, err := tx.QueryContext(ctx, `SELECT DISTINCT want.ns
		FROM unnest($1::text[], $2::text[], $3::text[]) AS want(ns, kind, name)
		JOIN pg_catalog.pg_namespace n ON n.nspname = want.ns
		JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = want.name
		WHERE want.kind = 'table'`, scope.args()...)
	if err != nil {
		return nil, fmt.Errorf("migration: look for the tables: %w", err)
	}
	defer rows.Close()
	out := make(map[string]bool)
	for rows.Next() {
		var namespace string
		if err := rows.Scan(&namespace); err != nil {
			return nil, fmt.Errorf("migration: look for the tables: %w", err)
		}
		out[namespace] = true
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("migration: look for the tables: %w", err)
	}
	return out, nil
}
