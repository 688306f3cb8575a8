package databasetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// bulk tests MemoryStore.CreateMemories.
func bulk(t *testing.T, open Open) {
	for name, test := range map[string]func(t *testing.T, s *scene){
		"all come back":           bulkRoundTrip,
		"all or none":             bulkRefused,
		"a panic is the caller's": bulkPanics,
		"inside a transaction":    bulkInTx,
		"several agents at once":  bulkAgents,
		"during a rebuild":        bulkRebuilding,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newScene(t, open))
		})
	}
}

// batch returns memories with and without vectors.
func (s *scene) batch(n int) []*core.Memory {
	r := newRandom()
	var list []*core.Memory
	for i := range n {
		m := s.memory(fmt.Sprint("message ", i))
		if i%3 != 0 {
			m.Embedding = r.vector(384)
		}
		list = append(list, m)
	}
	return list
}

func bulkRoundTrip(t *testing.T, s *scene) {
	require.NoError(t, s.CreateMemories(t.Context(), nil))
	list := s.batch(700) // more than one buffer's
	position := 2
	list[5].Metadata = core.MemoryMetadata{
		Type: core.MetadataFragment, DocumentID: &s.room, Position: &position, Extra: map[string]any{"a": "b"},
	}
	list[6].Content.Data = map[string]any{"text": "with \x00 and \xff", "q": `"'\`}
	list[7].RoomID, list[7].WorldID, list[7].EntityID, list[7].Duplicate = [16]byte{}, [16]byte{}, [16]byte{}, true
	list[8].Embedding = []float32{}
	require.NoError(t, s.CreateMemories(t.Context(), list))
	for _, i := range []int{0, 1, 5, 7, 699} {
		want := list[i]
		got, err := s.Memory(t.Context(), want.ID)
		require.NoError(t, err)
		require.True(t, want.CreatedAt.Equal(got.CreatedAt))
		got.CreatedAt = want.CreatedAt
		require.Equal(t, want, got)
	}
	got, err := s.Memory(t.Context(), list[6].ID)
	require.NoError(t, err)
	require.Equal(t, map[string]any{"text": "with  and \uFFFD", "q": `"'\`}, got.Content.Data, "cleaned as anywhere")
	n, err := s.CountMemories(t.Context(), s.messages())
	require.NoError(t, err)
	require.Equal(t, 700, n)
	found, err := s.SearchMemories(t.Context(), s.near(list[100].Embedding))
	require.NoError(t, err)
	require.Equal(t, list[100].ID, found[0].ID)
	require.Len(t, found, 10)
	require.NotEmpty(t, s.both(t, s.words("message")), "words are found, too")
}

func bulkRefused(t *testing.T, s *scene) {
	for name, tt := range map[string]struct {
		spoil func(list []*core.Memory)
		is    error
	}{
		"an id twice": {func(list []*core.Memory) { list[9].ID = core.NewID(); list[3].ID = list[9].ID }, core.ErrConflict},
		"an id that is there": {func(list []*core.Memory) {
			there := &core.Memory{Type: "there", AgentID: s.agent}
			require.NoError(t, s.CreateMemory(t.Context(), there))
			list[9].ID = there.ID
		}, core.ErrConflict},
		"another entity": {func(list []*core.Memory) { list[9].EntityID = core.NewID() }, core.ErrNotFound},
		"another agent":  {func(list []*core.Memory) { list[9].AgentID = core.NewID() }, core.ErrNotFound},
		"another room":   {func(list []*core.Memory) { list[9].RoomID = core.NewID() }, core.ErrNotFound},
		"two dimensions": {func(list []*core.Memory) { list[9].Embedding = axis(512, 0) }, core.ErrDimension},
		"a short vector": {func(list []*core.Memory) { list[9].Embedding = []float32{1} }, core.ErrDimension},
		"not a number":   {func(list []*core.Memory) { list[1].Embedding[0] = float32(math.NaN()) }, core.ErrInvalid},
		"no type":        {func(list []*core.Memory) { list[9].Type = "" }, core.ErrInvalid},
		"nothing":        {func(list []*core.Memory) { list[9] = nil }, core.ErrInvalid},
		"no JSON":        {func(list []*core.Memory) { list[9].Content.Data = map[string]any{"f": func() {}} }, core.ErrInvalid},
		"too many words": {func(list []*core.Memory) {
			var text strings.Builder
			for i := range 120_000 {
				fmt.Fprintf(&text, "word%d ", i)
			}
			list[9].Content.Text = text.String()
		}, nil},
		"a wrong fragment": {func(list []*core.Memory) { list[9].Metadata.Type = core.MetadataFragment }, core.ErrInvalid},
	} {
		list := s.batch(10)
		tt.spoil(list)
		err := s.CreateMemories(t.Context(), list)
		require.Error(t, err, name)
		if tt.is != nil {
			require.ErrorIs(t, err, tt.is, name)
		}
		require.NotContains(t, err.Error(), "COPY", name)
		require.Empty(t, s.listed(t, s.messages()), name)
	}
}

// panics is a value whose JSON encoding panics.
type panics struct{}

func (panics) MarshalJSON() ([]byte, error) { panic("on purpose") }

// A panic reaches the caller, who may recover it; the database stays usable.
func bulkPanics(t *testing.T, s *scene) {
	list := s.batch(10)
	list[9].Content.Data = map[string]any{"p": panics{}}
	require.PanicsWithValue(t, "on purpose", func() { _ = s.CreateMemories(t.Context(), list) })
	require.Empty(t, s.listed(t, s.messages()))
	require.NoError(t, s.CreateMemories(t.Context(), s.batch(3)))
	require.Len(t, s.listed(t, s.messages()), 3)
}

func bulkInTx(t *testing.T, s *scene) {
	undone := errors.New("undone")
	require.ErrorIs(t, s.InTx(t.Context(), func(tx core.Database) error {
		require.NoError(t, tx.CreateMemories(t.Context(), s.batch(10)))
		n, err := tx.CountMemories(t.Context(), s.messages())
		require.NoError(t, err)
		require.Equal(t, 10, n, "seen inside")
		require.Empty(t, s.listed(t, s.messages()), "and not outside")
		return undone
	}), undone)
	require.Empty(t, s.listed(t, s.messages()))
	require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
		bad := s.batch(3)
		bad[2].RoomID = core.NewID()
		require.ErrorIs(t, tx.CreateMemories(t.Context(), bad), core.ErrNotFound)
		bad = s.batch(3)
		bad[2].Content.Data = map[string]any{"f": func() {}}
		require.ErrorIs(t, tx.CreateMemories(t.Context(), bad), core.ErrInvalid)
		return tx.CreateMemories(t.Context(), s.batch(4)) // what failed spoils nothing
	}))
	require.Len(t, s.listed(t, s.messages()), 4)
}

