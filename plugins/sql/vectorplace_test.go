package sql

import (
	"context"
	"database/sql"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgtest"
)

// everyStatementWithVectors runs each kind of statement that names a type or an
// operator of pgvector.
func everyStatementWithVectors(t *testing.T, db *Database) {
	t.Helper()
	s := sceneIn(t, db)
	with := func(text string, axis int) *core.Memory {
		m := s.memory(text)
		m.Embedding = unit(384, axis)
		return m
	}
	one := with("one", 1)
	require.NoError(t, s.CreateMemory(t.Context(), one))
	require.NoError(t, s.CreateMemories(t.Context(), []*core.Memory{with("two", 2), with("three", 3)}))
	isNew, err := s.CreateMemoryOnce(t.Context(), with("one again", 1), core.Deduplication{})
	require.NoError(t, err)
	require.False(t, isNew)
	done := make(chan error)
	for axis := range 8 {
		go func() { done <- s.CreateMemory(t.Context(), with("many", 10+axis)) }()
	}
	for range 8 {
		require.NoError(t, <-done)
	}
	plain := s.memory("plain")
	require.NoError(t, s.CreateMemory(t.Context(), plain))
	require.NoError(t, s.SetEmbedding(t.Context(), plain.ID, unit(384, 30)))
	got, err := s.Memory(t.Context(), plain.ID)
	require.NoError(t, err)
	require.Equal(t, unit(384, 30), got.Embedding)
	found, err := s.SearchMemories(t.Context(), core.MemorySearch{AgentID: s.agent, Type: one.Type, Vector: unit(384, 2)})
	require.NoError(t, err)
	require.Equal(t, "two", found[0].Content.Text)
	_, err = s.HybridSearchMemories(t.Context(), core.HybridSearch{
		MemorySearch: core.MemorySearch{AgentID: s.agent, Type: one.Type, Vector: unit(384, 3)}, Text: "three",
	})
	require.NoError(t, err)
	require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
		_, err := tx.SearchMemories(t.Context(), core.MemorySearch{AgentID: s.agent, Type: one.Type, Vector: unit(384, 2)})
		return err
	}))
	require.NoError(t, s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{AgentID: s.agent, Dimension: 512, Embed: func(_ context.Context, texts []string) ([][]float32, error) {
		return slices.Repeat([][]float32{unit(512, 7)}, len(texts)), nil
	}}))
}

// pgvector may be in any schema, also one that the search_path lacks.
func TestVectorsWorkInAnySchema(t *testing.T) {
	t.Parallel()
	for _, schema := range []string{"extensions", `Vector "types"`} {
		url := pgtest.Database(t)
		moveVector(t, url, schema)
		everyStatementWithVectors(t, openWith(t, Config{URL: url, SecretSalt: saltOfTests}))
	}
}

// It may even be moved while the program runs.
func TestVectorsWorkAfterTheExtensionWasMoved(t *testing.T) {
	t.Parallel()
	url := tables.Database(t)
	s := sceneIn(t, connect(t, Config{URL: url, SecretSalt: saltOfTests, MaxConns: 1}))
	m := s.memory("before")
	m.Embedding = unit(384, 1)
	require.NoError(t, s.CreateMemory(t.Context(), m))
	s.exec(t, `CREATE SCHEMA elsewhere`)
	s.exec(t, `ALTER EXTENSION vector SET SCHEMA elsewhere`)
	search := core.MemorySearch{AgentID: s.agent, Type: m.Type, Vector: unit(384, 1)}
	_, _ = s.SearchMemories(t.Context(), search) // notices
	found, err := s.SearchMemories(t.Context(), search)
	require.NoError(t, err)
	require.Len(t, found, 1)
}

func moveVector(t *testing.T, url, schema string) {
	t.Helper()
	db, err := sql.Open("pgx", url)
	require.NoError(t, err)
	defer db.Close()
	for _, statement := range []string{
		`DROP EXTENSION IF EXISTS vector`, `CREATE SCHEMA ` + quoted(schema), `CREATE EXTENSION vector SCHEMA ` + quoted(schema),
	} {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err, statement)
	}
}

// The errors of Check say what to run, and it helps.
func TestCheckSaysWhatToRun(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		e    extension
		want string
	}{
		"old": {extension{version: "0.5.1", usable: true, owner: "postgres", offered: "0.8.0"},
			`sql: pgvector 0.5.1 is too old: elizago needs 0.7.0 or newer, and the server has 0.8.0: run ALTER EXTENSION vector UPDATE; as role "postgres"`},
		"old files": {extension{version: "0.6.2", usable: true, owner: "me", offered: "0.6.2"},
			`sql: pgvector 0.6.2 is too old: elizago needs 0.7.0 or newer: install it on the server, then run ALTER EXTENSION vector UPDATE; as role "me"`},
		"new":      {extension{version: "0.7.0", usable: true}, ""},
		"newer":    {extension{version: "0.10.1", usable: true}, ""},
		"a letter": {extension{version: "0.9.0-dev", usable: true}, ""},
	} {
		if err := test.e.check(); test.want != "" {
			require.EqualError(t, err, test.want, name)
		} else {
			require.NoError(t, err, name)
		}
	}

	url := pgtest.Database(t)
	moveVector(t, url, "extensions")
	admin, err := sql.Open("pgx", url)
	require.NoError(t, err)
	defer admin.Close()
	role := "app_" + uuid.NewString()
	for _, statement := range []string{`CREATE ROLE ` + quoted(role), `GRANT ` + quoted(role) + ` TO CURRENT_USER`} {
		_, err := admin.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	adapter := &Adapter{config: Config{URL: url + "&role=" + role, Logger: zap.NewNop()}}
	_, err = adapter.Open(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, adapter.Close(t.Context())) }()
	err = adapter.Check(t.Context())
	require.ErrorContains(t, err, `sql: pgvector is in the schema extensions, which role "`+role+`" may not use: run GRANT USAGE`)
	_, err = admin.ExecContext(t.Context(), `GRANT USAGE ON SCHEMA "extensions" TO `+quoted(role))
	require.NoError(t, err)
	require.NoError(t, adapter.Check(t.Context()))
	_, err = admin.ExecContext(t.Context(), `DROP OWNED BY `+quoted(role)+`; DROP ROLE `+quoted(role))
	require.NoError(t, err)
}

// In session mode a pooler with one connection keeps every other one waiting.
func TestCheckRefusesAPoolerOfOneConnection(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string]error{"session": errOneConnection, "transaction": nil} {
		adapter := &Adapter{config: Config{URL: pgtest.BouncerMode(t, pgtest.Database(t), 1, mode), Logger: zap.NewNop()}}
		_, err := adapter.Open(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, adapter.Check(t.Context()), mode)
		require.NoError(t, adapter.Close(t.Context()))
	}
}

func TestCheckRefusesAPoolerWithoutTransactions(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string]bool{"statement": false, "transaction": true, "session": true} {
		adapter := &Adapter{config: Config{URL: pgtest.BouncerMode(t, pgtest.Database(t), 2, mode), Logger: zap.NewNop()}}
		_, err := adapter.Open(t.Context())
		require.NoError(t, err)
		err = adapter.Check(t.Context())
		if want {
			require.NoError(t, err, mode)
		} else {
			require.EqualError(t, err, errStatementMode.Error())
		}
		require.NoError(t, adapter.Close(t.Context()))
	}
}
