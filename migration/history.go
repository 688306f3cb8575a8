package migration

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// historyNamespace is the schema with the history. elizaOS keeps its own tables
// there, whose names start with an underscore.
const historyNamespace = "migrations"

// historySQL makes the tables of the history.
//
//	runs     one row for every run that changed, or should have changed, something
//	journal  one row for every plugin and run, with the schema as SQL
//	state    one row for every plugin: what the database is known to hold
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
);`

// known is what history holds about a unit.
type known struct {
	namespace   string
	hash        string
	fingerprint string
}

// historyExists asks pg_tables and not to_regclass, which may answer from a
// cache that is older than the lock.
func historyExists(ctx context.Context, q queryer) (bool, error) {
	var n int
	err := q.QueryRowContext(ctx, `SELECT count(*) FROM pg_catalog.pg_tables
		WHERE schemaname = 'migrations' AND tablename IN ('runs', 'journal', 'state')`, oneRoundTrip).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("migration: look for the history: %w", err)
	}
	return n == 3, nil
}

// readState reads what history holds about all units, without the objects.
func readState(ctx context.Context, tx *sql.Tx) (map[string]known, error) {
	rows, err := tx.QueryContext(ctx, `SELECT plugin, namespace, hash, fingerprint FROM migrations.state`, oneRoundTrip)
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

// readOwned reads which objects of the units' namespaces were declared when
// last seen. The namespace counts, and not the plugin's name, so that a plugin
// may change its name.
func readOwned(ctx context.Context, tx *sql.Tx, d *desired) (owned, error) {
	var namespaces []string
	for i := range d.units {
		if d.units[i].schema != nil {
			namespaces = append(namespaces, d.units[i].namespace)
		}
	}
	rows, err := tx.QueryContext(ctx, `SELECT namespace, objects FROM migrations.state WHERE namespace = ANY($1::text[])`,
		oneRoundTrip, namespaces)
	if err != nil {
		return nil, fmt.Errorf("migration: read the history: %w", err)
	}
	defer rows.Close()
	out := make(owned)
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
			out[objectKey{Namespace: namespace, Kind: objectKind(o[0]), Table: o[1], Name: o[2]}] = true
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("migration: read the history: %w", err)
	}
	return out, nil
}

// record is one row of runs.
type record struct {
	started  time.Time
	outcome  string
	hash     string
	plan     *Plan
	versions versions
	err      error
}

// writeRun inserts a row into runs. A run that fails again for the same reason,
// as of a service that is restarted and restarted, only counts up.
func writeRun(ctx context.Context, tx *sql.Tx, r record) (int64, error) {
	text := ""
	if r.err != nil {
		text = r.err.Error()
	}
	var id int64
	if r.err != nil {
		err := tx.QueryRowContext(ctx, `UPDATE migrations.runs
			SET attempts = attempts + 1, finished_at = clock_timestamp()
			WHERE id = (SELECT max(id) FROM migrations.runs) AND outcome = $1 AND hash = $2 AND error = $3
			RETURNING id`, oneRoundTrip, r.outcome, r.hash, text).Scan(&id)
		if err == nil {
			return id, nil
		}
	}
	statements, changes := []byte("[]"), []byte("[]")
	if r.plan != nil {
		var err error
		if statements, err = marshal(r.plan.Statements); err != nil {
			return 0, err
		}
		if changes, err = marshal(r.plan.Changes); err != nil {
			return 0, err
		}
	}
	versions, err := marshal(r.versions)
	if err != nil {
		return 0, err
	}
	err = tx.QueryRowContext(ctx, `INSERT INTO migrations.runs
		(started_at, duration_ms, outcome, hash, statements, changes, versions, error)
		VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7::jsonb, $8) RETURNING id`, oneRoundTrip,
		r.started, float64(time.Since(r.started))/float64(time.Millisecond), r.outcome, r.hash,
		string(statements), string(changes), string(versions), text).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("migration: record the run: %w", err)
	}
	return id, nil
}

// writeJournal inserts a unit's row for a run.
func writeJournal(ctx context.Context, tx *sql.Tx, run int64, u *desiredUnit, hash string, statements int) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO migrations.journal (plugin, run_id, namespace, hash, statements, snapshot)
		VALUES ($1, $2, $3, $4, $5, $6)`, oneRoundTrip, u.Plugin, run, u.namespace, hash, statements, u.text)
	if err != nil {
		return fmt.Errorf("migration: record the run of plugin %q: %w", u.Plugin, err)
	}
	return nil
}

// writeState remembers what the database now holds for a unit.
func writeState(ctx context.Context, tx *sql.Tx, u *desiredUnit, hash, fingerprint string, want catalogue) error {
	objects := [][3]string{}
	for _, k := range want.keys() {
		if k.Namespace == u.namespace {
			objects = append(objects, [3]string{string(k.Kind), k.Table, k.Name})
		}
	}
	text, err := marshal(objects)
	if err != nil {
		return err
	}
	// The namespace may have been another plugin's, or this one's under
	// another name. What that declared is not declared any more.
	_, err = tx.ExecContext(ctx, `DELETE FROM migrations.state WHERE namespace = $1 AND plugin <> $2`,
		oneRoundTrip, u.namespace, u.Plugin)
	if err != nil {
		return fmt.Errorf("migration: remember the state of plugin %q: %w", u.Plugin, err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO migrations.state (plugin, namespace, hash, fingerprint, objects)
		VALUES ($1, $2, $3, $4, $5::jsonb)
		ON CONFLICT (plugin) DO UPDATE SET namespace = excluded.namespace, hash = excluded.hash,
			fingerprint = excluded.fingerprint, objects = excluded.objects, updated_at = clock_timestamp()`,
		oneRoundTrip, u.Plugin, u.namespace, hash, fingerprint, string(text))
	if err != nil {
		return fmt.Errorf("migration: remember the state of plugin %q: %w", u.Plugin, err)
	}
	return nil
}

// marshal is JSON that jsonb takes: PostgreSQL has no \u0000.
func marshal(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("migration: write the history: %w", err)
	}
	return []byte(strings.ReplaceAll(string(text), `\u0000`, "")), nil
}
