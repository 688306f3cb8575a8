package migration

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/desired"
)

// dataKey identifies a data migration. It has the namespace rather than the
// plugin's name, so that a plugin may change its name.
type dataKey struct{ namespace, name string }

// dataRun is a data migration that this run has executed or skipped.
type dataRun struct {
	dataKey
	plugin   string
	position string
	skipped  bool
	duration time.Duration
}

// readData returns the data migrations that have run.
func (h history) readData(ctx context.Context, tx *sql.Tx) (map[dataKey]bool, error) {
	rows, err := tx.QueryContext(ctx, h.in(`SELECT namespace, name FROM migrations.data`), catalog.OneRoundTrip)
	if err != nil {
		return nil, fmt.Errorf("migration: read the history of data migrations: %w", err)
	}
	defer rows.Close()
	out := make(map[dataKey]bool)
	for rows.Next() {
		var k dataKey
		if err := rows.Scan(&k.namespace, &k.name); err != nil {
			return nil, fmt.Errorf("migration: read the history of data migrations: %w", err)
		}
		out[k] = true
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("migration: read the history of data migrations: %w", err)
	}
	return out, nil
}

// pendingData reports whether a schema owner has a data migration that has not
// run.
func (r *run) pendingData(past past) bool {
	for i := range r.desired.Units {
		for _, m := range r.desired.Units[i].Data {
			if !past.data[dataKey{r.desired.Units[i].Namespace, m.Name}] {
				return true
			}
		}
	}
	return false
}

// pendingBefore reports whether a data migration of a schema owner runs before the
// schema change.
func (r *run) pendingBefore(u *desired.Unit, past past) bool {
	return slices.ContainsFunc(u.Data, func(m core.DataMigration) bool {
		return m.Position == core.BeforeSchema && !past.data[dataKey{u.Namespace, m.Name}] && !r.newcomers[u.Plugin]
	})
}

// dataAfter returns the plugins with data migrations that will run after the
// schema change.
func (r *run) dataAfter() map[string]bool {
	out := make(map[string]bool)
	for i := range r.desired.Units {
		u := &r.desired.Units[i]
		for _, m := range u.Data {
			if m.Position == core.AfterSchema && !r.past.data[dataKey{u.Namespace, m.Name}] {
				out[u.Plugin] = true
			}
		}
	}
	return out
}

// beforeSchema runs the data migrations before the schema change, so that
// affected rows are counted after them. A dry run only lists them.
func (r *run) beforeSchema(ctx context.Context, tx *sql.Tx, past past) error {
	if !r.pendingData(past) {
		return nil
	}
	return r.runData(ctx, tx, core.BeforeSchema)
}

// findNewcomers finds the schema owners none of whose tables exist.
func (r *run) findNewcomers(ctx context.Context, tx *sql.Tx) error {
	there, err := catalog.Populated(ctx, tx, r.desired.Scope())
	if err != nil {
		return err
	}
	r.newcomers = make(map[string]bool)
	for i := range r.desired.Units {
		u := &r.desired.Units[i]
		r.newcomers[u.Plugin] = u.Model != nil && !there[u.Namespace] && (r.past.units[u.Plugin].hash == "" || r.past.units[u.Plugin].namespace != u.Namespace)
	}
	return nil
}

// runData runs the pending data migrations of one position, in the order of the
// schema owners and of their lists.
func (r *run) runData(ctx context.Context, tx *sql.Tx, position core.DataPosition) error {
	for i := range r.desired.Units {
		u := &r.desired.Units[i]
		for _, m := range u.Data {
			k := dataKey{u.Namespace, m.Name}
			if m.Position != position || r.past.data[k] {
				continue
			}
			done := dataRun{dataKey: k, plugin: u.Plugin, position: positionName(position)}
			done.skipped = position == core.BeforeSchema && r.newcomers[u.Plugin]
			if !done.skipped && !r.options.DryRun {
				if !r.ranData {
					if err := r.beginData(ctx, tx); err != nil {
						return fmt.Errorf("migration: begin the data migrations: %w", err)
					}
				}
				start := time.Now()
				if err := runOne(ctx, tx, m); err != nil {
					return fmt.Errorf("migration: data migration %q of plugin %q: %w%s", m.Name, u.Plugin, err, detail(err))
				}
				done.duration = time.Since(start)
				r.engine.log.Info("ran a data migration", zap.String("plugin", u.Plugin),
					zap.String("name", m.Name), zap.Duration("duration", done.duration))
			}
			r.dataRun = append(r.dataRun, done)
		}
	}
	return nil
}

