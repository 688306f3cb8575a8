package search

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// calibrationOf returns one whose measurements are all equal.
func calibrationOf(exact time.Duration, steps ...scanResult) *calibration {
	p := &calibration{indexed: 10_000}
	for range minMeasurements {
		p.measurements = append(p.measurements, measurement{exact: exact, scans: steps})
	}
	return p
}

func TestChoose(t *testing.T) {
	t.Parallel()
	all := Selectivity{Passing: CountLimit, Indexed: 10_000}
	ten := Query{Limit: 10}
	ms := time.Millisecond
	poor := make([]scanResult, len(efSearchValues))
	for i := range poor {
		poor[i] = scanResult{ms, 0.5 + float64(i)/20}
	}
	for name, c := range map[string]struct {
		profile *calibration
		search  Query
		count   Selectivity
		ef      int
	}{
		"the first ef_search finds all":   {calibrationOf(4*ms, scanResult{ms / 2, 1}), ten, all, efSearchValues[0]},
		"the second reaches the target":   {calibrationOf(4*ms, scanResult{ms / 2, 0.9}, scanResult{ms, 0.99}), ten, all, efSearchValues[1]},
		"the index is slower":             {calibrationOf(ms, scanResult{2 * ms, 1}), ten, all, 0},
		"none reaches the target":         {calibrationOf(9*ms, poor...), ten, all, 0},
		"the exact search was far faster": {calibrationOf(ms/4, scanResult{ms, 0.9}), ten, all, 0},
		"many are wanted":                 {calibrationOf(9*ms, scanResult{ms / 2, 1}), Query{Limit: 100}, all, rerankCount(100)},
		"most are not yet indexed":        {calibrationOf(4*ms, scanResult{ms / 2, 1}), ten, Selectivity{Passing: 8000, Indexed: 3000}, 0},
		"the index has grown":             {calibrationOf(4*ms, scanResult{ms / 2, 1}), ten, Selectivity{Passing: CountLimit, Indexed: 30_000}, 0},
		"nothing is measured":             {&calibration{indexed: 10_000}, ten, all, 0},
	} {
		ef, _ := c.profile.choose(c.search, c.count)
		require.Equal(t, c.ef, ef, name)
	}
	require.LessOrEqual(t, rerankCount(maxIndexLimit), 1000, "pgvector refuses more")
}

// A loss of recall is noticed: one search in so many is measured, and one below the
// target is followed by the next, until the index is no longer used.
func TestTheIndexIsMeasuredAgain(t *testing.T) {
	t.Parallel()
	all := Selectivity{Passing: CountLimit, Indexed: 10_000}
	p := calibrationOf(4*time.Millisecond, scanResult{time.Millisecond, 1})
	choose := func() (ef int, due bool) { return p.choose(Query{Limit: 10}, all) }
	dueAfter := func() (searches int) {
		for {
			ef, due := choose()
			require.Equal(t, efSearchValues[0], ef)
			if due {
				return searches
			}
			searches++
		}
	}
	good := measurement{4 * time.Millisecond, []scanResult{{time.Millisecond, 1}}}
	bad := measurement{4 * time.Millisecond, []scanResult{{time.Millisecond, 0.7}, {9 * time.Millisecond, 0.9}}}
	require.Equal(t, remeasureSoon, dueAfter(), "more measurements are more certain")
	for range maxMeasurements {
		p.add(good, 10_000)
	}
	require.Equal(t, remeasureAfter, dueAfter())
	p.add(good, 10_000)
	require.Equal(t, remeasureAfter, dueAfter())
	for range 4 {
		p.add(bad, 10_000)
		require.Zero(t, dueAfter(), "without waiting for its turn")
	}
	p.add(bad, 10_000)
	ef, due := choose()
	require.Zero(t, ef)
	require.False(t, due, "exact searches have time to wait")
	for range maxMeasurements {
		p.add(good, 10_000)
	}
	require.Equal(t, remeasureAfter, dueAfter())
}

