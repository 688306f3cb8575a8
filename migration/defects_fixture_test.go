package migration_test

import (
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/plan"
)

// proven is a fact about another migrator, or about a library, with the test
// that shows what this engine does instead.
type proven struct {
	fact string
	test func(t *testing.T)
}

// prove runs the tests of a list, each under its fact.
func prove(t *testing.T, list []proven) {
	for _, p := range list {
		t.Run(p.fact, p.test)
	}
}

// waitLimit and waitStep are for waits that end as soon as something is seen.
const (
	waitLimit = time.Minute
	waitStep  = 5 * time.Millisecond
)

func integer(name string) *schema.Column {
	return &schema.Column{Name: name, Type: field.TypeInt64}
}

// forced applies what can lose data, too.
func forced(t testing.TB, db *sql.DB, units ...migration.Unit) *migration.Result {
	t.Helper()
	result, err := engine(t, db).Run(t.Context(), units, migration.Options{Force: true, GoBack: true})
	require.NoError(t, err)
	return result
}

// turned applies the declarations and wants the change to be among what was
// done, and nothing to be left to do.
func turned(t testing.TB, db *sql.DB, kind plan.Kind, object string, units ...migration.Unit) *migration.Result {
	t.Helper()
	result := apply(t, db, units...)
	requireChange(t, result.Plan, kind, object)
	settled(t, db, units...)
	return result
}

// requireChange finds a change in a plan.
func requireChange(t testing.TB, planned *plan.Plan, kind plan.Kind, object string) plan.Change {
	t.Helper()
	for _, c := range planned.Changes {
		if c.Kind == kind && c.Object == object {
			return c
		}
	}
	require.Fail(t, "no such change", "%s %s among %v", kind, object, planned.Changes)
	return plan.Change{}
}

// refused wants a run to be refused, nothing to change by it, and the error to
// be one line with all of the words.
func refused(t testing.TB, db *sql.DB, units []migration.Unit, words ...string) *migration.RefusedError {
	t.Helper()
	before := dump(t, db)
	_, err := engine(t, db).Run(t.Context(), units, migration.Options{})
	var out *migration.RefusedError
	require.True(t, errors.As(err, &out), "%v", err)
	oneLine(t, err)
	for _, word := range words {
		require.ErrorContains(t, err, word)
	}
	require.Equal(t, before, dump(t, db))
	return out
}

// wayOut is how the error ends that refuses what can lose data.
var wayOut = []string{"ELIZA_ALLOW_DESTRUCTIVE_MIGRATIONS=true", "elizago migrate apply --force"}

// oneLine wants an error to be a sentence for a person: where it comes from, no
// line breaks, nothing of the engine's own.
func oneLine(t testing.TB, err error) {
	t.Helper()
	require.Error(t, err)
	require.True(t, strings.HasPrefix(err.Error(), "migration: "), err)
	require.NotContains(t, err.Error(), "\n")
	require.NotContains(t, err.Error(), "zz_elizago")
}

// changeKinds are the kinds of all changes of a plan.
func changeKinds(p *plan.Plan) []plan.Kind {
	var out []plan.Kind
	for _, c := range p.Changes {
		out = append(out, c.Kind)
	}
	return out
}

// indexDef and constraintDef are PostgreSQL's own words for an object of a
// namespace, "" when it is not there.
func indexDef(t testing.TB, db *sql.DB, namespace, name string) string {
	t.Helper()
	return query[string](t, db, `SELECT coalesce((SELECT indexdef FROM pg_indexes WHERE schemaname = $1 AND indexname = $2), '')`, namespace, name)
}

func constraintDef(t testing.TB, db *sql.DB, table, name string) string {
	t.Helper()
	return query[string](t, db, `SELECT coalesce((SELECT pg_get_constraintdef(oid) FROM pg_constraint
		WHERE conrelid = $1::regclass AND conname = $2), '')`, table, name)
}

