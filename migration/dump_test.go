package migration_test

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// dump is all that the catalog holds outside of PostgreSQL's own schemas and
// the history, and all rows, as text that can be compared.
func dump(t testing.TB, db *sql.DB) string {
	t.Helper()
	return lines(t, db, `
		SELECT 'namespace ' || nspname || ' ' || coalesce(nspacl::text, '') FROM pg_namespace
			WHERE nspname NOT IN ('migrations') AND nspname !~ '^pg_(toast_)?temp'
		UNION ALL SELECT 'relation ' || c.oid::regclass::text || ' ' || c.relkind::text || ' ' || c.relfilenode || ' ' || coalesce(c.reloptions::text, '')
			FROM pg_class c WHERE c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'migrations')
		UNION ALL SELECT 'column ' || attrelid::regclass::text || ' ' || attname || ' ' || attnum || ' ' || format_type(atttypid, atttypmod) || attnotnull::text
			FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
			WHERE c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'migrations')
		UNION ALL SELECT 'constraint ' || conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid)
			FROM pg_constraint WHERE connamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'migrations')
		UNION ALL SELECT 'extension ' || extname FROM pg_extension
		UNION ALL SELECT 'type ' || oid::regtype::text FROM pg_type WHERE typnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'migrations')
		UNION ALL SELECT 'function ' || oid::regprocedure::text FROM pg_proc WHERE pronamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'migrations')
		UNION ALL SELECT 'description ' || objoid || ' ' || description FROM pg_description WHERE classoid = 'pg_class'::regclass AND objoid >= 16384
		UNION ALL SELECT 'rows ' || table_schema || '.' || table_name || ' ' ||
			(xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I.%I', table_schema, table_name), false, true, '')))[1]::text
			FROM information_schema.tables WHERE table_type = 'BASE TABLE'
			AND table_schema NOT IN ('pg_catalog', 'information_schema', 'migrations')
		ORDER BY 1`)
}

func lines(t testing.TB, db *sql.DB, q string) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), q)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	var b strings.Builder
	for rows.Next() {
		var line string
		require.NoError(t, rows.Scan(&line))
		b.WriteString(line + "\n")
	}
	require.NoError(t, rows.Err())
	return b.String()
}
