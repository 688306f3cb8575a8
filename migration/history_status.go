package migration

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/elizago/elizago/migration/internal/catalog"
)

// Status is what history says of one plugin.
type Status struct {
	// HasRun says whether a run has ever brought the plugin's tables up.
	HasRun bool `json:"hasRun"`

	// LastMigration is the newest of them. Nil when there is none.
	LastMigration *LastMigration `json:"lastMigration"`

	// Journal are all of them, the oldest first.
	Journal []JournalEntry `json:"journal"`

	// Snapshots is how many states of the plugin's schema are kept.
	Snapshots int `json:"snapshots"`
}

// LastMigration is a plugin's newest migration.
type LastMigration struct {
	Hash      string    `json:"hash"`
	Timestamp time.Time `json:"timestamp"`
}

// JournalEntry is one migration of a plugin.
type JournalEntry struct {
	// Run is the id in migrations.runs.
	Run int64 `json:"run"`
	// Hash identifies the schema that was reached.
	Hash string `json:"hash"`
	// Statements is how many the plugin needed.
	Statements int `json:"statements"`
	// Duration is how long the run took, for all plugins together.
	Duration time.Duration `json:"duration"`
	// Timestamp is when it was done.
	Timestamp time.Time `json:"timestamp"`
}

// Status reads a plugin's history. A plugin, or a database, without one is no
// error.
func (e *Engine) Status(ctx context.Context, plugin string) (*Status, error) {
	s := &Status{Journal: []JournalEntry{}}
	ok, _, err := historyExists(ctx, e.db)
	if err != nil || !ok {
		return s, err
	}
	rows, err := e.db.QueryContext(ctx, `SELECT j.run_id, j.hash, j.statements, r.duration_ms, j.created_at
		FROM migrations.journal j JOIN migrations.runs r ON r.id = j.run_id
		WHERE j.plugin = $1 ORDER BY j.run_id`, catalog.OneRoundTrip, plugin)
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

// LastRun is the newest row of the history, whatever came of it.
type LastRun struct {
	// Run is its id in migrations.runs.
	Run int64 `json:"run"`
	// Outcome is "applied", "unchanged", "refused" or "failed".
	Outcome string `json:"outcome"`
	// Error is why it was refused or failed. Empty otherwise.
	Error string `json:"error,omitempty"`
	// Attempts is how often it was tried with the same result.
	Attempts int `json:"attempts"`
	// Finished is when it ended, the last time.
	Finished time.Time `json:"finished"`
}

// LastRun reads the newest run of any plugin. Nil when there is none. Runs that
// found nothing to do leave no row.
func (e *Engine) LastRun(ctx context.Context) (*LastRun, error) {
	ok, _, err := historyExists(ctx, e.db)
	if err != nil || !ok {
		return nil, err
	}
	var r LastRun
	err = e.db.QueryRowContext(ctx, `SELECT id, outcome, error, attempts, finished_at
		FROM migrations.runs ORDER BY id DESC LIMIT 1`, catalog.OneRoundTrip).
		Scan(&r.Run, &r.Outcome, &r.Error, &r.Attempts, &r.Finished)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("migration: read the newest run of the history: %w", err)
	}
	return &r, nil
}
