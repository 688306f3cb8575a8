package main

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

func measured(t *testing.T, metrics map[figureKey][]float64) *figures {
	t.Helper()
	f := newFigures(io.Discard)
	for key, samples := range metrics {
		for _, sample := range samples {
			require.NoError(t, f.add(key.work, key.side, map[string]float64{key.metric: sample}))
		}
	}
	return f
}

func TestThePeersBestRuntimeCounts(t *testing.T) {
	t.Parallel()
	f := measured(t, map[figureKey][]float64{
		{"cache", our, "get_per_s"}:    {1000, 400, 500},
		{"cache", "node", "get_per_s"}: {100},
		{"cache", "bun", "get_per_s"}:  {200, 300},
		{"start", our, "ready_ms"}:     {10},
		{"start", "node", "ready_ms"}:  {50},
		{"start", "bun", "ready_ms"}:   {30},
	})
	got := faster("cache", "get_per_s", 2)(f)
	require.Equal(t, verdict{ours: "500/s", other: "250/s bun", ratio: 2, speed: true, pass: true}, got)
	got = faster("start", "ready_ms", 4)(f)
	require.Equal(t, verdict{ours: "10.0 ms", other: "30.0 ms bun", ratio: 3, speed: true}, got)
	require.True(t, faster("start", "peak_mb", 2)(f).absent)
}

func TestABareStatementIsTheMeasureOfOurs(t *testing.T) {
	t.Parallel()
	f := measured(t, map[figureKey][]float64{
		{"insert", our, "create_ms"}: {1.1},
		{"insert", our, "bare_ms"}:   {1},
	})
	require.True(t, within("insert", "create_ms", "bare_ms", 1.15)(f).pass)
	require.False(t, within("insert", "create_ms", "bare_ms", 1.05)(f).pass)
	require.True(t, within("insert", "create_ms", "other_ms", 2)(f).absent)
}

func TestAFasterSearchThatMissesRowsDoesNotCount(t *testing.T) {
	t.Parallel()
	for _, found := range []struct {
		recall, rows float64
		pass         bool
	}{{0.95, 10, true}, {0.94, 10, false}, {1, 9, false}} {
		f := measured(t, map[figureKey][]float64{
			{clustered, our, "search_ms"}:     {1},
			{clustered, our, "search_recall"}: {found.recall},
			{clustered, our, "search_rows"}:   {found.rows},
			{clustered, "bun", "search_ms"}:   {10},
		})
		require.Equal(t, found.pass, recalled(clustered, "search", faster(clustered, "search_ms", 8))(f).pass)
	}
}

// The iterative plan is faster, but does not find all rows.
func TestFilterIsComparedWithTheBetterPlanThatFindsAll(t *testing.T) {
	t.Parallel()
	f := measured(t, map[figureKey][]float64{
		{large, our, "filter_ms"}:               {2},
		{large, our, "filter_exact_ms"}:         {2},
		{large, our, "filter_exact_recall"}:     {1},
		{large, our, "filter_iterative_ms"}:     {1},
		{large, our, "filter_iterative_recall"}: {0.5},
	})
	require.Equal(t, verdict{ours: "2.00 ms", other: "2.00 ms exact", ratio: 1, pass: true}, unslowed(large, "filter")(f))
}
