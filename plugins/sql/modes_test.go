package sql

import (
	"testing"

	"github.com/google/uuid"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/core/databasetest"
)

var modes = []string{"cache_statement", "cache_describe", "describe_exec", "exec", "simple_protocol"}

// inMode is a connection string that chooses a way of sending statements.
func inMode(t testing.TB, mode string) Config {
	return Config{URL: tables.Database(t) + "&default_query_exec_mode=" + mode, SecretSalt: saltOfTests}
}

// Where statements are sent without the types of their parameters, the stores
// have to say what is what: JSON above all, clean and not.
func TestConformanceWithoutTypes(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"exec", "simple_protocol"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			databases := &lender{open: func() *Database { return connect(t, inMode(t, mode)) }}
			databasetest.RunParts(t, databases.lend, "Cleaning", "Tasks", "Servers", "Channels", "AgentRuns", "Identities")
		})
	}
}

// Every way in which pgx sends statements can be chosen in the connection
// string, and what it sends then differs: parameters as text, and without their
// types.
func TestModesOfSendingStatements(t *testing.T) {
	t.Parallel()
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			s := sceneIn(t, connect(t, inMode(t, mode)))
			ctx := t.Context()
			use := func(tx core.Database) error {
				require.NoError(t, tx.SaveCache(ctx, core.CacheEntry{AgentID: s.agent, Key: "k", Value: []byte(`{"a": "\u0000x"}`)}))
				value, err := tx.Cache(ctx, s.agent, "k")
				require.NoError(t, err)
				require.JSONEq(t, `{"a": "x"}`, string(value))
				require.NoError(t, tx.DeleteCache(ctx, s.agent, "k"))

				m := s.memory("hello")
				m.Embedding = unit(384, 3)
				require.NoError(t, tx.CreateMemory(ctx, m))
				got, err := tx.Memory(ctx, m.ID)
				require.NoError(t, err)
				require.Equal(t, m.Embedding, got.Embedding)
				like := s.memory("hello again")
				like.Embedding = m.Embedding
				isNew, err := tx.CreateMemoryOnce(ctx, like, core.Deduplication{})
				require.NoError(t, err)
				require.False(t, isNew)
				require.NoError(t, tx.UpdateMemory(ctx, core.MemoryUpdate{ID: m.ID, Embedding: unit(384, 5)}))
				search := core.MemorySearch{AgentID: s.agent, Type: m.Type, Vector: unit(384, 5)}
				found, err := tx.SearchMemories(ctx, search)
				require.NoError(t, err)
				require.Equal(t, m.ID, found[0].ID)
				many := []*core.Memory{s.memory("a"), s.memory("b")}
				many[0].Embedding = unit(384, 7)
				require.NoError(t, tx.CreateMemories(ctx, many))
				n, err := tx.DeleteMemories(ctx, []uuid.UUID{m.ID, like.ID, many[0].ID, many[1].ID})
				require.NoError(t, err)
				require.Equal(t, 4, n)
				return nil
			}
			require.NoError(t, use(s.Database))
			require.NoError(t, s.InTx(ctx, use))
		})
	}
}
