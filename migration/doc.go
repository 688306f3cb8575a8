// Package migration brings the database to the state that core and the plugins
// declare. It is for the runtime, which calls it before any plugin's Init, and
// for command lines that show what it would do.
//
//	engine, err := migration.New(migration.Config{DB: db, Logger: log})
//	if err != nil {
//		return err
//	}
//	result, err := engine.Run(ctx, []migration.Unit{
//		{Plugin: migration.Core, Schema: core.Schema{Tables: migrate.Tables, Extras: migrate.Extras}},
//		{Plugin: "@your-org/plugin-notes", Schema: notes.Schema, DependsOn: []string{migration.Core}},
//	}, migration.Options{})
//
// One run is one transaction under an advisory lock, so that all of it happens
// or none, and processes that start together do not meet (run.go, lock.go,
// retry.go). Its way, with the packages and files that it is in:
//
//		units                      core.Schema of core and of each plugin
//		   |  internal/desired     identifiers, Atlas realm, declared DDL, hash
//		   |  shadow.go            built, read in PostgreSQL's print, rolled back
//		desired objects
//		   |  internal/catalog     read, compared with what is there
//		differences
//		   |  internal/planner     kind and class, rows affected, policy, statements
//		plan                       package plan: the values that others read
//		   |  apply.go             executed, and compared once more
//		   v  history_write.go     recorded in the schema "migrations"
//		the same transaction
//
//	  - When the hashes, and a fingerprint of what PostgreSQL's catalog holds, are
//	    those that history recorded, there is nothing to do (history_read.go,
//	    internal/catalog/fingerprint.go).
//	  - Otherwise the desired state is built in shadow namespaces and rolled back
//	    to a savepoint. That proves that it builds, and gives PostgreSQL's own
//	    spelling of every type and expression, in which it is compared with the
//	    live tables, object by object. So changes made by hand are seen as well.
//	    What the schema says was renamed is compared under its new name.
//	  - When the policy refuses one change, none is applied, and the error is a
//	    *RefusedError (pipeline.go, errors.go).
//	  - After the statements the catalog must equal the desired state, or all is
//	    rolled back.
//	  - Data migrations run before and after the statements (data.go). Indexes and
//	    constraints of large tables follow the transaction, while others write
//	    (online.go).
//
// Two things make up what a unit owns: the tables that it declares, and the
// objects on them that history says were declared before. Everything else is
// left alone: other tables, also in the unit's namespace, indexes, columns,
// storage parameters and comments that were added by hand, what was set by hand
// for the storage of a column (PostgreSQL forgets it when the column's type
// changes), views that no schema declares, triggers, extensions, and the namespaces of plugins that are
// not installed (any more).
// Nothing is ever dropped with CASCADE.
//
// Behind PgBouncer in transaction mode a run needs nothing particular. What
// follows the transaction takes two of the pooler's connections at once.
package migration
