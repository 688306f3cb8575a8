package migration_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// catalogQueries are the oracle of TestConvergence: what PostgreSQL itself
// says about the tables of a namespace, $1, in lines of text. They share
// nothing with the engine's own queries, so that what one of them overlooks the
// other does not.
//
// Left out is what no schema can declare: the order of columns in a table,
// which a later column cannot be given, the sequences that keep the last number of
// a column that does not count any more, and the names of identity sequences,
// which stay as they are when a table or column is renamed.
var catalogQueries = []string{
	`SELECT format('%s relation %s kind=%s persistence=%s security=%s force=%s comment=%s', n.nspname, c.relname, c.relkind, c.relpersistence,
		c.relrowsecurity, c.relforcerowsecurity, obj_description(c.oid, 'pg_class'))
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname = $1 AND c.relkind <> 'i' AND NOT EXISTS (
		SELECT FROM pg_depend o WHERE o.classid = 'pg_class'::regclass AND o.objid = c.oid AND o.deptype = 'a' AND NOT EXISTS (
			SELECT FROM pg_depend x WHERE x.refclassid = 'pg_class'::regclass AND x.refobjid = c.oid AND x.classid = 'pg_attrdef'::regclass)) AND NOT EXISTS (
		SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('i', 'e'))`,

	`SELECT format('%s column %s.%s %s notnull=%s collation=%s identity=%s generated=%s storage=%s default=%s comment=%s', n.nspname, c.relname, a.attname,
		format_type(a.atttypid, a.atttypmod), a.attnotnull, l.collname, a.attidentity, a.attgenerated, a.attstorage,
		pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum))
	FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
	LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
	LEFT JOIN pg_collation l ON l.oid = a.attcollation
	WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped`,

	`SELECT format('%s sequence of %s.%s type=%s start=%s increment=%s min=%s max=%s cache=%s cycle=%s', n.nspname, c.relname, a.attname,
		s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle)
	FROM pg_sequence s JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.refclassid = 'pg_class'::regclass
	JOIN pg_class c ON c.oid = d.refobjid JOIN pg_namespace n ON n.oid = c.relnamespace
	JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
	WHERE n.nspname = $1 AND NOT EXISTS (
		SELECT FROM pg_depend o WHERE o.classid = 'pg_class'::regclass AND o.objid = s.seqrelid AND o.deptype = 'a' AND NOT EXISTS (
			SELECT FROM pg_depend x WHERE x.refclassid = 'pg_class'::regclass AND x.refobjid = s.seqrelid AND x.classid = 'pg_attrdef'::regclass))`,

	`SELECT format('%s constraint %s on %s type=%s %s deferrable=%s deferred=%s valid=%s noinherit=%s comment=%s', n.nspname, k.conname, c.relname,
		k.contype, pg_get_constraintdef(k.oid), k.condeferrable, k.condeferred, k.convalidated, k.connoinherit, obj_description(k.oid, 'pg_constraint'))
	FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname = $1 AND k.contype <> 'n'`,

	`SELECT format('%s index %s valid=%s ready=%s unique=%s primary=%s nullsnotdistinct=%s options=%s comment=%s', n.nspname, pg_get_indexdef(i.indexrelid),
		i.indisvalid, i.indisready, i.indisunique, i.indisprimary, to_jsonb(i) ->> 'indnullsnotdistinct', x.reloptions::text, obj_description(x.oid, 'pg_class'))
	FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname = $1`,

	`SELECT format('%s type %s kind=%s labels=%s comment=%s', n.nspname, t.typname, t.typtype,
		(SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), obj_description(t.oid, 'pg_type'))
	FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
	WHERE n.nspname = $1 AND t.typtype IN ('e', 'd', 'r') AND NOT EXISTS (
		SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')`,

	`SELECT format('%s policy %s on %s permissive=%s roles=%s command=%s using=%s check=%s comment=%s', n.nspname, p.polname, c.relname, p.polpermissive,
		(SELECT json_agg(coalesce(r.rolname, 'public') ORDER BY r.rolname) FROM unnest(p.polroles) o LEFT JOIN pg_roles r ON r.oid = o),
		p.polcmd, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid), obj_description(p.oid, 'pg_policy'))
	FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname = $1`,

	`SELECT format('%s trigger %s on %s', n.nspname, t.tgname, c.relname)
	FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname = $1 AND NOT t.tgisinternal`,

	`SELECT format('%s function %s', n.nspname, p.proname)
	FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
	WHERE n.nspname = $1 AND NOT EXISTS (
		SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')`,
}

// catalogText returns all that PostgreSQL knows about the namespaces of a world,
// sorted. Storage parameters of tables are listed where the world names them:
// others stay as they are.
func catalogText(ctx context.Context, db *sql.DB, w *world) ([]string, error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	// Everything is printed with its namespace.
	if _, err := tx.ExecContext(ctx, "SET LOCAL search_path = pg_catalog"); err != nil {
		return nil, err
	}
	var out []string
	for _, u := range w.Units {
		for _, q := range catalogQueries {
			lines, err := list(ctx, tx, q, u.namespace())
			if err != nil {
				return nil, err
			}
			out = append(out, lines...)
		}
		for _, t := range u.Tables {
			lines, err := list(ctx, tx, `SELECT format('%s option of %s %s=%s', n.nspname, c.relname, o.option_name, o.option_value)
				FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, pg_options_to_table(c.reloptions) o
				WHERE n.nspname = $1 AND c.relname = $2`, u.namespace(), t.Name)
			if err != nil {
				return nil, err
			}
			out = append(out, remove(lines, func(l string) bool {
				name, _, _ := strings.Cut(l[strings.LastIndex(l[:strings.LastIndex(l, "=")], " ")+1:], "=")
				_, named := t.Storage[name]
				return !named
			})...)
		}
	}
	// No namespace is left over, and every extension is there.
	lines, err := list(ctx, tx, `SELECT 'namespace ' || nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname !~ '^prop_'`)
	if err != nil {
		return nil, err
	}
	out = append(out, lines...)
	slices.Sort(out)
	return out, nil
}

// difference lists the lines that only one of two catalogs has.
func difference(have, want []string) string {
	var out strings.Builder
	for _, l := range want {
		if !slices.Contains(have, l) {
			fmt.Fprintf(&out, "- %s\n", l)
		}
	}
	for _, l := range have {
		if !slices.Contains(want, l) {
			fmt.Fprintf(&out, "+ %s\n", l)
		}
	}
	return out.String()
}

// wipe takes everything out of a database but extensions.
func wipe(ctx context.Context, db *sql.DB) error {
	statements, err := list(ctx, db, `
		SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
		WHERE nspname !~ '^pg_' AND nspname NOT IN ('public', 'information_schema')
		UNION ALL
		SELECT format('DROP TABLE public.%I CASCADE', relname) FROM pg_class c
		WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
		UNION ALL
		SELECT format('DROP TYPE public.%I CASCADE', typname) FROM pg_type t
		WHERE typnamespace = 'public'::regnamespace AND typtype = 'e'`)
	if err != nil {
		return err
	}
	for _, s := range statements {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("%w in %s", err, s)
		}
	}
	return nil
}
