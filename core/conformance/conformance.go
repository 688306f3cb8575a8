// Package conformance proves that an implementation of core.Database does what
// its documentation says. It is for whoever writes an adapter, and runs in a
// test of theirs:
//
//	func TestConformance(t *testing.T) {
//		conformance.Run(t, func(t *testing.T) core.Database {
//			return open(t) // an empty database with the core tables, closed by t.Cleanup
//		})
//	}
//
// Every subtest opens a database of its own and runs in parallel.
package conformance

import (
	"slices"
	"testing"

	"github.com/elizago/elizago/core"
)

// Open opens an empty database with the core tables, for one test.
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
		{"Messages", messages},
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
		t.Errorf("conformance: not all of %q are parts of the suite", names)
	}
}
