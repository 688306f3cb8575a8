package migration_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent/migrate"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
)

// Core's tables, and those of a plugin, which usually are generated from its
// ent schemas as well.
func Example() {
	ctx := context.Background()
	db, done := exampleDatabase()
	defer done()

	id := &schema.Column{Name: "id", Type: field.TypeUUID}
	notes := &schema.Table{Name: "notes", Columns: []*schema.Column{id}, PrimaryKey: []*schema.Column{id}}
	units := []migration.Unit{
		{Plugin: migration.Core, Schema: core.Schema{Tables: migrate.Tables, Annotations: migrate.Annotations}},
		{Plugin: "@your-org/plugin-notes", Schema: core.Schema{Tables: []*schema.Table{notes}}},
	}

	engine, err := migration.New(migration.Config{DB: db})
	if err != nil {
		panic(err)
	}
	result, err := engine.Run(ctx, units, migration.Options{})
	if err != nil {
		panic(err)
	}
	for _, s := range result.Plan.Statements {
		if s.Unit != migration.Core {
			fmt.Println(s.SQL)
		}
	}

	result, err = engine.Run(ctx, units, migration.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println("up to date:", result.UpToDate)

	// Dropping a column is refused, whether or not it has a value.
	id.Name = "key"
	_, err = engine.Run(ctx, units, migration.Options{})
	var refused *migration.RefusedError
	if errors.As(err, &refused) {
		for _, c := range refused.Changes {
			fmt.Println("refused:", c.Kind, c.Object)
		}
	}
	// Output:
	// CREATE SCHEMA IF NOT EXISTS "your_org_plugin_notes"
	// CREATE TABLE "your_org_plugin_notes"."notes" ("id" uuid NOT NULL, PRIMARY KEY ("id"))
	// up to date: true
	// refused: drop_column your_org_plugin_notes.notes.id
}

func ExampleNamespace() {
	fmt.Println(migration.Namespace("@your-org/plugin-name"))
	fmt.Println(migration.Namespace(migration.Core))
	// Output:
	// your_org_plugin_name
	// public
}

// exampleDatabase is an empty database for an example, which has no testing.T.
func exampleDatabase() (*sql.DB, func()) {
	tb := &exampleTB{}
	db, err := sql.Open("pgx", pgtest.Database(tb))
	if err != nil {
		panic(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	return db, tb.done
}

type exampleTB struct {
	testing.TB
	cleanups []func()
}

func (*exampleTB) Helper()                      {}
func (*exampleTB) Context() context.Context     { return context.Background() }
func (*exampleTB) Fatal(args ...any)            { panic(fmt.Sprint(args...)) }
func (*exampleTB) Fatalf(f string, args ...any) { panic(fmt.Sprintf(f, args...)) }
func (*exampleTB) Errorf(f string, args ...any) { panic(fmt.Sprintf(f, args...)) }
func (tb *exampleTB) Cleanup(cleanup func())    { tb.cleanups = append(tb.cleanups, cleanup) }
func (tb *exampleTB) done() {
	for _, cleanup := range slices.Backward(tb.cleanups) {
		cleanup()
	}
}