// columnType is a column's type, its collation where that is not the type's,
// and its default or generating expression.
func columnType(t testing.TB, db *sql.DB, table, column string) string {
	t.Helper()
	return query[string](t, db, `SELECT coalesce((SELECT concat_ws(' ', format_type(a.atttypid, a.atttypmod),
			CASE WHEN a.attcollation NOT IN (0, 100) THEN 'COLLATE ' || (SELECT collname FROM pg_collation WHERE oid = a.attcollation) END,
			CASE WHEN a.attnotnull THEN 'NOT NULL' END, nullif('identity ' || a.attidentity::text, 'identity '),
			nullif('generated ' || a.attgenerated::text, 'generated '), pg_get_expr(d.adbin, d.adrelid))
		FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
		WHERE a.attrelid = $1::regclass AND a.attname = $2 AND NOT a.attisdropped), '')`, table, column)
}

// everything is the whole catalog row by row with the transactions that wrote
// the rows, so that it is equal only when nothing at all was written.
func everything(t testing.TB, db *sql.DB) string {
	t.Helper()
	var parts []string
	for _, relation := range []string{
		"pg_namespace", "pg_extension", "pg_class", "pg_attribute", "pg_attrdef", "pg_constraint", "pg_index", "pg_type", "pg_enum",
		"pg_proc", "pg_trigger", "pg_policy", "pg_description", "pg_depend", "pg_sequence", "pg_rewrite",
	} {
		parts = append(parts, "SELECT '"+relation+" ' || xmin::text || ' ' || ctid::text AS line FROM pg_catalog."+relation)
	}
	return dump(t, db) + lines(t, db, strings.Join(parts, " UNION ALL ")+" ORDER BY 1")
}

// noShadow requires that no name of the engine's own is anywhere in the
// catalog.
func noShadow(t testing.TB, db *sql.DB) {
	t.Helper()
	require.NotContains(t, dump(t, db), "zz_elizago")
	require.Equal(t, 0, query[int](t, db, `SELECT count(*) FROM (
		SELECT pg_get_expr(adbin, adrelid) AS text FROM pg_attrdef
		UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint
		UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index
		UNION ALL SELECT pg_get_expr(polqual, polrelid) FROM pg_policy
		UNION ALL SELECT coalesce(objects::text, '') FROM migrations.state
		UNION ALL SELECT statements::text || changes::text || error FROM migrations.runs) x WHERE text LIKE '%zz_elizago%'`))
}

// dumpDefinitions is what is defined in the namespace of "@test/p", whatever
// numbers and files the objects have.
func dumpDefinitions(t testing.TB, db *sql.DB) string {
	t.Helper()
	return lines(t, db, `
		SELECT 'table ' || c.oid::regclass::text || ' ' || c.relrowsecurity::text || ' ' || coalesce(c.reloptions::text, '') || ' ' || coalesce(obj_description(c.oid, 'pg_class'), '')
			FROM pg_class c WHERE c.relnamespace = 'test_p'::regnamespace AND c.relkind = 'r'
		UNION ALL SELECT 'column ' || a.attrelid::regclass::text || ' ' || attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull::text || attidentity::text || attgenerated::text || attstorage::text ||
			' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') || ' ' || coalesce(col_description(attrelid, attnum), '')
			FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = attrelid AND d.adnum = attnum
			WHERE c.relnamespace = 'test_p'::regnamespace AND c.relkind = 'r' AND attnum > 0 AND NOT attisdropped
		UNION ALL SELECT 'constraint ' || conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid)
			FROM pg_constraint WHERE connamespace = 'test_p'::regnamespace
		UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'test_p'
		UNION ALL SELECT 'policy ' || tablename || ' ' || policyname FROM pg_policies WHERE schemaname = 'test_p'
		UNION ALL SELECT 'enum ' || enumtypid::regtype::text || ' ' || enumlabel FROM pg_enum
		ORDER BY 1`)
}
