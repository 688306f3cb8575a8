package catalog

import (
	"context"
	"database/sql"
	"fmt"
)

// Stopper is an object that depends on a column or a table, and that PostgreSQL
// does not change or drop with it.
type Stopper struct {
	// Key is that of a view or a column, the zero value for another object.
	Key Key
	// Text describes it, as PostgreSQL does: "view public.by_hand".
	Text string
	// Undo says how it is kept from being in the way, where dropping it would lose
	// rows. Empty: it can be dropped, and created again.
	Undo string
}

// stoppersSQL lists what depends on the column $3 of the table $1.$2, or with an
// empty $3 on the table: views, rules, triggers, functions with a body of SQL,
// publications, generated columns, and what a column inherits from; for a table
// also tables that inherit from it, and with $4 columns that have its row type.
const stoppersSQL = `
WITH target AS (
	SELECT c.oid, c.reltype, coalesce(a.attnum, 0) AS attnum, coalesce(a.attinhcount, 0) AS inherited, c.relispartition, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
	FROM pg_catalog.pg_class c
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = $3
	WHERE n.nspname = $1 AND c.relname = $2 AND ($3 = '' OR a.attnum IS NOT NULL)
), child AS (
	SELECT i.inhrelid, i.inhparent, c.relispartition, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
	FROM pg_catalog.pg_inherits i
	JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
)
SELECT DISTINCT coalesce(vn.nspname, ''), '' AS "table", coalesce(v.relname, ''), CASE
	WHEN v.oid IS NULL THEN pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid)
	ELSE concat(CASE v.relkind WHEN 'm' THEN 'materialized ' END, 'view ', vn.nspname, '.', v.relname) END AS text, ''
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
	END
UNION ALL
SELECT DISTINCT n.nspname, c.relname, g.attname, concat('generated column ', n.nspname, '.', c.relname, '.', g.attname), ''
FROM target
JOIN pg_catalog.pg_class c ON c.oid = target.oid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = target.oid AND d.refobjsubid = target.attnum
JOIN pg_catalog.pg_attrdef ad ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND ad.oid = d.objid AND ad.adrelid = target.oid
JOIN pg_catalog.pg_attribute g ON g.attrelid = ad.adrelid AND g.attnum = ad.adnum AND g.attgenerated <> '' AND g.attnum <> target.attnum
WHERE target.attnum > 0
UNION ALL
SELECT '', '', '', CASE WHEN target.relispartition THEN concat('table ', p.name, ', of which ', target.name, ' is a partition,') ELSE concat('table ', p.name, ', from which ', target.name, ' inherits,') END,
	CASE WHEN target.relispartition THEN concat('ALTER TABLE ', p.name, ' DETACH PARTITION ', target.name) ELSE concat('ALTER TABLE ', target.name, ' NO INHERIT ', p.name) END
FROM target
JOIN pg_catalog.pg_inherits i ON i.inhrelid = target.oid
CROSS JOIN LATERAL (SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = i.inhparent) p
JOIN pg_catalog.pg_attribute a ON a.attrelid = i.inhparent AND a.attname = $3 AND NOT a.attisdropped
WHERE target.inherited > 0
UNION ALL
SELECT '', '', '', concat('table ', child.name), CASE WHEN child.relispartition THEN concat('ALTER TABLE ', target.name, ' DETACH PARTITION ', child.name) ELSE concat('ALTER TABLE ', child.name, ' NO INHERIT ', target.name) END
FROM target
JOIN child ON child.inhparent = target.oid
WHERE target.attnum = 0
UNION ALL
SELECT '', '', '', concat('column ', n.nspname, '.', c.relname, '.', a.attname, ', which has the type of its rows,'), pg_catalog.format('ALTER TABLE %I.%I ALTER COLUMN %I TYPE text', n.nspname, c.relname, a.attname)
FROM target
JOIN pg_catalog.pg_type t ON t.oid = target.reltype OR t.typelem = target.reltype
JOIN pg_catalog.pg_attribute a ON a.atttypid = t.oid AND NOT a.attisdropped
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'm', 'f')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE $4
ORDER BY text`

// StoppersOf returns what PostgreSQL would not let a column or a table be changed or
// dropped for. With rewritten, the rows of the table get another form.
func StoppersOf(ctx context.Context, tx *sql.Tx, k Key, rewritten bool) ([]Stopper, error) {
	rows, err := tx.QueryContext(ctx, stoppersSQL, OneRoundTrip, k.Namespace, k.Table, k.Name, rewritten)
	if err != nil {
		return nil, fmt.Errorf("migration: ask what depends on %s: %w", k, err)
	}
	defer rows.Close()
	var out []Stopper
	for rows.Next() {
		var s Stopper
		if err := rows.Scan(&s.Key.Namespace, &s.Key.Table, &s.Key.Name, &s.Text, &s.Undo); err != nil {
			return nil, fmt.Errorf("migration: ask what depends on %s: %w", k, err)
		}
		switch {
		case s.Key.Table != "":
			s.Key.Kind = Column
		case s.Key.Name != "":
			s.Key.Kind = View
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("migration: ask what depends on %s: %w", k, err)
	}
	return out, nil
}
