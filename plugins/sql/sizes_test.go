package sql

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// What is too large says what to do, and that works.
func TestWhatIsTooLargeSaysWhatToDo(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	var words strings.Builder
	for n := 0; words.Len() < 2<<20; n++ {
		fmt.Fprintf(&words, "word%x ", n*2654435761)
	}
	err := s.CreateMemory(t.Context(), s.memory(words.String()))
	require.ErrorContains(t, err, "split it, a text into parts of less than a megabyte of different words, as documents are into fragments")
	var parts []*core.Memory
	for part := range slices.Chunk([]byte(words.String()), 500_000) {
		parts = append(parts, s.memory(string(part)))
	}
	require.NoError(t, s.CreateMemories(t.Context(), parts))

	m := s.memory("with a long vector")
	m.Embedding = slices.Repeat([]float32{1}, 4096)
	err = s.CreateMemory(t.Context(), m)
	require.ErrorIs(t, err, core.ErrDimension)
	require.ErrorContains(t, err, `have the model shorten its vectors (many have a setting "dimensions")`)
	m.Embedding = m.Embedding[:3072]
	require.NoError(t, s.CreateMemory(t.Context(), m))
}