func bulkAgents(t *testing.T, s *scene) {
	other := s.addAgent(t, "Other")
	list := s.batch(6)
	for _, m := range list[3:] {
		m.AgentID, m.RoomID, m.WorldID, m.EntityID = other, [16]byte{}, [16]byte{}, [16]byte{}
		m.Embedding = axis(512, 1)
	}
	require.NoError(t, s.CreateMemories(t.Context(), list))
	found, err := s.SearchMemories(t.Context(), core.MemorySearch{AgentID: other, Type: core.MemoryMessages, Vector: axis(512, 1)})
	require.NoError(t, err)
	require.Len(t, found, 3)
}

// While an agent's vectors are rebuilt, memories may have either dimension.
func bulkRebuilding(t *testing.T, s *scene) {
	s.keep(t, "a", func(m *core.Memory) { m.Embedding = axis(384, 0) })
	stopped := errors.New("stopped")
	require.ErrorIs(t, s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{
		AgentID: s.agent, Dimension: 512, Embed: func(context.Context, []string) ([][]float32, error) { return nil, stopped },
	}), stopped)
	list := s.batch(6)
	for i, m := range list {
		m.Embedding = axis(384, i)
		if i%2 == 0 {
			m.Embedding = axis(512, i)
		}
	}
	require.NoError(t, s.CreateMemories(t.Context(), list))
	for _, want := range list {
		got, err := s.Memory(t.Context(), want.ID)
		require.NoError(t, err)
		require.Equal(t, want.Embedding, got.Embedding)
	}
	list = s.batch(3)
	list[0].Embedding, list[1].Embedding, list[2].Embedding = axis(512, 0), axis(384, 0), axis(768, 0)
	err := s.CreateMemories(t.Context(), list)
	require.ErrorIs(t, err, core.ErrDimension)
}
