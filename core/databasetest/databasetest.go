// Package databasetest proves that an implementation of core.Database does what
// its documentation says. It is for whoever writes an adapter, and runs in a
// test of theirs:
//
//	func TestConformance(t *testing.T) {
//		databasetest.Run(t, func(t *testing.T) core.Database {
//			return open(t) // Open says what it must be
//		})
//	}
//
//	func FuzzStores(f *testing.F) { databasetest.Fuzz(f, open(f)) }
//
// Every subtest opens one database of its own and runs in parallel, so
// go test -run TestConformance/Cache runs a part, and -parallel says how many
// databases are open at once.
//
// Errors may be in any words: the suite tells them by errors.Is and core's
// errors. Arguments that no database could fulfil must be core.ErrInvalid. What it
// looks for in a text are only the names that core's documentation promises: the
// id that was not found or is there already, the field that is at fault (AgentID,
// in whatever case), the constraint that is in the way of deleting. No error may
// show a statement.
package databasetest

import (
	"slices"
	"testing"

	"github.com/elizago/elizago/core"
)

// Open opens a database for one test, which has it alone until it ends, and
// closes it with t.Cleanup. Fuzz wants the same of its database.
//
// It is in PostgreSQL and has the core tables, those of package ent in the
// schema public. They are empty, and no other table of public has a column of
// type uuid: before and after calls with hostile inputs the suite looks through
// each table that has one, as information_schema.columns says, for the rows of
// an agent that nothing may touch.
//
// Agents with secrets can be saved: whatever encrypts them is configured, as
// sql.Config.SecretSalt is for plugins/sql.
//
// Pool and Driver lead to that database as a role that may read all of those
// tables, and take PostgreSQL's SQL with $1 for the first parameter. Besides
// what it reads, the suite sends these by hand, the first two on Driver or on a
// transaction of it, the third on Pool:
//
//	INSERT INTO public.tasks (id, agent_id, name) VALUES ($1, $2, $3)
//	INSERT INTO public.tasks (id) VALUES (NULL)
//	DELETE FROM public.worlds WHERE id = $1
//
// The first needs no other column, the second fails, and after the third the
// memories of that world are there still, in no world.
type Open func(t *testing.T) core.Database

// Run runs the whole suite.
func Run(t *testing.T, open Open) { t.Helper(); RunParts(t, open) }

// RunParts runs those parts of the suite that are named, by the names of Run's
// subtests, for an adapter that has several ways to do things: the whole suite on
// one, and on the others what differs. Without names it runs all. A name of no
// part is an error.
func RunParts(t *testing.T, open Open, names ...string) {
	t.Helper()
	ran := 0
	for _, s := range []struct {
		name string
		run  func(t *testing.T, open Open)
	}{
		{"Agents", agents},
		{"Worlds", worlds},
		{"Rooms", rooms},
		{"Entities", entities},
		{"Components", components},
		{"Participants", participants},
		{"Relationships", relationships},
		{"Places", places},
		{"Memories", memories},
		{"MemoriesModel", memoriesModel},
		{"Documents", documents},
		{"Search", search},
		{"Bulk", bulk},
		{"Embeddings", embeddings},
		{"Transactions", transactions},
		{"TransactionEnds", transactionEnds},
		{"Pgx", onPgx},
		{"InUse", inUse},
		{"Cleaning", cleaning},
		{"CachedEmbeddings", cachedEmbeddings},
		{"Tasks", tasks},
		{"Cache", cache},
		{"Logs", logs},
		{"LogBatches", logBatches},
		{"Runs", runs},
		{"Servers", servers},
		{"Channels", channels},
		{"DirectChannels", directChannels},
		{"Messages", messages},
		{"Owners", owners},
		{"Invalid", invalidArguments},
		{"Updates", updates},
		{"MovingPages", movingPages},
		{"UnknownParents", parentsUnknown},
		{"Hostile", hostileInputs},
	} {
		if len(names) > 0 && !slices.Contains(names, s.name) {
			continue
		}
		ran++
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.run(t, open)
		})
	}
	if len(names) > 0 && ran != len(names) {
		t.Errorf("databasetest: not all of %q are parts of the suite", names)
	}
}
