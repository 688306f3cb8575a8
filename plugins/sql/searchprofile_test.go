package sql

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgtest"
)

// measuredProfile is one whose trials all came to the same.
func measuredProfile(exact time.Duration, steps ...step) *profile {
	p := &profile{indexed: 10_000, passing: countCap}
	for range trials {
		p.measured = append(p.measured, trial{exact: exact, steps: steps})
	}
	return p
}

func TestWhichWayASearchGoes(t *testing.T) {
	t.Parallel()
	all := counted{passing: countCap, indexed: 10_000, all: 10_000}
	ten := nearest{count: 10}
	ms := time.Millisecond
	for name, c := range map[string]struct {
		profile *profile
		search  nearest
		count   counted
		ef      int
	}{
		"the first rung finds all":         {measuredProfile(4*ms, step{ms / 2, 1}), ten, all, ladder[0]},
		"the second is good enough":        {measuredProfile(4*ms, step{ms / 2, 0.9}, step{ms, 0.99}), ten, all, ladder[1]},
		"the index is slower":              {measuredProfile(ms, step{2 * ms, 1}), ten, all, 0},
		"no rung finds enough":             {measuredProfile(9*ms, step{ms, 0.5}, step{ms, 0.6}, step{ms, 0.7}, step{ms, 0.8}, step{ms, 0.9}), ten, all, 0},
		"many are wanted":                  {measuredProfile(9*ms, step{ms / 2, 1}), nearest{count: 100}, all, 200},
		"a narrow filter":                  {measuredProfile(4*ms, step{ms / 2, 1}), ten, counted{passing: 1200, indexed: 10_000, all: 1_000_000}, 0},
		"most are fresh":                   {measuredProfile(4*ms, step{ms / 2, 1}), ten, counted{passing: 8000, indexed: 3000, all: 8000}, 0},
		"the index has become another one": {measuredProfile(4*ms, step{ms / 2, 1}), ten, counted{passing: countCap, indexed: 30_000, all: 30_000}, 0},
		"nothing is measured":              {&profile{indexed: 10_000}, ten, all, 0},
	} {
		ef, _ := c.profile.choose(c.search, c.count)
		require.Equal(t, c.ef, ef, name)
	}
}

// The graph answers as the exact way does: directly, in a transaction and
// through PgBouncer.
func TestSearchByTheGraph(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]string{
		"directly":          tables.Database(t),
		"through PgBouncer": "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if url == "" {
				url = through(t, pgtest.Bouncer(t, pgtest.Database(t), 3), tables.Database(t))
			}
			s := sceneIn(t, connect(t, Config{URL: url, SecretSalt: saltOfTests}))
			s.indexer = nil
			list := s.manyMemories(t, alwaysExact+500, 384)
			x := stillIndexer(s.Database)
			_, err := x.index(t.Context())
			require.NoError(t, err)
			require.Zero(t, fresh(t, s.Database))

			search := func(db core.Database, i int) []*core.Memory {
				found, err := db.SearchMemories(t.Context(), core.MemorySearch{AgentID: s.agent, Type: list[0].Type, Vector: list[i].Embedding})
				require.NoError(t, err)
				require.Len(t, found, 10)
				require.Equal(t, list[i].ID, found[0].ID)
				return found
			}
			key := profileKey{s.agent, list[0].Type, 384}
			for i := range trials + 2 { // these go both ways
				search(s.Database, i)
			}
			measured := s.planner.profile(key)
			require.Len(t, measured.measured, trials)

			// Whatever this machine measured: the graph is fast and finds all
			// that it is asked for with 320 candidates.
			pretended := measuredProfile(time.Hour, step{time.Second, 0}, step{time.Second, 0}, step{time.Second, 0}, step{time.Second, 1})
			measured.mu.Lock()
			measured.measured = pretended.measured
			measured.mu.Unlock()
			n := nearest{filter: memoryFilter{agent: s.agent, kind: list[0].Type}, vector: list[0].Embedding, count: 10}
			count, err := s.planner.count(t.Context(), s.Database, n)
			require.NoError(t, err)
			ef, err := s.planner.way(t.Context(), s.Database, n, count)
			require.NoError(t, err)
			require.Equal(t, 320, ef)
			good := 0.0
			for i := range 20 {
				n.vector = list[i].Embedding
				truth, err := runExact(t.Context(), s.Database, n, onlyID, counted{passing: 0})
				require.NoError(t, err)
				var found []hit
				for _, m := range search(s.Database, i) {
					found = append(found, hit{m.ID, 1 - m.Similarity})
				}
				good += recall(truth, found)
			}
			require.GreaterOrEqual(t, good/20, 0.95)
			require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
				search(tx, 3)
				var settings string
				row := tx.(*Database).driver
				got, err := collect(t.Context(), row, `SELECT current_setting('enable_seqscan')`, nil, scanOne[string])
				require.NoError(t, err)
				settings = got[0]
				require.Equal(t, "on", settings, "the search leaves no setting behind")
				return nil
			}))
		})
	}
}
