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
// It is part of the migration's transaction: when it fails, or something after
// it, all is as it was. So keep it short, and do nothing that a rollback cannot
// undo; it may run again when the database was too busy to finish the first
// time.
type DataMigration struct {
	// Name is unique for the plugin. History remembers by it that the
	// migration has run, so it never changes.
	Name string

	// Position is before or after the change of the tables. Defaults to
	// AfterSchema.
	Position DataPosition

	// Run changes the rows. Tables are named with their namespace: search_path
	// is empty. An error ends the whole migration.
	Run func(ctx context.Context, tx Querier) error
}

// DataPosition is when a DataMigration runs.
type DataPosition int

const (
	// AfterSchema sees the tables as the schema declares them.
	AfterSchema DataPosition = iota

	// BeforeSchema sees the tables as they were. It does not run where the
	// plugin had no tables yet; there is nothing to change then.
	BeforeSchema
)

// Querier is a transaction as a DataMigration sees it: it can neither commit
// nor roll back. ent's clients take it as a driver:
//
//	client := ent.NewClient(ent.Driver(entsql.NewDriver(dialect.Postgres, entsql.Conn{ExecQuerier: tx})))
type Querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}
