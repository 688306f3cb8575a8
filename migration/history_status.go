package migration

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/elizago/elizago/migration/internal/catalog"
)

// Status is the migration history of one plugin.
type Status struct {
	// HasRun reports whether a run has migrated the plugin's tables.
	HasRun bool `json:"hasRun"`

	// LastMigration is the newest migration of the plugin. Nil: there is none.
	LastMigration *LastMigration `json:"lastMigration"`

	// Journal holds all migrations of the plugin, oldest first. It is never
	// nil.
	Journal []JournalEntry `json:"journal"`

	// Snapshots is the number of states of the plugin's schema that are stored,
	// one for each entry of Journal.
	Snapshots int `json:"snapshots"`
}

// LastMigration is a plugin's newest migration.
type LastMigration struct {
	Hash      string    `json:"hash"`
	Timestamp time.Time `json:"timestamp"`
}

// JournalEntry is one migration of a plugin, a row of migrations.journal.
type JournalEntry struct {
	// Run is the id of the run in migrations.runs.
	Run int64 `json:"run"`
	// Hash identifies the plugin's schema after the migration.
	Hash string `json:"hash"`
	// Statements is the number of statements for this plugin.
	Statements int `json:"statements"`
	// Duration is the duration of the run, for all plugins together; in JSON in
	// nanoseconds.
	Duration time.Duration `json:"duration"`
	// Timestamp is the time of the migration, by the database's clock.
	Timestamp time.Time `json:"timestamp"`
}

// Status returns the history of a plugin. For a plugin or a database without
// history it returns an empty Status and no error.
func (e *Engine) Status(ctx context.Context, plugin string) (*Status, error) {
	s := &Status{Journal: []JournalEntry{}}
	ok, _, err := e.history.exists(ctx, e.db)
	if err != nil || !ok {
		return s, err
	}
	rows, err := e.db.QueryContext(ctx, e.history.in(`SELECT j.run_id, j.hash, j.statements, r.duration_ms, j.created_at
		FROM migrations.journal j JOIN migrations.runs r ON r.id = j.run_id
		WHERE j.plugin = $1 ORDER BY j.run_id`), catalog.OneRoundTrip, plugin)
	if err != nil {
		return nil, fmt.Errorf("migration: read the history of plugin %q: %w", plugin, err)
	}
	defer rows.Close()
	for rows.Next() {
		var j JournalEntry
		var ms float64
		if err := rows.Scan(&j.Run, &j.Hash, &j.Statements, &ms, &j.Timestamp); err != nil {
			return nil, fmt.Errorf("migration: read the history of plugin %q: %w", plugin, err)
		}
		j.Duration = time.Duration(ms * float64(time.Millisecond))
		s.Journal = append(s.Journal, j)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("migration: read the history of plugin %q: %w", plugin, err)
	}
	if n := len(s.Journal); n > 0 {
		last := s.Journal[n-1]
		s.HasRun, s.Snapshots = true, n
		s.LastMigration = &LastMigration{Hash: last.Hash, Timestamp: last.Timestamp}
	}
	return s, nil
}

// LastRun is the newest row of migrations.runs, successful or not.
type LastRun struct {
	// Run is the id of the row.
	Run int64 `json:"run"`
	// Outcome is "applied", "unchanged", "refused" or "failed".
	Outcome string `json:"outcome"`
	// Error is the text of the error. Empty: the run succeeded.
	Error string `json:"error,omitempty"`
	// Attempts is the number of consecutive runs that failed with this error,
	// which share the row.
	Attempts int `json:"attempts"`
	// Finished is the time at which the last of them ended.
	Finished time.Time `json:"finished"`
}

// LastRun returns the newest recorded run, or nil if there is none. A run that
// finds the database up to date is recorded only if it meets a new hash, with the
// outcome "unchanged".
func (e *Engine) LastRun(ctx context.Context) (*LastRun, error) {
	ok, _, err := e.history.exists(ctx, e.db)
	if err != nil || !ok {
		return nil, err
	}
	var r LastRun
	err = e.db.QueryRowContext(ctx, e.history.in(`SELECT id, outcome, error, attempts, finished_at
		FROM migrations.runs ORDER BY id DESC LIMIT 1`), catalog.OneRoundTrip).
		Scan(&r.Run, &r.Outcome, &r.Error, &r.Attempts, &r.Finished)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("migration: read the newest run of the history: %w", err)
	}
	return &r, nil
}
