package catalog

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// Attachment is a property of an object that no schema declares, and that is lost
// with it: a comment, a grant, a role for replication.
type Attachment struct {
	// SQL gives it to the object that takes its place.
	SQL string
	// Columns are the columns of the table that it needs, besides the object.
	Columns []string
	// Replica reports that the object identifies rows for logical replication:
	// without it, updates of a published table fail.
	Replica bool
}

// hangingSQL lists the attachments of the object with kind $3 and name $4 of the
// table $1.$2, for one of the same kind with the name $5. A constraint that has
// an index has the index's, too.
const hangingSQL = `
WITH rel AS (
	SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name
	FROM pg_catalog.pg_class c
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname = $1 AND c.relname = $2
), con AS (
	SELECT con.oid, con.conindid, rel.name AS rel
	FROM rel
	JOIN pg_catalog.pg_constraint con ON con.conrelid = rel.oid
	WHERE $3 = 'constraint' AND con.conname = $4
), idx AS (
	SELECT i.indexrelid AS oid, i.indisreplident, i.indisclustered, rel.name AS rel
	FROM rel
	JOIN pg_catalog.pg_index i ON i.indrelid = rel.oid
	JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
	WHERE $3 = 'index' AND ic.relname = $4 OR i.indexrelid IN (SELECT conindid FROM con WHERE $3 = 'constraint')
		AND EXISTS (SELECT 1 FROM pg_catalog.pg_constraint own JOIN con ON con.oid = own.oid WHERE own.contype IN ('p', 'u', 'x'))
), col AS (
	SELECT a.attrelid, a.attnum, a.attacl, a.attstattarget, a.attoptions, rel.name AS rel
	FROM rel
	JOIN pg_catalog.pg_attribute a ON a.attrelid = rel.oid AND a.attname = $4
	WHERE $3 = 'column'
), stat AS (
	SELECT DISTINCT e.oid, e.stxnamespace, e.stxname, e.stxstattarget, e.stxowner, e.stxrelid, format('%I.%I', n.nspname, e.stxname) AS name
	FROM col
	JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = col.attrelid AND d.refobjsubid = col.attnum
	JOIN pg_catalog.pg_statistic_ext e ON d.classid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass AND e.oid = d.objid
	JOIN pg_catalog.pg_namespace n ON n.oid = e.stxnamespace
), typ AS (
	SELECT t.oid, t.typacl, t.typowner
	FROM pg_catalog.pg_type t
	JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
	WHERE $3 = 'type' AND n.nspname = $1 AND t.typname = $4
)
SELECT sql, columns, replica FROM (
	SELECT 1 AS place, format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', rel, $5::text) AS sql, '' AS columns, true AS replica FROM idx WHERE indisreplident
	UNION ALL
	SELECT 2, format('ALTER TABLE %s CLUSTER ON %I', rel, $5::text), '', false FROM idx WHERE indisclustered
	UNION ALL
	SELECT 3, format('COMMENT ON INDEX %I.%I IS %L', $1::text, $5::text, d.description), '', false
	FROM idx JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objoid = idx.oid AND d.objsubid = 0
	UNION ALL
	SELECT 3, format('COMMENT ON CONSTRAINT %I ON %s IS %L', $5::text, con.rel, d.description), '', false
	FROM con JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND d.objoid = con.oid
	UNION ALL
	SELECT 3, format('COMMENT ON POLICY %I ON %s IS %L', $5::text, rel.name, d.description), '', false
	FROM rel
	JOIN pg_catalog.pg_policy p ON p.polrelid = rel.oid AND p.polname = $4
	JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objoid = p.oid
	WHERE $3 = 'policy'
	UNION ALL
	SELECT 4, format('GRANT %s (%I) ON %s TO %s', g.privilege_type, $5::text, col.rel,
		CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) END)
		|| CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, '', false
	FROM col CROSS JOIN pg_catalog.aclexplode(col.attacl) g
	UNION ALL
	SELECT 5, format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS %s', rel, $5::text, attstattarget), '', false FROM col WHERE attstattarget >= 0
	UNION ALL
	-- pg_attver is kept by the server itself.
	SELECT 5, format('ALTER TABLE %s ALTER COLUMN %I SET (%s)', rel, $5::text, string_agg(o, ', ')), '', false
	FROM col CROSS JOIN LATERAL unnest(attoptions) o WHERE split_part(o, '=', 1) <> 'pg_attver' GROUP BY rel
	UNION ALL
	SELECT 6, s.sql, (SELECT string_agg(DISTINCT a.attname, E'\n') FROM pg_catalog.pg_depend d
		JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
		WHERE d.classid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass AND d.objid = stat.oid
			AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = stat.stxrelid), false
	FROM stat
	CROSS JOIN LATERAL (
		SELECT pg_catalog.pg_get_statisticsobjdef(stat.oid)
		UNION ALL
		SELECT format('ALTER STATISTICS %s SET STATISTICS %s', stat.name, stat.stxstattarget) WHERE stat.stxstattarget >= 0
		UNION ALL
		SELECT format('COMMENT ON STATISTICS %s IS %L', stat.name, d.description)
		FROM pg_catalog.pg_description d WHERE d.classoid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass AND d.objoid = stat.oid
		UNION ALL
		SELECT format('ALTER STATISTICS %s OWNER TO %I', stat.name, pg_catalog.pg_get_userbyid(stat.stxowner))
		WHERE pg_catalog.pg_get_userbyid(stat.stxowner) <> current_user) AS s (sql)
	UNION ALL
	SELECT 7, format('COMMENT ON TYPE %I.%I IS %L', $1::text, $5::text, d.description), '', false
	FROM typ JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objoid = typ.oid
	UNION ALL
	SELECT 7, format('REVOKE ALL ON TYPE %I.%I FROM PUBLIC', $1::text, $5::text), '', false FROM typ WHERE typ.typacl IS NOT NULL
	UNION ALL
	SELECT 8, format('GRANT %s ON TYPE %I.%I TO %s', g.privilege_type, $1::text, $5::text,
		CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) END)
		|| CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, '', false
	FROM typ CROSS JOIN pg_catalog.aclexplode(typ.typacl) g WHERE g.grantee <> typ.typowner
	UNION ALL
	SELECT 9, format('ALTER TYPE %I.%I OWNER TO %I', $1::text, $5::text, pg_catalog.pg_get_userbyid(typ.typowner)), '', false
	FROM typ WHERE pg_catalog.pg_get_userbyid(typ.typowner) <> current_user
) AS hanging
ORDER BY place, CASE WHEN sql LIKE 'CREATE %' THEN 0 ELSE 1 END, sql`

// HangingOn returns the attachments of an index, a constraint, a policy, a column
// or an enum type, for the object with the key to. For those of a view see
// AttachedTo.
func HangingOn(ctx context.Context, tx *sql.Tx, from, to Key) ([]Attachment, error) {
	rows, err := tx.QueryContext(ctx, hangingSQL, OneRoundTrip, from.Namespace, from.Table, string(from.Kind), from.Name, to.Name)
	if err != nil {
		return nil, fmt.Errorf("migration: read what belongs to %s %s: %w", from.Kind, from, err)
	}
	defer rows.Close()
	var out []Attachment
	for rows.Next() {
		var a Attachment
		var columns string
		if err := rows.Scan(&a.SQL, &columns, &a.Replica); err != nil {
			return nil, fmt.Errorf("migration: read what belongs to %s %s: %w", from.Kind, from, err)
		}
		a.Columns = slices.DeleteFunc(strings.Split(columns, "\n"), func(c string) bool { return c == "" })
		out = append(out, a)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("migration: read what belongs to %s %s: %w", from.Kind, from, err)
	}
	return out, nil
}
