package migration

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/desired"
)

// historySQL creates the history tables.
//
//	runs     one row for every run that changed, or should have changed, something
//	journal  one row for every plugin and run, with the schema as SQL
//	state    one row for every plugin: what the database is known to hold
//	data     one row for every data migration that has run
const historySQL = `
CREATE SCHEMA IF NOT EXISTS migrations;
CREATE TABLE migrations.runs (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	started_at timestamptz NOT NULL,
	finished_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	duration_ms double precision NOT NULL,
	outcome text NOT NULL CONSTRAINT runs_outcome_check CHECK (outcome IN ('applied', 'unchanged', 'refused', 'failed')),
	attempts integer NOT NULL DEFAULT 1,
	hash text NOT NULL,
	statements jsonb NOT NULL DEFAULT '[]',
	changes jsonb NOT NULL DEFAULT '[]',
	versions jsonb NOT NULL,
	application_name text NOT NULL DEFAULT current_setting('application_name'),
	role text NOT NULL DEFAULT current_user,
	client text NOT NULL DEFAULT coalesce(host(inet_client_addr()), 'local'),
	error text NOT NULL DEFAULT ''
);
CREATE TABLE migrations.journal (
	plugin text NOT NULL,
	run_id bigint NOT NULL REFERENCES migrations.runs (id) ON DELETE CASCADE,
	namespace text NOT NULL,
	hash text NOT NULL,
	statements integer NOT NULL,
	snapshot text NOT NULL,
	fingerprint text NOT NULL DEFAULT '',
	created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	PRIMARY KEY (plugin, run_id)
);
CREATE INDEX journal_run_id_idx ON migrations.journal (run_id);
CREATE TABLE migrations.state (
	plugin text PRIMARY KEY,
	namespace text NOT NULL,
	hash text NOT NULL,
	fingerprint text NOT NULL,
	objects jsonb NOT NULL,
	updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);` + dataSQL

// dataSQL creates the table of the data migrations that have run.
const dataSQL = `
CREATE TABLE migrations.data (
	namespace text NOT NULL,
	name text NOT NULL,
	plugin text NOT NULL,
	position text NOT NULL,
	run_id bigint NOT NULL REFERENCES migrations.runs (id) ON DELETE CASCADE,
	skipped boolean NOT NULL,
	duration_ms double precision NOT NULL,
	created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	PRIMARY KEY (namespace, name)
);
CREATE INDEX data_run_id_idx ON migrations.data (run_id);`

// upgradeSQL upgrades a history from before data migrations existed.
const upgradeSQL = `
ALTER TABLE migrations.journal ADD COLUMN IF NOT EXISTS fingerprint text NOT NULL DEFAULT '';` + dataSQL

// known is history's record of a schema owner.
type known struct {
	namespace   string
	hash        string
	fingerprint string
}

// historySQLExists counts the history's tables but data, and data, by name and
// columns, and lists those of its names that other relations have.
const historySQLExists = `
SELECT count(*) FILTER (WHERE ours AND name <> 'data'), count(*) FILTER (WHERE ours AND name = 'data'),
	coalesce(string_agg('migrations.' || name, ', ' ORDER BY name) FILTER (WHERE NOT ours), '')
FROM (VALUES
	('runs', ARRAY['id', 'outcome', 'attempts', 'hash', 'statements', 'changes', 'versions', 'error']),
	('journal', ARRAY['plugin', 'run_id', 'namespace', 'hash', 'statements', 'snapshot']),
	('state', ARRAY['plugin', 'namespace', 'hash', 'fingerprint', 'objects']),
	('data', ARRAY['namespace', 'name', 'plugin', 'position', 'run_id', 'skipped'])) AS history (name, columns)
JOIN pg_catalog.pg_namespace n ON n.nspname = 'migrations'
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = history.name
CROSS JOIN LATERAL (
	SELECT c.relkind = 'r' AND count(*) = cardinality(columns)
	FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped AND a.attname = ANY (columns)) AS found (ours)`

// historyExists reports whether there is a history, and whether it has all tables
// of this version. It reads pg_class and does not ask to_regclass, which may answer
// from a cache that is older than the lock.
func historyExists(ctx context.Context, q queryer) (exists, complete bool, err error) {
	var n, data int
	var others string
	if err := q.QueryRowContext(ctx, historySQLExists, catalog.OneRoundTrip).Scan(&n, &data, &others); err != nil {
		return false, false, fmt.Errorf("migration: look for the history: %w", err)
	}
	if others != "" {
		return false, false, fmt.Errorf("migration: %s: not tables of this program, by their columns, and the history of its migrations has these names: move them to another schema, each as by ALTER TABLE %s SET SCHEMA another, and start again",
			others, strings.Split(others, ",")[0])
	}
	if n+data > 0 && n < 3 {
		return false, false, errors.New("migration: of the history's tables migrations.runs, .journal and .state one is missing: restore it from a backup, or, to begin a new history, DROP TABLE IF EXISTS migrations.data, migrations.journal, migrations.state, migrations.runs")
	}
	return n == 3, n == 3 && data == 1, nil
}

// ensureHistory creates the history tables that do not exist.
func ensureHistory(ctx context.Context, tx *sql.Tx, exists, complete bool) error {
	script := historySQL
	switch {
	case complete:
		return nil
	case exists:
		script = upgradeSQL
	}
	if _, err := tx.ExecContext(ctx, script); err != nil {
		return fmt.Errorf("migration: create the history: %w", err)
	}
	return nil
}

// readState returns history's records of all schema owners, without the
// objects.
func readState(ctx context.Context, tx *sql.Tx) (map[string]known, error) {
	rows, err := tx.QueryContext(ctx, `SELECT plugin, namespace, hash, fingerprint FROM migrations.state`, catalog.OneRoundTrip)
	if err != nil {
		return nil, fmt.Errorf("migration: read the history: %w", err)
	}
	defer rows.Close()
	out := make(map[string]known)
	for rows.Next() {
		var plugin string
		var k known
		if err := rows.Scan(&plugin, &k.namespace, &k.hash, &k.fingerprint); err != nil {
			return nil, fmt.Errorf("migration: read the history: %w", err)
		}
		out[plugin] = k
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("migration: read the history: %w", err)
	}
	return out, nil
}

// readOwned returns the objects of the schema owners' namespaces that were
// declared at the last run. It goes by the namespace rather than the plugin's
// name, so that a plugin may change its name.
func readOwned(ctx context.Context, tx *sql.Tx, d *desired.State) (catalog.Owned, error) {
	var namespaces []string
	for i := range d.Units {
		if d.Units[i].Model != nil {
			namespaces = append(namespaces, d.Units[i].Namespace)
		}
	}
	rows, err := tx.QueryContext(ctx, `SELECT namespace, objects FROM migrations.state WHERE namespace = ANY($1::text[])`,
		catalog.OneRoundTrip, namespaces)
	if err != nil {
		return nil, fmt.Errorf("migration: read the history: %w", err)
	}
	defer rows.Close()
	out := make(catalog.Owned)
	for rows.Next() {
		var namespace string
		var text []byte
		var objects [][3]string
		if err := rows.Scan(&namespace, &text); err != nil {
			return nil, fmt.Errorf("migration: read the history: %w", err)
		}
		if err := json.Unmarshal(text, &objects); err != nil {
			return nil, fmt.Errorf("migration: read the history: %w", err)
		}
		for _, o := range objects {
			out[catalog.Key{Namespace: namespace, Kind: catalog.Kind(o[0]), Table: o[1], Name: o[2]}] = true
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("migration: read the history: %w", err)
	}
	return out, nil
}
