package sql

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// kill ends all connections of the pool but one, as a restart would.
func kill(t *testing.T, s *scene) {
	t.Helper()
	_, err := s.Pool().ExecContext(t.Context(), `
		SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	require.NoError(t, err)
}

// Connections that died in the pool are replaced silently.
func TestDeadConnectionsAreReplaced(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for range 3 {
		// Several connections at once, so that dead ones are left in the pool.
		ready, held := make(chan error), make(chan struct{})
		for range 4 {
			go func() {
				ready <- s.InTx(context.Background(), func(core.Database) error {
					ready <- nil
					<-held
					return nil
				})
			}()
		}
		for range 4 {
			require.NoError(t, <-ready)
		}
		close(held)
		for range 4 {
			require.NoError(t, <-ready)
		}
		kill(t, s)
		for range 5 {
			require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
				return tx.CreateMemory(t.Context(), s.memory("after"))
			}))
		}
		kill(t, s)
		for range 5 {
			_, err := s.Memories(t.Context(), s.all())
			require.NoError(t, err)
		}
	}
}

// The agent that an embedding's state is of is read, and so asked for again.
func TestEmbeddingStateOnADeadConnection(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for range 5 {
		ready, held := make(chan error), make(chan struct{})
		for range 3 { // so that the pool has several that die
			go func() {
				ready <- s.InTx(context.Background(), func(core.Database) error {
					ready <- nil
					<-held
					return nil
				})
			}()
		}
		for range 3 {
			require.NoError(t, <-ready)
		}
		close(held)
		for range 3 {
			require.NoError(t, <-ready)
		}
		kill(t, s)
		_, err := s.EmbeddingState(t.Context(), s.agent)
		require.NoError(t, err)
	}
}

// A transaction that loses its connection fails as a whole, in one sentence.
func TestALostTransactionIsAnError(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	err := s.InTx(t.Context(), func(tx core.Database) error {
		require.NoError(t, tx.CreateMemory(t.Context(), s.memory("lost")))
		kill(t, s)
		return tx.CreateMemory(t.Context(), s.memory("lost too"))
	})
	require.ErrorContains(t, err, "the database went away: try again when it is back")
	require.NotContains(t, err.Error(), "\n")
	require.Empty(t, s.texts(t, s.all()))
}
