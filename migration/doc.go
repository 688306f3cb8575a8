// Package migration changes the database to the state that core and the plugins
// declare. It is for the runtime, which runs it before any plugin's Init, and for
// command lines that show what a run would do.
//
//	engine, err := migration.New(migration.Config{DB: db, Logger: log})
//	if err != nil {
//		return err
//	}
//	result, err := engine.Run(ctx, []migration.Unit{
//		{Plugin: migration.Core, Schema: core.Schema{Tables: migrate.Tables, Annotations: migrate.Annotations}},
//		{Plugin: "@your-org/plugin-notes", Schema: notes.Schema, DependsOn: []string{migration.Core}},
//	}, migration.Options{})
//
// One run is one transaction under an advisory lock, so that it is applied as a
// whole or not at all, and processes that start together run one after another
// (run.go, lock.go, retry.go):
//
//	schema owners              core.Schema of core and of each plugin
//	   |  internal/desired     identifiers, Atlas realm, declared DDL, hash
//	   |  shadow.go            built, read in PostgreSQL's print, rolled back
//	desired objects
//	   |  internal/catalog     read, compared with the database
//	differences
//	   |  internal/planner     kind and class, rows affected, policy, statements
//	plan                       package plan: the values that others read
//	   |  apply.go             executed, and compared once more
//	   v  history_write.go     recorded in the schema "migrations"
//	the same transaction
//
// The rules of a run:
//
//   - If the hashes of the schemas and the fingerprint of PostgreSQL's catalog
//     equal those in the history, there is nothing to do (history_read.go,
//     internal/catalog/fingerprint.go).
//   - Otherwise the desired state is built in shadow namespaces and rolled back
//     to a savepoint. This proves that it can be built, and yields PostgreSQL's
//     print of every type and expression, which is compared with the database
//     object by object. Changes made by hand are therefore found. Declared
//     renamings are compared under the new name.
//   - What is refused whatever rows there are is refused before a data migration
//     runs (decidefirst.go). If the history has a later schema of the program and
//     the database lacks nothing, nothing is changed (superseded.go).
//   - If the policy refuses one change, none is applied, and the error is a
//     *RefusedError (pipeline.go, errors.go).
//   - After the statements the catalog must equal the desired state, or the
//     transaction is rolled back.
//   - Data migrations run before and after the statements (data.go). Indexes and
//     constraints of large tables are built after the transaction, without
//     blocking writes (online.go).
//
// A schema owner owns the tables and views that it declares, and the objects on
// them that history records as declared before. The engine does not change
// anything else: other tables and views, also in the schema owner's namespace;
// indexes, columns, storage parameters and comments that were added by hand; a
// column's storage that was set by hand, which PostgreSQL resets if the
// column's type changes; triggers; extensions; and the namespaces of plugins
// that are not installed. Nothing is dropped with CASCADE.
//
// A run works behind PgBouncer in transaction mode without special settings.
// What follows the transaction uses two of its connections at once.
package migration
