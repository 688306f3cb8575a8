package databasetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// Metadata added by a plugin is returned under its exact name, even if that is
// a field's name in another case.
func pluginMetadata(t *testing.T, s *scene) {
	extra := map[string]any{"Source": "mine", "SCOPE": "x", "Tags": 5.0, "sourceid": []any{"a"}, "Timestamp": "now"}
	m := s.keep(t, "a", func(m *core.Memory) { m.Metadata = core.MemoryMetadata{Scope: "room", Extra: extra} })
	got, err := s.Memory(t.Context(), m.ID)
	require.NoError(t, err)
	require.Equal(t, core.MemoryMetadata{Scope: "room", Extra: extra}, got.Metadata)
	require.Equal(t, []string{"a"}, s.listed(t, s.messages()))
}

// A row written by elizaOS may have other types. It can be read and saved again
// without loss.
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
