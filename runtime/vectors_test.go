package runtime

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// A caller whose time is short does not fail another one that waits for it.
func TestVectorsOfOneWhoGaveUpAreMadeAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var v vectors
		var group sync.WaitGroup
		group.Go(func() {
			_, err := v.get(t.Context(), []string{"a"}, func([]string) ([][]float32, error) {
				time.Sleep(time.Second)
				return nil, errors.New("gave up")
			})
			require.EqualError(t, err, "gave up")
		})
		synctest.Wait()
		made, err := v.get(t.Context(), []string{"a", "b", "a"}, func(texts []string) ([][]float32, error) {
			all := make([][]float32, len(texts))
			for i := range all {
				all[i] = []float32{float32(texts[i][0])}
			}
			return all, nil
		})
		require.NoError(t, err)
		require.Equal(t, [][]float32{{'a'}, {'b'}, {'a'}}, made)
		group.Wait()
	})
}

func TestOldVectorsAreForgotten(t *testing.T) {
	t.Parallel()
	var v vectors
	for i := range 3 * maxVectors {
		_, err := v.get(t.Context(), []string{fmt.Sprint(i)}, func([]string) ([][]float32, error) { return [][]float32{{1}}, nil })
		require.NoError(t, err)
	}
	require.Len(t, v.known, maxVectors)
	require.Len(t, v.order, maxVectors)
}
