package databasetest

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// pages reads a list in pages of two rows and returns the ids in order. No row
// may appear twice.
func pages[R any](t *testing.T, list func(after uuid.UUID, limit int) []R, id func(R) uuid.UUID) []uuid.UUID {
	t.Helper()
	const limit = 2
	var (
		all  []uuid.UUID
		seen = map[uuid.UUID]bool{}
		last uuid.UUID
	)
	for {
		page := list(last, limit)
		require.LessOrEqual(t, len(page), limit)
		for _, row := range page {
			last = id(row)
			require.False(t, seen[last], "a row is on two pages")
			seen[last] = true
			all = append(all, last)
		}
		if len(page) < limit {
			return all
		}
	}
}

// ids returns the ids of rows, in order.
func ids[R any](rows []R, id func(R) uuid.UUID) []uuid.UUID {
	list := []uuid.UUID{}
	for _, row := range rows {
		list = append(list, id(row))
	}
	return list
}
