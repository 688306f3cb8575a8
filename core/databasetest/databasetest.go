// Package databasetest tests an implementation of core.Database against its
// documentation. Authors of adapters call it from a test:
//
//	func TestConformance(t *testing.T) {
//		databasetest.Run(t, func(t *testing.T) core.Database {
//			return open(t) // see Open for the conditions
//		})
//	}
//
//	func FuzzStores(f *testing.F) { databasetest.Fuzz(f, open(f)) }
//
// Every subtest opens its own database and runs in parallel: go test -run
// TestConformance/Cache runs one part, and -parallel limits how many databases
// are open at once.
//
// Error texts are free: the suite tests errors with errors.Is and core's
// errors. Invalid arguments must be core.ErrInvalid. In a text it looks only
// for the names that core's documentation promises: the id that was not found
// or already exists, the field at fault (AgentID, in any case), the constraint
// that prevents a deletion. No error may contain a statement.
package databasetest

import (
	"slices"
	"testing"

	"github.com/elizago/elizago/core"
)

// Open opens a database for the exclusive use of one test, and closes it with
// t.Cleanup. The database of Fuzz must satisfy the same conditions.
//
// It is a PostgreSQL database with the core tables, those of package ent in the
// schema public. They are empty, and no other table of public has a column of
// type uuid: before and after calls with hostile inputs the suite searches each
// table that has one, according to information_schema.columns, for the rows of
// an agent that no call may touch.
//
// Agents with secrets can be saved: their encryption is configured, as by
// sql.Config.SecretSalt for plugins/sql.
//
// Pool and Driver connect to that database with a role that may read all of
// these tables, and accept PostgreSQL's SQL with $1 for the first parameter.
// Besides queries, the suite sends these statements, the first two on Driver or
// a transaction of it, the third on Pool:
//
//	INSERT INTO public.tasks (id, agent_id, name) VALUES ($1, $2, $3)
//	INSERT INTO public.tasks (id) VALUES (NULL)
//	DELETE FROM public.worlds WHERE id = $1
//
// The first needs no other column, the second fails, and the third leaves the
// memories of that world in place, in no world.
type Open func(t *testing.T) core.Database

// Run runs the whole suite.
func Run(t *testing.T, open Open) { t.Helper(); RunParts(t, open) }

// RunParts runs the named parts of the suite, by the names of Run's subtests,
// for an adapter with several modes: the whole suite in one mode, and in the
// others only what differs. Without names it runs all. An unknown name fails
// the test.
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
		{"AgentRuns", agentRuns},
		{"Identities", identities},
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
