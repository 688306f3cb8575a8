package catalog

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Kind is the kind of an object of a table or namespace.
type Kind string

const (
	Enum       Kind = "type"
	Table      Kind = "table"
	Column     Kind = "column"
	Storage    Kind = "column storage"
	Constraint Kind = "constraint"
	Index      Kind = "index"
	Security   Kind = "row security"
	Policy     Kind = "policy"
	Option     Kind = "storage parameter"
	Comment    Kind = "comment"
	View       Kind = "view"
)

// Kinds are all kinds of objects, in the order in which lists have them.
var Kinds = []Kind{
	Enum, Table, Column, Storage, Constraint, Index,
	Security, Policy, Option, Comment, View,
}

// Key identifies an object. Table is empty for a type. Name is empty for a
// table, its row security and its comment; a column's storage and comment have
// the column's name.
type Key struct {
	Namespace string
	Table     string
	Kind      Kind
	Name      string
}

// String returns the key for messages: "public.memories.precious".
func (k Key) String() string {
	parts := []string{k.Namespace}
	for _, p := range []string{k.Table, k.Name} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ".")
}

// TableKey returns the key of the object's table.
func (k Key) TableKey() Key {
	return Key{Namespace: k.Namespace, Table: k.Table, Kind: Table}
}

// Independent reports whether the object belongs to its namespace, and not to a
// table.
func (k Key) Independent() bool { return k.Table == "" || k.Kind == Table }

// Owner returns the key of the object that decides whether k is managed: k itself
// if it is independent, or else its table.
func (k Key) Owner() Key {
	if k.Independent() {
		return k
	}
	return k.TableKey()
}

// RelationName returns the name of a table, or of another object with a name of its
// own.
func (k Key) RelationName() string {
	if k.Kind == Table {
		return k.Table
	}
	return k.Name
}

// Relation returns the qualified, quoted name of the object's table.
func (k Key) Relation() string { return Relation(k.Namespace, k.Table) }

// Object is an object as PostgreSQL's catalog prints it with an empty
// search_path, in which every name is qualified.
type Object struct {
	Key
	// Def is a column's type, the labels of an enum type, a table's kind and
	// persistence, and for other objects the SQL after the name.
	Def string
	// NotNull, Expr (default or generation expression), Special (how a value is
	// generated) and Collation belong to columns; the default of a serial column
	// is OwnSequence. Expr is also the printed name
	// of an enum type, for a column's storage the default of its type, and for a
	// view its columns, each in a line with its type; Special is "invalid" for an
	// index left by a failed build, and "toast" for a table that has a toast
	// table.
	NotNull   bool
	Expr      string
	Special   string
	Collation string
	// Unstable reports that a declared index has no stable print: executing
	// PostgreSQL's print of it yields another print.
	Unstable bool
}

// Objects are objects by key.
type Objects map[Key]Object

// Keys returns the keys sorted by namespace, table, Kinds and name.
func (c Objects) Keys() []Key {
	keys := make([]Key, 0, len(c))
	for k := range c {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b Key) int {
		return cmp.Or(
			strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Table, b.Table),
			slices.Index(Kinds, a.Kind)-slices.Index(Kinds, b.Kind), strings.Compare(a.Name, b.Name))
	})
	return keys
}

