package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNearestComparesAllThatAreKept(t *testing.T) {
	t.Parallel()
	stored := [][]float32{{0, 1}, {1, 0}, {0.6, 0.8}, {-1, 0}, {0.8, 0.6}}
	query := []float32{1, 0}
	require.ElementsMatch(t, []int{1, 4}, nearest(stored, query, 2, nil))
	require.ElementsMatch(t, []int{2, 4}, nearest(stored, query, 2, func(number int) bool { return number%2 == 0 }))
	require.ElementsMatch(t, []int{0, 1, 2, 3, 4}, nearest(stored, query, 10, nil))
}

func TestRecallCountsWhatWasFound(t *testing.T) {
	t.Parallel()
	truth := [][]int{{1, 2}, {3, 4}}
	require.InDelta(t, 1, recall([][]int{{2, 1}, {4, 3}}, truth), 0)
	require.InDelta(t, 0.75, recall([][]int{{2, 1}, {4, 9}}, truth), 0)
	require.InDelta(t, 0.5, recall([][]int{{2, 1}}, truth), 0)
	require.Zero(t, recall(nil, nil))
	require.Equal(t, 1, fewest([][]int{{2, 1}, {4}}))
	require.Equal(t, 0, fewest(nil))
}
