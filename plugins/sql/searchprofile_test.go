package sql

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// measuredProfile is one whose trials all came to the same.
func measuredProfile(exact time.Duration, steps ...step) *profile {
	p := &profile{indexed: 10_000}
	for range trials {
		p.measured = append(p.measured, trial{exact: exact, steps: steps})
	}
	return p
}

func TestWhichWayASearchGoes(t *testing.T) {
	t.Parallel()
	all := counted{passing: countCap, indexed: 10_000}
	ten := nearest{count: 10}
	ms := time.Millisecond
	poor := make([]step, len(ladder))
	for i := range poor {
		poor[i] = step{ms, 0.5 + float64(i)/20}
	}
	for name, c := range map[string]struct {
		profile *profile
		search  nearest
		count   counted
		ef      int
	}{
		"the first rung finds all":         {measuredProfile(4*ms, step{ms / 2, 1}), ten, all, ladder[0]},
		"the second is good enough":        {measuredProfile(4*ms, step{ms / 2, 0.9}, step{ms, 0.99}), ten, all, ladder[1]},
		"the graph is slower":              {measuredProfile(ms, step{2 * ms, 1}), ten, all, 0},
		"no rung finds enough":             {measuredProfile(9*ms, poor...), ten, all, 0},
		"it ended with the exact way":      {measuredProfile(ms/4, step{ms, 0.9}), ten, all, 0},
		"many are wanted":                  {measuredProfile(9*ms, step{ms / 2, 1}), nearest{count: 100}, all, compared(100)},
		"most are fresh":                   {measuredProfile(4*ms, step{ms / 2, 1}), ten, counted{passing: 8000, indexed: 3000}, 0},
		"the graph has become another one": {measuredProfile(4*ms, step{ms / 2, 1}), ten, counted{passing: countCap, indexed: 30_000}, 0},
		"nothing is measured":              {&profile{indexed: 10_000}, ten, all, 0},
	} {
		ef, _ := c.profile.choose(c.search, c.count)
		require.Equal(t, c.ef, ef, name)
	}
	require.LessOrEqual(t, compared(mostWanted), 1000, "pgvector refuses more")
}

// What has become worse is noticed: a search in so many goes both ways, and one
// that finds too little is followed by the next, until the graph is no longer
// trusted.
func TestTheGraphIsMeasuredAgain(t *testing.T) {
	t.Parallel()
	all := counted{passing: countCap, indexed: 10_000}
	p := measuredProfile(4*time.Millisecond, step{time.Millisecond, 1})
	choose := func() (ef int, due bool) { return p.choose(nearest{count: 10}, all) }
	dueAfter := func() (searches int) {
		for {
			ef, due := choose()
			require.Equal(t, ladder[0], ef)
			if due {
				return searches
			}
			searches++
		}
	}
	good := trial{4 * time.Millisecond, []step{{time.Millisecond, 1}}}
	bad := trial{4 * time.Millisecond, []step{{time.Millisecond, 0.7}, {9 * time.Millisecond, 0.9}}}
	require.Equal(t, soonTrial, dueAfter(), "more trials say it better")
	for range mostTrials {
		p.keep(good, 10_000)
	}
	require.Equal(t, retryTrial, dueAfter())
	p.keep(good, 10_000)
	require.Equal(t, retryTrial, dueAfter())
	for range 4 {
		p.keep(bad, 10_000)
		require.Zero(t, dueAfter(), "without waiting for its turn")
	}
	p.keep(bad, 10_000)
	ef, due := choose()
	require.Zero(t, ef)
	require.False(t, due, "exact searches have time to wait")
	for range mostTrials {
		p.keep(good, 10_000)
	}
	require.Equal(t, retryTrial, dueAfter())
}

// The mean of few searches has to be higher than that of many.
func TestWhatIsEnoughDependsOnHowManyWereMeasured(t *testing.T) {
	t.Parallel()
	profileOf := func(n int) *profile {
		p := &profile{}
		for i := range n {
			p.measured = append(p.measured, trial{steps: []step{{time.Millisecond, 0.9 + float64(i%3)/20}, {time.Millisecond, 0.96}, {time.Millisecond, 0.94}}})
		}
		return p
	}
	require.False(t, profileOf(3*5).good(0), "0.95 +- 0.011")
	few, many := profileOf(trials), profileOf(mostTrials)
	for i := range few.measured {
		few.measured[i].steps[0].recall += 0.0155
	}
	for i := range many.measured {
		many.measured[i].steps[0].recall += 0.0155
	}
	require.False(t, few.good(0))
	require.True(t, many.good(0))
	require.True(t, few.good(1), "always the same")
	require.False(t, many.good(2))
	require.False(t, many.good(3), "never tried")
}

// What has missed too much already is not tried any more.
func TestHopelessRungsAreNotTried(t *testing.T) {
	t.Parallel()
	p := &profile{}
	require.Zero(t, p.hopeful())
	ms := time.Millisecond
	for range 4 {
		p.keep(trial{9 * ms, []step{{ms, 0.3}, {ms, 0.5}, {ms, 1}}}, 10_000)
	}
	require.Equal(t, 1, p.hopeful(), "2.4 of 48 may be missed")
	p.keep(trial{9 * ms, []step{{9 * ms, 0}, {ms, 0.5}, {ms, 1}}}, 10_000)
	require.Equal(t, 2, p.hopeful())
}

// Where the graph is slower wherever it finds enough, that is seen early.
func TestNoUseIsSeenEarly(t *testing.T) {
	t.Parallel()
	ms := time.Millisecond
	for _, graph := range []time.Duration{ms, 3 * ms} {
		p := &profile{}
		for range hopelessTrials {
			require.True(t, p.due())
			p.keep(trial{2 * ms, []step{{ms, 0.2}, {graph, 1}}}, 10_000)
		}
		require.Equal(t, graph < 2*ms, p.due(), graph)
	}
}

// What is behind one filter says nothing of another, but for limits of time that
// are about as far from the present: they are seldom the same twice.
func TestWhatIsMeasuredTogether(t *testing.T) {
	t.Parallel()
	n := nearest{filter: memoryFilter{kind: "a"}, vector: make([]float32, 384), count: 10}
	count := counted{passing: 5000}
	same := func(change func(n *nearest, count *counted)) bool {
		other, counts := n, count
		change(&other, &counts)
		return n.profileKey(count) == other.profileKey(counts)
	}
	require.True(t, same(func(_ *nearest, c *counted) { c.passing = 6000 }))
	require.False(t, same(func(_ *nearest, c *counted) { c.passing = 9000 }))
	require.True(t, same(func(n *nearest, _ *counted) { n.count = 12 }))
	require.False(t, same(func(n *nearest, _ *counted) { n.count = 100 }))
	require.False(t, same(func(n *nearest, _ *counted) { n.filter.room[0] = 1 }))
	require.False(t, same(func(n *nearest, _ *counted) { n.filter.since = time.Now() }))
	n.filter.since = time.Now().Add(-24 * time.Hour)
	require.True(t, same(func(n *nearest, _ *counted) { n.filter.since = n.filter.since.Add(time.Minute) }))
	require.False(t, same(func(n *nearest, _ *counted) { n.filter.since = n.filter.since.Add(-24 * time.Hour) }))
	require.False(t, same(func(n *nearest, _ *counted) { n.filter.since = time.Now().Add(24 * time.Hour) }))
}