// objectsSQL lists the independent objects with namespaces $1, kinds $2 and names
// $3, and the objects of the tables among them. It is written by hand, as no
// library reads everything that the engine compares. Indexes that back a
// constraint are part of the constraint; NOT NULL is part of the column, also
// where PostgreSQL 18 makes it a constraint. A column's storage is an object if it
// differs from its type's default.
const objectsSQL = `
WITH rel AS MATERIALIZED (
	SELECT c.oid, n.nspname AS ns, c.relname AS rel, c.relkind, c.relpersistence,
		c.reloptions, c.reltoastrelid, c.relrowsecurity, c.relforcerowsecurity
	FROM unnest($1::text[], $2::text[], $3::text[]) AS want(ns, kind, name)
	JOIN pg_catalog.pg_namespace n ON n.nspname = want.ns
	JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = want.name
	WHERE want.kind = 'table'
), storage (letter, word) AS (
	VALUES ('p'::"char", 'PLAIN'), ('m', 'MAIN'), ('e', 'EXTERNAL'), ('x', 'EXTENDED')
), object AS (
	SELECT rel.ns, rel.rel, 'table' AS kind, ''::name AS name,
		rel.relkind::text || rel.relpersistence::text AS def,
		false AS not_null, '' AS expr, CASE WHEN rel.reltoastrelid = 0 THEN '' ELSE 'toast' END AS special, '' AS coll
	FROM rel
	UNION ALL
	SELECT rel.ns, rel.rel, 'column', a.attname,
		pg_catalog.format_type(a.atttypid, a.atttypmod),
		a.attnotnull AND CASE WHEN current_setting('server_version_num')::int < 180000 THEN true ELSE NOT EXISTS (
			SELECT 1 FROM pg_catalog.pg_constraint nn
			WHERE nn.conrelid = a.attrelid AND nn.contype = 'n' AND nn.conkey[1] = a.attnum AND NOT nn.convalidated) END, CASE
			WHEN ad.adbin IS NULL THEN ''
			WHEN EXISTS (
				SELECT 1 FROM pg_catalog.pg_depend uses
				JOIN pg_catalog.pg_depend owned ON owned.classid = uses.refclassid AND owned.objid = uses.refobjid AND owned.deptype = 'a'
				WHERE uses.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND uses.objid = ad.oid
					AND uses.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
					AND owned.refclassid = uses.refclassid AND owned.refobjid = a.attrelid AND owned.refobjsubid = a.attnum)
				AND pg_catalog.pg_get_expr(ad.adbin, ad.adrelid) ~ '^nextval\([^)]*::regclass\)$' THEN '` + OwnSequence + `'
			ELSE pg_catalog.pg_get_expr(ad.adbin, ad.adrelid) END,
		a.attidentity::text || a.attgenerated::text || CASE WHEN a.attidentity <> '' THEN coalesce((
			SELECT format(' START %s INCREMENT %s', s.seqstart, s.seqincrement)
			FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_sequence s ON s.seqrelid = d.objid
			WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'i'
				AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
				AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum), '') ELSE '' END,
		CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::pg_catalog.regcollation::text ELSE '' END
	FROM rel
	JOIN pg_catalog.pg_attribute a ON a.attrelid = rel.oid AND a.attnum > 0 AND NOT a.attisdropped
	JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
	LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
	WHERE rel.relkind IN ('r', 'p')
	UNION ALL
	SELECT rel.ns, rel.rel, 'column storage', a.attname, mode.word, false, own.word, '', ''
	FROM rel
	JOIN pg_catalog.pg_attribute a ON a.attrelid = rel.oid AND a.attnum > 0 AND NOT a.attisdropped
	JOIN pg_catalog.pg_type t ON t.oid = a.atttypid AND t.typstorage <> a.attstorage
	JOIN storage mode ON mode.letter = a.attstorage
	JOIN storage own ON own.letter = t.typstorage
	WHERE rel.relkind IN ('r', 'p')
	UNION ALL
	SELECT rel.ns, rel.rel, 'index', ic.relname,
		pg_catalog.pg_get_indexdef(i.indexrelid), false, '',
		CASE WHEN i.indisvalid THEN '' ELSE 'invalid' END, ''
	FROM rel
	JOIN pg_catalog.pg_index i ON i.indrelid = rel.oid
	JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
	WHERE NOT EXISTS (
		SELECT 1 FROM pg_catalog.pg_constraint con
		WHERE con.conrelid = rel.oid AND con.conindid = i.indexrelid AND con.contype IN ('p', 'u', 'x'))
	UNION ALL
	SELECT rel.ns, rel.rel, 'constraint', con.conname,
		pg_catalog.pg_get_constraintdef(con.oid), false, '', '', ''
	FROM rel
	JOIN pg_catalog.pg_constraint con ON con.conrelid = rel.oid AND con.contype IN ('p', 'u', 'x', 'f', 'c')
	UNION ALL
	SELECT rel.ns, rel.rel, 'row security', ''::name,
		concat_ws(' ', CASE WHEN rel.relrowsecurity THEN 'ENABLE' END, CASE WHEN rel.relforcerowsecurity THEN 'FORCE' END),
		false, '', '', ''
	FROM rel WHERE rel.relrowsecurity OR rel.relforcerowsecurity
	UNION ALL
	SELECT rel.ns, rel.rel, 'policy', p.polname,
		concat_ws(' ', CASE WHEN p.polpermissive THEN 'AS PERMISSIVE' ELSE 'AS RESTRICTIVE' END,
			'FOR ' || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
			'TO ' || (SELECT string_agg(CASE WHEN r = 0 THEN 'PUBLIC' ELSE quote_ident(pg_catalog.pg_get_userbyid(r)) END, ', ' ORDER BY 1)
				FROM unnest(p.polroles) AS r),
			'USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')',
			'WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')'),
		false, '', '', ''
	FROM rel
	JOIN pg_catalog.pg_policy p ON p.polrelid = rel.oid
	UNION ALL
	SELECT rel.ns, rel.rel, 'storage parameter', split_part(o.option, '=', 1)::name,
		substr(o.option, strpos(o.option, '=') + 1), false, '', '', ''
	FROM rel
	CROSS JOIN LATERAL (
		SELECT unnest(rel.reloptions) AS option
		UNION ALL
		SELECT 'toast.' || unnest(toast.reloptions) FROM pg_catalog.pg_class toast WHERE toast.oid = rel.reltoastrelid) AS o
	UNION ALL
	SELECT rel.ns, rel.rel, 'comment', coalesce(a.attname, ''::name), d.description, false, '', '', ''
	FROM rel
	JOIN pg_catalog.pg_description d
		ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objoid = rel.oid
	LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = rel.oid AND a.attnum = d.objsubid AND d.objsubid > 0
	WHERE a.attname IS NOT NULL OR d.objsubid = 0
	UNION ALL
	SELECT n.nspname, ''::name, 'type', t.typname,
		coalesce((SELECT string_agg(pg_catalog.quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
			FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid), ''), false, pg_catalog.format_type(t.oid, NULL), '', ''
	FROM unnest($1::text[], $2::text[], $3::text[]) AS want(ns, kind, name)
	JOIN pg_catalog.pg_namespace n ON n.nspname = want.ns
	JOIN pg_catalog.pg_type t ON t.typnamespace = n.oid AND t.typname = want.name AND t.typtype = 'e'
	WHERE want.kind = 'type'
	UNION ALL
	SELECT n.nspname, ''::name, 'view', c.relname,
		concat_ws(' ', 'WITH (' || array_to_string(c.reloptions, ', ') || ')', 'AS', btrim(pg_catalog.pg_get_viewdef(c.oid), E' \n;')),
		false, (
			SELECT coalesce(string_agg(concat_ws(' ', quote_ident(a.attname), pg_catalog.format_type(a.atttypid, a.atttypmod),
				CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::pg_catalog.regcollation END), E'\n' ORDER BY a.attnum), '')
			FROM pg_catalog.pg_attribute a
			JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
			WHERE a.attrelid = c.oid AND a.attnum > 0), '', ''
	FROM unnest($1::text[], $2::text[], $3::text[]) AS want(ns, kind, name)
	JOIN pg_catalog.pg_namespace n ON n.nspname = want.ns
	JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = want.name AND c.relkind = 'v'
	WHERE want.kind = 'view'
)`

