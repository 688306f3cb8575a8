package main

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// The numbers equal those of peer/common.mjs for the same seeds.
func TestRandomIsThatOfTheDrivers(t *testing.T) {
	t.Parallel()
	r := newRandom(storedSeed)
	require.Equal(t, []float64{0.7342509443406016, 0.32499843230471015, 0.28529605525545776}, []float64{r.next(), r.next(), r.next()})
}

func TestDatasetIsThatOfTheDrivers(t *testing.T) {
	t.Parallel()
	data := newDataset("clustered", 10, 2)
	require.InDeltaSlice(t, []float32{-0.029043413, 0.025937355, -0.07653641}, data.Stored[9][:3], 1e-7)
	require.InDeltaSlice(t, []float32{-0.04616532, 0.059334087, -0.109490254}, data.Queries[1][:3], 1e-7)
}

func TestVectorsHaveLengthOne(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"uniform", "clustered"} {
		data := newDataset(kind, 300, 5)
		require.Len(t, data.Stored, 300)
		require.Len(t, data.Queries, 5)
		for _, vector := range append(data.Stored, data.Queries...) {
			require.Len(t, vector, dimensions)
			require.InDelta(t, 1, math.Sqrt(product(vector, vector)), 1e-5)
		}
		require.NotEqual(t, data.Stored[0], data.Stored[1])
	}
}

// A query on clustered data has neighbours, one on uniform data has none.
func TestQueriesAreNearWhatIsStored(t *testing.T) {
	t.Parallel()
	best := func(kind string) float64 {
		data := newDataset(kind, 1000, 1)
		return product(data.Stored[nearest(data.Stored, data.Queries[0], 1, nil)[0]], data.Queries[0])
	}
	require.Greater(t, best("clustered"), 0.9)
	require.Less(t, best("uniform"), 0.5)
}
