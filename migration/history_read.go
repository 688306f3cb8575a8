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

// history is the schema of the history. Statements name it by its default, and are
// sent with the real one: see in.
type history string

// defaultHistory is the schema of the history unless Config names another.
const defaultHistory history = "migrations"

// in returns a statement with the tables of the history in their schema.
func (h history) in(statement string) string {
	if h == defaultHistory {
		return statement
	}
	return strings.ReplaceAll(statement, string(defaultHistory)+".", catalog.Quote(string(h))+".")
}

// check returns an error if the schema cannot be the history's.
func (h history) check(d *desired.State) error {
	switch {
	case !desired.IsPlain(string(h)) || len(h) > 63 || h != defaultHistory && desired.Reserved(string(h)):
		return fmt.Errorf("migration: the history cannot be in the schema %q: set %s to another name, of a-z, 0-9 and _, such as elizago_history", string(h), HistorySchema)
	case d.Owner(string(h)) != nil:
		return fmt.Errorf("migration: the history cannot be in the schema %q, which is that of plugin %q: set %s to another name", string(h), d.Owner(string(h)).Plugin, HistorySchema)
	}
	return nil
}

// HistorySchema is the environment variable for Config.History. The engine only
// names it in messages; programs read it.
const HistorySchema = "ELIZA_MIGRATION_HISTORY"

// historySQL creates the history tables.
//
//	runs     one row for every run that changed, or should have changed, something
//	journal  one row for every plugin and run, with the schema as SQL
//	state    one row for every plugin: what the database is known to hold
//	data     one row for every data migration that has run
const historySQL = `
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
// columns, in the schema $1, lists those of its names there that other relations
// have, and names another schema that has a history.
const historySQLExists = `
WITH found AS (
	SELECT history.name, n.nspname, found.ours
	FROM (VALUES
		('runs', ARRAY['id', 'outcome', 'attempts', 'hash', 'statements', 'changes', 'versions', 'error']),
		('journal', ARRAY['plugin', 'run_id', 'namespace', 'hash', 'statements', 'snapshot']),
		('state', ARRAY['plugin', 'namespace', 'hash', 'fingerprint', 'objects']),
		('data', ARRAY['namespace', 'name', 'plugin', 'position', 'run_id', 'skipped'])) AS history (name, columns)
	JOIN pg_catalog.pg_class c ON c.relname = history.name
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	CROSS JOIN LATERAL (
		SELECT c.relkind = 'r' AND count(*) = cardinality(columns)
		FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped AND a.attname = ANY (columns)) AS found (ours)
)
SELECT count(*) FILTER (WHERE ours AND name <> 'data' AND nspname = $1), count(*) FILTER (WHERE ours AND name = 'data' AND nspname = $1),
	coalesce(string_agg($1 || '.' || name, ', ' ORDER BY name) FILTER (WHERE NOT ours AND nspname = $1), ''),
	coalesce((SELECT nspname FROM found WHERE ours AND name <> 'data' AND nspname <> $1 GROUP BY nspname HAVING count(*) = 3 ORDER BY nspname LIMIT 1), '')
FROM found`

// exists reports whether there is a history, and whether it has all tables of this
// version. It reads pg_class and does not ask to_regclass, which may answer from a
// cache that is older than the lock.
func (h history) exists(ctx context.Context, q queryer) (exists, complete bool, err error) {
	var n, data int
	var others, elsewhere string
	if err := q.QueryRowContext(ctx, historySQLExists, catalog.OneRoundTrip, string(h)).Scan(&n, &data, &others, &elsewhere); err != nil {
		return false, false, fmt.Errorf("migration: look for the history: %w", err)
	}
	if others != "" {
		return false, false, fmt.Errorf("migration: %s: not tables of this program, by their columns, and the history of its migrations has these names: "+
			"set %s to the name of another schema, which is made for it, such as elizago_history, and start again", others, HistorySchema)
	}
	if n == 0 && elsewhere != "" {
		return false, false, fmt.Errorf("migration: the history of this database is in the schema %s, and not in %s: set %s=%[1]s, or run ALTER SCHEMA %[1]s RENAME TO %[2]s, and start again",
			elsewhere, string(h), HistorySchema)
	}
	if n+data > 0 && n < 3 {
		return false, false, errors.New(h.in("migration: of the history's tables migrations.runs, migrations.journal and migrations.state one is missing: restore it from a backup, or, to begin a new history, " +
			"DROP TABLE IF EXISTS migrations.data, migrations.journal, migrations.state, migrations.runs"))
	}
	return n == 3, n == 3 && data == 1, nil
}

// ensure creates the history tables that do not exist.
func (h history) ensure(ctx context.Context, tx *sql.Tx, exists, complete bool) error {
	script := "CREATE SCHEMA IF NOT EXISTS " + catalog.Quote(string(h)) + ";" + h.in(historySQL)
	switch {
	case complete:
		return nil
	case exists:
		script = h.in(upgradeSQL)
	}
	if _, err := tx.ExecContext(ctx, script); err != nil {
		return fmt.Errorf("migration: create the history: %w", err)
	}
	return nil
}

// readState returns history's records of all schema owners, without the
// objects.
func (h history) readState(ctx context.Context, tx *sql.Tx) (map[string]known, error) {
	rows, err := tx.QueryContext(ctx, h.in(`SELECT plugin, namespace, hash, fingerprint FROM migrations.state`), catalog.OneRoundTrip)
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
func (h history) readOwned(ctx context.Context, tx *sql.Tx, d *desired.State) (catalog.Owned, error) {
	var namespaces []string
	for i := range d.Units {
		if d.Units[i].Model != nil {
			namespaces = append(namespaces, d.Units[i].Namespace)
		}
	}
	rows, err := tx.QueryContext(ctx, h.in(`SELECT namespace, objects FROM migrations.state WHERE namespace = ANY($1::text[])`),
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
