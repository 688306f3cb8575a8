package planner

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/migration/internal/catalog"
)

// A kind without a row, or a row without a phase, would only be found when an
// object of that kind changes.
func TestEveryKindHasARow(t *testing.T) {
	t.Parallel()
	rows := kinds()
	require.Len(t, rows, len(catalog.Kinds))
	for _, k := range catalog.Kinds {
		row, ok := rows[k]
		require.True(t, ok, "%s has no row", k)
		require.NotNil(t, row.createPhase, "%s is created at no time", k)
		require.NotNil(t, row.dropPhase, "%s is dropped at no time", k)
		require.True(t, row.online == nil || row.createOnline != nil, "%s is added online and nothing says how", k)
	}
}
