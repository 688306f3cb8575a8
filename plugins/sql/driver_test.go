package sql

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// Bytes of a plugin are its own, also where they look like JSON that could not be
// stored; a JSON column of a plugin is cleaned as those of core are.
func TestBytesOfPluginsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	_, err := s.Pool().ExecContext(t.Context(), "CREATE TABLE plugin (signed bytea, data jsonb)")
	require.NoError(t, err)
	sent := []byte(`{"signed":"a\u0000b\ud800"}`)
	require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
		return tx.Driver().Exec(t.Context(), "INSERT INTO plugin VALUES ($1, $2)", []any{sent, json.RawMessage(sent)}, nil)
	}))
	var got, data []byte
	require.NoError(t, s.Pool().QueryRowContext(t.Context(), "SELECT signed, data FROM plugin").Scan(&got, &data))
	require.Equal(t, sent, got)
	require.JSONEq(t, `{"signed":"ab\ufffd"}`, string(data))
}
