package databasetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// What a plugin adds to metadata comes back under the name that it gave, also
// where that is a field's in another case.
func memoryExtras(t *testing.T, s *scene) {
	extra := map[string]any{"Source": "mine", "SCOPE": "x", "Tags": 5.0, "sourceid": []any{"a"}, "Timestamp": "now"}
	m := s.keep(t, "a", func(m *core.Memory) { m.Metadata = core.MemoryMetadata{Scope: "room", Extra: extra} })
	got, err := s.Memory(t.Context(), m.ID)
	require.NoError(t, err)
	require.Equal(t, core.MemoryMetadata{Scope: "room", Extra: extra}, got.Metadata)
	require.Equal(t, []string{"a"}, s.listed(t, s.messages()))
}

// A row that elizaOS wrote may have other types. It is read, and saved again
// without a loss.
func memoryAdopted(t *testing.T, s *scene) {
	m := s.keep(t, "a", nil)
	_, err := s.Pool().ExecContext(t.Context(), `UPDATE public.memories
		SET metadata = '{"type": "document", "timestamp": "2024-05-01", "tags": "a, b", "position": 1.5}' WHERE id = $1`, m.ID)
	require.NoError(t, err)
	require.Equal(t, []string{"a"}, s.listed(t, s.messages()))
	got, err := s.Memory(t.Context(), m.ID)
	require.NoError(t, err)
	want := core.MemoryMetadata{
		Type: core.MetadataDocument, Extra: map[string]any{"timestamp": "2024-05-01", "tags": "a, b", "position": 1.5},
	}
	require.Equal(t, want, got.Metadata)
	require.NoError(t, s.UpdateMemory(t.Context(), core.MemoryUpdate{ID: m.ID, Metadata: &got.Metadata}))
	got, err = s.Memory(t.Context(), m.ID)
	require.NoError(t, err)
	require.Equal(t, want, got.Metadata)
}
