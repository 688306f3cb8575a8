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
// retry.go). Its way, with the files that it is in:
//
//   - The units give the desired state: ent's tables and the extras of package
//     entpg, as an Atlas realm over all namespaces, with a hash for each unit
//     (unit.go, realm.go, extras.go, desired.go).
//   - When the hashes, and a fingerprint of what PostgreSQL's catalogue holds,
//     are those that history recorded, there is nothing to do (fingerprint.go).
//   - Otherwise the desired state is built in shadow namespaces and rolled back
//     to a savepoint (author.go, ddl.go, shadow.go). That proves that it builds,
//     and gives PostgreSQL's own spelling of every type and expression, in which
//     it is compared with the live tables, object by object (catalogue.go,
//     difference.go). So changes made by hand are seen as well. What the schema
//     says was renamed is looked at under its new name (rename.go).
//   - Every difference is classified: what kind it is, and how many rows are at
//     stake (classify.go, probe.go). A policy decides which are applied
//     (policy.go); when it refuses one, none is, and the error is a
//     *RefusedError.
//   - A planner puts the statements in order, in the author's words, with what
//     has to make way and to come back (planner.go, altercolumn.go,
//     alterenum.go, cast.go, dependent.go, planstorage.go). After they have run
//     the catalogue must equal the desired state, or all is rolled back
//     (apply.go).
//   - The plan and its outcome go to the schema "migrations" (history.go,
//     outcome.go), with the data migrations that have run (data.go).
//   - Indexes and constraints of large tables follow the transaction, while
//     others write (online.go).
//
// Two things make up what a unit owns: the tables that it declares, and the
// objects on them that history says were declared before. Everything else is
// left alone: other tables, also in the unit's namespace, indexes, columns,
// storage parameters and comments that somebody added by hand, what somebody set
// for the storage of a column (PostgreSQL forgets it when the column's type
// changes), views, triggers, extensions, and the namespaces of plugins that are
// not installed (any more).
// Nothing is ever dropped with CASCADE.
//
// Behind PgBouncer in transaction mode a run needs nothing particular. What
// follows the transaction takes two of the pooler's connections at once.
package migration
