package main

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// Every work runs at a small size; the figures are not checked.
func TestEveryWorkMeasuresWhatItsGoalsNeed(t *testing.T) {
	t.Parallel()
	for _, w := range works(1) {
		w.Rows, w.Queries = 120, min(w.Queries, 4)
		w.Entities = min(w.Entities, 10)
		t.Run(w.Name, func(t *testing.T) {
			t.Parallel()
			w.URL, w.Entities = pgtest.Database(t), max(w.Entities, 1)
			got, err := doWork(t.Context(), w)
			require.NoError(t, err)
			w.grade(got)
			for name, value := range got.Metrics {
				require.Positive(t, value, name)
			}
			if w.Driver == "search" {
				require.InDelta(t, 1, got.Metrics["search_recall"], 0.2, slices.Sorted(maps.Keys(got.Metrics)))
				require.InDelta(t, 10, got.Metrics["search_rows"], 0)
			}
		})
	}
}

func TestRateStopsAtTheFirstError(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	_, err := rate(t.Context(), 100, 4, func(_ context.Context, i int) error {
		if i == 10 {
			return broken
		}
		return nil
	})
	require.ErrorIs(t, err, broken)
}

func TestQuantile(t *testing.T) {
	t.Parallel()
	times := []time.Duration{5, 1, 4, 2, 3}
	require.Equal(t, time.Duration(3), quantile(times, 0.5))
	require.Equal(t, time.Duration(5), quantile(times, 0.95))
	require.Equal(t, time.Duration(1), quantile(times, 0))
}