// The mean of few searches has to be higher than that of many.
func TestFewMeasurementsNeedAHigherMean(t *testing.T) {
	t.Parallel()
	profileOf := func(n int) *calibration {
		p := &calibration{}
		for i := range n {
			p.measurements = append(p.measurements, measurement{scans: []scanResult{{time.Millisecond, 0.9 + float64(i%3)/20}, {time.Millisecond, 0.96}, {time.Millisecond, 0.94}}})
		}
		return p
	}
	require.False(t, profileOf(3*5).reachesTarget(0), "0.95 +- 0.011")
	few, many := profileOf(minMeasurements), profileOf(maxMeasurements)
	for i := range few.measurements {
		few.measurements[i].scans[0].recall += 0.0155
	}
	for i := range many.measurements {
		many.measurements[i].scans[0].recall += 0.0155
	}
	require.False(t, few.reachesTarget(0))
	require.True(t, many.reachesTarget(0))
	require.True(t, few.reachesTarget(1), "always the same")
	require.False(t, many.reachesTarget(2))
	require.False(t, many.reachesTarget(3), "never tried")
}

// An ef_search that has missed too much already is not measured any more.
func TestHopelessValuesAreNotMeasured(t *testing.T) {
	t.Parallel()
	p := &calibration{}
	require.Zero(t, p.firstPromising())
	ms := time.Millisecond
	for range 4 {
		p.add(measurement{9 * ms, []scanResult{{ms, 0.3}, {ms, 0.5}, {ms, 1}}}, 10_000)
	}
	require.Equal(t, 1, p.firstPromising(), "2.4 of 48 may be missed")
	p.add(measurement{9 * ms, []scanResult{{9 * ms, 0}, {ms, 0.5}, {ms, 1}}}, 10_000)
	require.Equal(t, 2, p.firstPromising())
}

// An index that is slower wherever it reaches the target is found useless early.
func TestNoUseIsSeenEarly(t *testing.T) {
	t.Parallel()
	ms := time.Millisecond
	for _, scan := range []time.Duration{ms, 3 * ms} {
		p := &calibration{}
		for range minForHopeless {
			require.True(t, p.due())
			p.add(measurement{2 * ms, []scanResult{{ms, 0.2}, {scan, 1}}}, 10_000)
		}
		require.Equal(t, scan < 2*ms, p.due(), scan)
	}
}

// Each filter is measured by itself, except that times about as far from the present
// count as equal: the same time seldom comes twice.
func TestWhatIsMeasuredTogether(t *testing.T) {
	t.Parallel()
	n := Query{Filter: Filter{Type: "a"}, Vector: make([]float32, 384), Limit: 10}
	count := Selectivity{Passing: 5000}
	same := func(change func(n *Query, count *Selectivity)) bool {
		other, counts := n, count
		change(&other, &counts)
		return n.calibrationKey(count) == other.calibrationKey(counts)
	}
	require.True(t, same(func(_ *Query, c *Selectivity) { c.Passing = 6000 }))
	require.False(t, same(func(_ *Query, c *Selectivity) { c.Passing = 9000 }))
	require.True(t, same(func(n *Query, _ *Selectivity) { n.Limit = 12 }))
	require.False(t, same(func(n *Query, _ *Selectivity) { n.Limit = 100 }))
	require.False(t, same(func(n *Query, _ *Selectivity) { n.Filter.Room[0] = 1 }))
	require.False(t, same(func(n *Query, _ *Selectivity) { n.Filter.Since = time.Now() }))
	n.Filter.Since = time.Now().Add(-24 * time.Hour)
	require.True(t, same(func(n *Query, _ *Selectivity) { n.Filter.Since = n.Filter.Since.Add(time.Minute) }))
	require.False(t, same(func(n *Query, _ *Selectivity) { n.Filter.Since = n.Filter.Since.Add(-24 * time.Hour) }))
	require.False(t, same(func(n *Query, _ *Selectivity) { n.Filter.Since = time.Now().Add(24 * time.Hour) }))
}
