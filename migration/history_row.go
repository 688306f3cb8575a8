package migration

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/desired"
	"github.com/elizago/elizago/migration/plan"
)

// record is a row of runs.
type record struct {
	started  time.Time
	outcome  string
	hash     string
	plan     *plan.Plan
	versions desired.Versions
	tried    tried
	err      error
}

// writeRun inserts a row into runs and returns its id. If the newest row has the
// same outcome, hash and error, as in a service that restarts over and over, it
// increments that row's attempts instead.
func (h history) writeRun(ctx context.Context, tx *sql.Tx, r record) (int64, error) {
	text := ""
	if r.err != nil {
		text = r.err.Error()
	}
	versions, err := marshal(struct {
		desired.Versions
		Tried *tried `json:"tried,omitempty"`
	}{r.versions, r.tried.orNil()})
	if err != nil {
		return 0, err
	}
	var id int64
	if r.err != nil {
		err := tx.QueryRowContext(ctx, h.in(`UPDATE migrations.runs
			SET attempts = attempts + 1, finished_at = clock_timestamp(), versions = CASE WHEN $4 THEN $5::jsonb ELSE versions END
			WHERE id = (SELECT max(id) FROM migrations.runs) AND outcome = $1 AND hash = $2 AND error = $3
			RETURNING id`), catalog.OneRoundTrip, r.outcome, r.hash, text, r.tried.Key != "", string(versions)).Scan(&id)
		if err == nil {
			return id, nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return 0, fmt.Errorf("migration: record the run: %w", err)
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
	err = tx.QueryRowContext(ctx, h.in(`INSERT INTO migrations.runs
		(started_at, duration_ms, outcome, hash, statements, changes, versions, error)
		VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7::jsonb, $8) RETURNING id`), catalog.OneRoundTrip,
		r.started, float64(time.Since(r.started))/float64(time.Millisecond), r.outcome, r.hash,
		string(statements), string(changes), string(versions), text).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("migration: record the run: %w", err)
	}
	return id, nil
}

// writeJournal inserts a schema owner's row for a run.
func (h history) writeJournal(ctx context.Context, tx *sql.Tx, run int64, u *desired.Unit, hash, fingerprint string, statements int) error {
	_, err := tx.ExecContext(ctx, h.in(`INSERT INTO migrations.journal (plugin, run_id, namespace, hash, statements, snapshot, fingerprint)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`), catalog.OneRoundTrip, u.Plugin, run, u.Namespace, hash, statements, u.Text, fingerprint)
	if err != nil {
		return fmt.Errorf("migration: record the run of plugin %q: %w", u.Plugin, err)
	}
	return nil
}

// writeState records the state of the database for a schema owner.
func (h history) writeState(ctx context.Context, tx *sql.Tx, u *desired.Unit, hash, fingerprint string, want catalog.Objects) error {
	objects := [][3]string{}
	for _, k := range want.Keys() {
		if k.Namespace == u.Namespace {
			objects = append(objects, [3]string{string(k.Kind), k.Table, k.Name})
		}
	}
	text, err := marshal(objects)
	if err != nil {
		return err
	}
	// The namespace may have been another plugin's, or this one's under another
	// name, whose declarations no longer hold.
	_, err = tx.ExecContext(ctx, h.in(`DELETE FROM migrations.state WHERE namespace = $1 AND plugin <> $2`),
		catalog.OneRoundTrip, u.Namespace, u.Plugin)
	if err != nil {
		return fmt.Errorf("migration: remember the state of plugin %q: %w", u.Plugin, err)
	}
	_, err = tx.ExecContext(ctx, h.in(`INSERT INTO migrations.state (plugin, namespace, hash, fingerprint, objects)
		VALUES ($1, $2, $3, $4, $5::jsonb)
		ON CONFLICT (plugin) DO UPDATE SET namespace = excluded.namespace, hash = excluded.hash,
			fingerprint = excluded.fingerprint, objects = excluded.objects, updated_at = clock_timestamp()`),
		catalog.OneRoundTrip, u.Plugin, u.Namespace, hash, fingerprint, string(text))
	if err != nil {
		return fmt.Errorf("migration: remember the state of plugin %q: %w", u.Plugin, err)
	}
	return nil
}

// marshal returns JSON for jsonb: PostgreSQL has no \u0000.
func marshal(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("migration: write the history: %w", err)
	}
	return []byte(strings.ReplaceAll(string(text), `\u0000`, "")), nil
}
