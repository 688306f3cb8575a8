package catalog

import (
	"context"
	"database/sql"
	"fmt"
)

// Stopper is an object that depends on a column or a table, and that PostgreSQL
// does not change or drop with it.
type Stopper struct {
	// View is the key of a view, the zero value for another object.
	View Key
	// Text describes it, as PostgreSQL does: "view public.by_hand".
	Text string
}

// stoppersSQL lists what depends on the column $3 of the table $1.$2, or with an
// empty $3 on the table: views, rules, triggers, functions with a body of SQL,
// publications, and for a table also tables that inherit from it.
const stoppersSQL = `
WITH target AS (
	SELECT c.oid, coalesce(a.attnum, 0) AS attnum
	FROM pg_catalog.pg_class c
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = $3
	WHERE n.nspname = $1 AND c.relname = $2 AND ($3 = '' OR a.attnum IS NOT NULL)
)
SELECT DISTINCT coalesce(vn.nspname, ''), coalesce(v.relname, ''), CASE
	WHEN v.oid IS NULL THEN pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid)
	ELSE concat(CASE v.relkind WHEN 'm' THEN 'materialized ' END, 'view ', vn.nspname, '.', v.relname) END
FROM target
JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = target.oid
	AND (d.refobjsubid = target.attnum OR target.attnum = 0) AND d.deptype = 'n'
LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid
LEFT JOIN pg_catalog.pg_class v ON v.oid = r.ev_class AND v.oid <> target.oid AND v.relkind IN ('v', 'm')
LEFT JOIN pg_catalog.pg_namespace vn ON vn.oid = v.relnamespace
WHERE CASE
	WHEN target.attnum > 0 THEN d.classid IN ('pg_catalog.pg_rewrite'::pg_catalog.regclass, 'pg_catalog.pg_trigger'::pg_catalog.regclass,
		'pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_publication_rel'::pg_catalog.regclass)
	ELSE v.oid IS NOT NULL OR d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
		OR d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND EXISTS (SELECT 1 FROM pg_catalog.pg_inherits i WHERE i.inhrelid = d.objid AND i.inhparent = target.oid)
	END
ORDER BY 3`

// StoppersOf returns what PostgreSQL would not let a column or a table be changed or
// dropped for.
func StoppersOf(ctx context.Context, tx *sql.Tx, k Key) ([]Stopper, error) {
	rows, err := tx.QueryContext(ctx, stoppersSQL, OneRoundTrip, k.Namespace, k.Table, k.Name)
	if err != nil {
		return nil, fmt.Errorf("migration: ask what depends on %s: %w", k, err)
	}
	defer rows.Close()
	var out []Stopper
	for rows.Next() {
		var s Stopper
		if err := rows.Scan(&s.View.Namespace, &s.View.Name, &s.Text); err != nil {
			return nil, fmt.Errorf("migration: ask what depends on %s: %w", k, err)
		}
		if s.View.Name != "" {
			s.View.Kind = View
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("migration: ask what depends on %s: %w", k, err)
	}
	return out, nil
}