// Scope selects what is read from the catalog: independent objects with the
// objects that belong to them. The zero value is empty.
type Scope struct {
	namespaces, kinds, names []string // triples
	known                    map[Key]bool

	// NeededIn and Extensions are pairs, used only by the fingerprint: extensions
	// are created before the comparison.
	NeededIn, Extensions []string
}

// Add adds an object to the scope, unless it belongs to a table.
func (s *Scope) Add(k Key) {
	if !k.Independent() || s.known[k] {
		return
	}
	if s.known == nil {
		s.known = make(map[Key]bool)
	}
	s.known[k] = true
	s.namespaces, s.kinds, s.names = append(s.namespaces, k.Namespace), append(s.kinds, string(k.Kind)), append(s.names, k.RelationName())
}

// AddOwned adds the objects that history records, so that objects that are no
// longer declared are read, too.
func (s *Scope) AddOwned(owned Owned) {
	for k := range owned {
		s.Add(k)
	}
}

// args returns the parameters of objectsSQL, and the first ones of
// fingerprintSQL.
func (s *Scope) args() []any {
	return []any{OneRoundTrip, s.namespaces, s.kinds, s.names}
}

// OneRoundTrip is pgx's mode for queries without prepared statements. A run
// sends each query once, and a prepared statement that outlives the transaction
// does not work with PgBouncer's transaction mode. Config.DB must therefore be
// pgx's.
const OneRoundTrip = pgx.QueryExecModeExec

// PinSearchPath empties search_path for the transaction: the catalog's prints
// depend on it.
const PinSearchPath = `SET LOCAL search_path = ''`

// Read returns the objects in the scope that exist.
func Read(ctx context.Context, tx *sql.Tx, scope Scope) (Objects, error) {
	if _, err := tx.ExecContext(ctx, PinSearchPath); err != nil {
		return nil, fmt.Errorf("migration: read the catalog: %w", err)
	}
	rows, err := tx.QueryContext(ctx, objectsSQL+`
SELECT ns, rel, kind, name, def, not_null, expr, special, coll FROM object`, scope.args()...)
	if err != nil {
		return nil, fmt.Errorf("migration: read the catalog: %w", err)
	}
	defer rows.Close()
	c := make(Objects)
	for rows.Next() {
		var o Object
		if err := rows.Scan(&o.Namespace, &o.Table, &o.Kind, &o.Name, &o.Def, &o.NotNull,
			&o.Expr, &o.Special, &o.Collation); err != nil {
			return nil, fmt.Errorf("migration: read the catalog: %w", err)
		}
		if o.Kind == Column {
			o.Def = withoutFullPrecision(o.Def)
		}
		if o.Kind == View {
			o.Expr = withoutFullPrecision(o.Expr)
		}
		c[o.Key] = o
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("migration: read the catalog: %w", err)
	}
	return c, nil
}