// beginData keeps the rows as they are before the data migrations: for a rollback,
// and for other sessions.
func (r *run) beginData(ctx context.Context, tx *sql.Tx) error {
	if err := tx.QueryRowContext(ctx, "SELECT pg_catalog.pg_export_snapshot()", catalog.OneRoundTrip).Scan(&r.snapshot); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "SAVEPOINT elizago_data")
	r.ranData = err == nil
	return err
}

// runOne runs a data migration with an empty search_path. It converts a panic
// to an error that names the plugin. Deferred constraints are checked at its
// end, so that a violation is attributed to it.
func runOne(ctx context.Context, tx *sql.Tx, m core.DataMigration) (err error) {
	var before, after string
	if _, err := tx.ExecContext(ctx, catalog.PinSearchPath+"; SET CONSTRAINTS ALL DEFERRED"); err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	const transaction = "SELECT pg_catalog.txid_current()::text"
	if err := tx.QueryRowContext(ctx, transaction, catalog.OneRoundTrip).Scan(&before); err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	if err := m.Run(ctx, querier{tx}); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "SET CONSTRAINTS ALL IMMEDIATE"); err != nil {
		if pgerr.Code(err) == "" {
			return fmt.Errorf("it leaves the connection unusable, perhaps with rows that are not closed: %w", err)
		}
		return err
	}
	if err := tx.QueryRowContext(ctx, transaction, catalog.OneRoundTrip).Scan(&after); err != nil || before != after {
		return errors.New("it has ended the transaction that it was part of: leave COMMIT and ROLLBACK to the engine")
	}
	return nil
}

// querier hides Commit and Rollback.
type querier struct{ tx *sql.Tx }

func (q querier) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return q.tx.ExecContext(ctx, query, withoutPreparing(args)...)
}

func (q querier) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return q.tx.QueryContext(ctx, query, withoutPreparing(args)...)
}

func (q querier) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return q.tx.QueryRowContext(ctx, query, withoutPreparing(args)...)
}

// withoutPreparing leaves no statement behind on a connection that a pooler
// may give to another client: see catalog.OneRoundTrip.
func withoutPreparing(args []any) []any {
	return append([]any{catalog.OneRoundTrip}, args...)
}

// listData adds the data migrations to the plan: those before the schema
// change, and those after it.
func (r *run) listData() {
	r.plan.Data = nil
	for _, d := range r.dataRun {
		if !d.skipped {
			r.plan.Data = append(r.plan.Data, d.position+" "+d.plugin+": "+d.name)
		}
	}
	for i := range r.desired.Units {
		u := &r.desired.Units[i]
		for _, m := range u.Data {
			if m.Position == core.AfterSchema && !r.past.data[dataKey{u.Namespace, m.Name}] {
				r.plan.Data = append(r.plan.Data, positionName(m.Position)+" "+u.Plugin+": "+m.Name)
			}
		}
	}
}

func positionName(p core.DataPosition) string {
	if p == core.BeforeSchema {
		return "before"
	}
	return "after"
}

// writeData records the data migrations that have run.
func (r *run) writeData(ctx context.Context, tx *sql.Tx, run int64) error {
	for _, d := range r.dataRun {
		_, err := tx.ExecContext(ctx, r.engine.history.in(`INSERT INTO migrations.data (namespace, name, plugin, position, run_id, skipped, duration_ms)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`), catalog.OneRoundTrip,
			d.namespace, d.name, d.plugin, d.position, run, d.skipped, float64(d.duration)/float64(time.Millisecond))
		if err != nil {
			return fmt.Errorf("migration: record data migration %q of plugin %q: %w", d.name, d.plugin, err)
		}
	}
	return nil
}
