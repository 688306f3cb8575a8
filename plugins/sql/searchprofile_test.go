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
		"many are wanted":                  {measuredProfile(9*ms, step{ms / 2, 1}), nearest{count: 100}, all, 100},
		"most are fresh":                   {measuredProfile(4*ms, step{ms / 2, 1}), ten, counted{passing: 8000, indexed: 3000}, 0},
		"the graph has become another one": {measuredProfile(4*ms, step{ms / 2, 1}), ten, counted{passing: countCap, indexed: 30_000}, 0},
		"nothing is measured":              {&profile{indexed: 10_000}, ten, all, 0},
	} {
		ef, _ := c.profile.choose(c.search, c.count)
		require.Equal(t, c.ef, ef, name)
	}
}

// What has become worse is noticed: a search in so many goes both ways, and one
// that finds too little is followed by the next, until the graph is no longer
// trusted.
func TestTheGraphIsMeasuredAgain(t *testing.T) {
	t.Parallel()
	all := counted{passing: countCap, indexed: 10_000}
	search := nearest{count: 10}
	p := measuredProfile(4*time.Millisecond, step{time.Millisecond, 1})
	choose := func() (ef int, try bool) { return p.choose(search, all) }
	for range retryTrial {
		ef, due := choose()
		require.Equal(t, ladder[0], ef)
		require.False(t, due)
	}
	_, try := choose()
	require.True(t, try)
	good := trial{4 * time.Millisecond, []step{{time.Millisecond, 1}}}
	bad := trial{4 * time.Millisecond, []step{{time.Millisecond, 0.7}, {9 * time.Millisecond, 0.9}}}
	p.keep(good, 10_000)
	_, try = choose()
	require.False(t, try)
	p.keep(bad, 10_000)
	ef, try := choose()
	require.True(t, try, "without waiting for its turn")
	require.Equal(t, ladder[0], ef)
	p.keep(bad, 10_000)
	ef, try = choose()
	require.False(t, try, "exact searches have time to wait")
	require.Zero(t, ef)
	for range trials {
		p.keep(good, 10_000)
	}
	ef, try = choose()
	require.False(t, try)
	require.Equal(t, ladder[0], ef)
	p.keep(trial{4 * time.Millisecond, []step{{time.Millisecond, 0.9}, {time.Millisecond, 1}}}, 10_000)
	ef, try = choose()
	require.Equal(t, ladder[0], ef)
	require.True(t, try)
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
