package catalog

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// attachedSQL lists the statements that give the view $1.$2 what others gave to
// it: comments, defaults, rules, triggers, grants, and the owner after them, as
// only the owner may do the rest. What ALTER DEFAULT PRIVILEGES grants on a new view
// is revoked before: the view as it was may have been without. What the migration's
// role was granted by another owner follows the owner, with whom it would be lost. A
// column that the view will not have has no line in $3.
const attachedSQL = `
WITH v AS (
	SELECT c.oid, c.relowner, c.relacl, format('%I.%I', n.nspname, c.relname) AS name
	FROM pg_catalog.pg_class c
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind = 'v'
), col AS (
	SELECT v.oid, v.relowner, v.name, a.attnum, quote_ident(a.attname) AS col, a.attacl
	FROM v
	JOIN pg_catalog.pg_attribute a ON a.attrelid = v.oid AND a.attnum > 0
	WHERE EXISTS (SELECT 1 FROM unnest($3::text[]) line WHERE starts_with(line, quote_ident(a.attname) || ' '))
)
SELECT sql FROM (
	SELECT 1 AS place, format('COMMENT ON VIEW %s IS %L', v.name, d.description) AS sql
	FROM v
	JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objoid = v.oid AND d.objsubid = 0
	UNION ALL
	SELECT 2, format('COMMENT ON COLUMN %s.%s IS %L', col.name, col.col, d.description)
	FROM col
	JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objoid = col.oid AND d.objsubid = col.attnum
	UNION ALL
	SELECT 3, format('ALTER VIEW %s ALTER COLUMN %s SET DEFAULT %s', col.name, col.col, pg_catalog.pg_get_expr(ad.adbin, ad.adrelid))
	FROM col
	JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = col.oid AND ad.adnum = col.attnum
	UNION ALL
	SELECT 4, rtrim(pg_catalog.pg_get_ruledef(r.oid), ';')
	FROM v
	JOIN pg_catalog.pg_rewrite r ON r.ev_class = v.oid AND r.rulename <> '_RETURN'
	UNION ALL
	SELECT 5, pg_catalog.pg_get_triggerdef(t.oid)
	FROM v
	JOIN pg_catalog.pg_trigger t ON t.tgrelid = v.oid AND NOT t.tgisinternal
	UNION ALL
	SELECT DISTINCT 6, format('REVOKE ALL ON %s FROM %s', v.name,
		CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) END)
	FROM v
	JOIN pg_catalog.pg_default_acl acl ON acl.defaclrole = current_user::pg_catalog.regrole AND acl.defaclobjtype = 'r'
		AND acl.defaclnamespace IN (0, $1::text::pg_catalog.regnamespace)
	CROSS JOIN pg_catalog.aclexplode(acl.defaclacl) g
	WHERE g.grantee <> acl.defaclrole
	UNION ALL
	SELECT CASE WHEN g.grantee = current_user::pg_catalog.regrole THEN 10 ELSE 7 END, format('GRANT %s ON %s TO %s', g.privilege_type, v.name,
		CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) END)
		|| CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
	FROM v
	CROSS JOIN pg_catalog.aclexplode(v.relacl) g
	WHERE g.grantee <> v.relowner
	UNION ALL
	SELECT 8, format('GRANT %s (%s) ON %s TO %s', g.privilege_type, col.col, col.name,
		CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) END)
		|| CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
	FROM col
	CROSS JOIN pg_catalog.aclexplode(col.attacl) g
	UNION ALL
	SELECT 9, format('ALTER VIEW %s OWNER TO %I', v.name, pg_catalog.pg_get_userbyid(v.relowner))
	FROM v
	WHERE pg_catalog.pg_get_userbyid(v.relowner) <> current_user
) AS attached
ORDER BY place, sql`

// AttachedTo returns the statements that restore what was added to a view by hand,
// after it was dropped and created again: comments, defaults, rules, triggers,
// grants and the owner. columns are the lines of Object.Expr.
func AttachedTo(ctx context.Context, tx *sql.Tx, view Key, columns string) ([]string, error) {
	rows, err := tx.QueryContext(ctx, attachedSQL, OneRoundTrip, view.Namespace, view.Name, strings.Split(columns, "\n"))
	if err != nil {
		return nil, fmt.Errorf("migration: read what belongs to view %s: %w", view, err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var statement string
		if err := rows.Scan(&statement); err != nil {
			return nil, fmt.Errorf("migration: read what belongs to view %s: %w", view, err)
		}
		out = append(out, statement)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("migration: read what belongs to view %s: %w", view, err)
	}
	return out, nil
}
