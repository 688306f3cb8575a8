package sql

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// CreateMemoryOnce and a search agree about two vectors, however near to the
// threshold their similarity is, and whatever their norms.
func TestAPrefixVectorMissesNothing(t *testing.T) {
	t.Parallel()
	for _, analyzed := range []bool{false, true} { // then nearly all rows pass, and the vector is looked at first
		for _, length := range []int{384, 1536, 3072} {
			t.Run(fmt.Sprint(length, analyzed), func(t *testing.T) {
				t.Parallel()
				s := stillScene(t)
				random := rand.New(rand.NewPCG(5, uint64(length)))
				a := make([]float32, length)
				for i := range a {
					a[i] = float32(random.NormFloat64())
				}
				pairs := [][2][]float32{{a, a}}
				for _, noise := range []float64{1e-7, 1e-3, 0.1, 0.3, 0.33, 1, 3} {
					for _, scale := range []float64{1, 1e-12, 1e12} {
						for _, within := range []int{length / 6, length} { // the prefix alone, or all
							b := make([]float32, length)
							for i := range b {
								b[i] = float32(scale * float64(a[i]))
								if i < within {
									b[i] += float32(scale * noise * random.NormFloat64())
								}
							}
							pairs = append(pairs, [2][]float32{a, b})
						}
					}
				}
				if length == 3072 {
					pairs = append(pairs, roundedAway())
				}
				for i, pair := range pairs {
					kind := fmt.Sprint("pair ", i)
					first := s.memory("first")
					first.Type, first.Embedding = kind, pair[0]
					require.NoError(t, s.CreateMemory(t.Context(), first))
					if i == 0 && analyzed {
						_, err := s.pool.ExecContext(t.Context(), `ANALYZE embeddings`)
						require.NoError(t, err)
					}
					found, err := s.SearchMemories(t.Context(), core.MemorySearch{AgentID: s.agent, Type: kind, Vector: pair[1]})
					require.NoError(t, err)
					similar := found[0].Similarity
					for _, threshold := range []float64{similar, math.Nextafter(similar, 2), similar - 1e-6, 0.5, 0.95, 1} {
						if threshold <= 0 || threshold > 1 {
							continue
						}
						second := s.memory("second")
						second.Type, second.Embedding = kind, pair[1]
						isNew, err := s.CreateMemoryOnce(t.Context(), second, core.Deduplication{Threshold: threshold, Skip: true})
						require.NoError(t, err)
						require.Equal(t, similar < threshold, isNew, "pair %d, similarity %v, threshold %v", i, similar, threshold)
						if isNew {
							require.NoError(t, s.DeleteMemory(t.Context(), second.ID))
						}
					}
				}
			})
		}
	}
}

// roundedAway returns two vectors that differ in their prefixes alone, in so many
// small components that pgvector's cosine loses them and is 1.
func roundedAway() (pair [2][]float32) {
	const length = 3072
	a, b := make([]float32, length), make([]float32, length)
	for i := range length {
		switch {
		case i < 4:
			a[i], b[i] = 1.00005, 1.00005
		case i >= length/6:
			a[i], b[i] = 2.84e-4, 2.17e-4
		case i >= length/6-8:
			a[i], b[i] = 1.243e-3, -1.243e-3
		default:
			a[i], b[i] = 2.43e-4, -2.43e-4
		}
	}
	return [2][]float32{a, b}
}
