package core

import (
	"context"
	"database/sql"
)

// DataMigration changes rows once, when the tables change:
//
//	core.DataMigration{
//		Name:     "2026-11-fill-language",
//		Position: core.AfterSchema,
//		Run: func(ctx context.Context, tx core.Querier) error {
//			_, err := tx.ExecContext(ctx, `UPDATE notes.notes SET language = 'en' WHERE language IS NULL`)
//			return err
//		},
//	}
//
// It runs in the migration's transaction: if it or anything after it fails,
// everything is rolled back. Keep it short and do nothing that a rollback
// cannot undo; it runs again if the migration is retried.
type DataMigration struct {
	// Name is unique within the plugin; required. The migration is recorded
	// under it, so it must never change: under another name it runs again.
	Name string

	// Position is before or after the schema change. Defaults to AfterSchema.
	Position DataPosition

	// Run changes the rows; required. It must qualify tables with their
	// namespace, as search_path is empty. An error rolls back the whole
	// migration.
	Run func(ctx context.Context, tx Querier) error
}

// DataPosition is when a DataMigration runs.
type DataPosition int

const (
	// AfterSchema runs on the tables as the schema declares them.
	AfterSchema DataPosition = iota

	// BeforeSchema runs on the tables as they were. It is skipped if the plugin
	// had no tables yet.
	BeforeSchema
)

// Querier is the transaction of a DataMigration, without Commit and Rollback.
// ent clients accept it as a driver:
//
//	client := ent.NewClient(ent.Driver(entsql.NewDriver(dialect.Postgres, entsql.Conn{ExecQuerier: tx})))
type Querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}
