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
// or none, and processes that start together do not meet. Its way:
//
//   - The units give the desired state: ent's tables and the extras of package
//     entpg, as an Atlas realm over all namespaces, with a hash for each unit.
//   - When the hashes, and a fingerprint of what PostgreSQL's catalogue holds,
//     are those that history recorded, there is nothing to do.
//   - Otherwise the desired state is built in shadow namespaces and rolled back
//     to a savepoint. That proves that it builds, and gives PostgreSQL's own
//     spelling of every type and expression, in which it is compared with the
//     live tables, object by object. So changes made by hand are seen as well.
//   - Every difference is classified: what kind it is, and how many rows are at
//     stake. A policy then decides which are applied. This version applies what
//     adds, and refuses everything else as a whole with a *RefusedError.
//   - Atlas plans the statements in the author's words. After they have run the
//     catalogue must equal the desired state, or all is rolled back.
//   - The plan and its outcome go to the schema "migrations".
//
// Two things make up what a unit owns: the tables that it declares, and the
// objects on them that history says were declared before. Everything else is
// left alone: other tables, also in the unit's namespace, indexes and columns
// that somebody added by hand, views, triggers, and the namespaces of plugins
// that are not installed (any more).
package migration
