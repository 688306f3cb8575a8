package sql

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgtest"
)

// A client program gets what the connection string says, also parameters that
// libpq does not know, can connect again, and nothing of it is on the disk while
// it runs, and so none is left by a program that is killed.
func TestClientProgramsGetTheConnection(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	url := pgtest.Database(t) + "&statement_timeout=54321&default_query_exec_mode=exec&search_path=%22a%20b%22,public&pool_max_conns=3&sslnegotiation=postgres"
	adapter := &Adapter{config: Config{URL: url, BinDir: os.Getenv("ELIZA_PG_BIN")}}
	_, err := adapter.Open(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, adapter.Close(t.Context())) }()
	cmd, release, err := adapter.ClientProgram(t.Context(), "psql", "-XAt", "-c", `\c`, "-c", `SELECT current_setting('statement_timeout'), current_setting('search_path')`,
		"-c", `\! ls -A `+dir)
	require.NoError(t, err)
	defer release()
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	require.Equal(t, `54321ms|"a b",public`, lines[len(lines)-1])
	left, err := filepath.Glob(filepath.Join(dir, "elizago*"))
	require.NoError(t, err)
	require.Empty(t, left)

	dump, release, err := adapter.ClientProgram(t.Context(), "pg_dump", "--schema-only")
	require.NoError(t, err)
	defer release()
	dump.Stderr = os.Stderr
	out, err = dump.Output()
	require.NoError(t, err)
	require.Contains(t, string(out), "PostgreSQL database dump")
}

// A folder that has client programs and no server is one to name, as the error says.
func TestClientProgramsWithoutAServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	adapter := &Adapter{config: Config{URL: "postgres://host/db", BinDir: dir}}
	_, err := adapter.findClient(t.Context(), "pg_nothing")
	require.ErrorContains(t, err, "install PostgreSQL's client programs, or name their folder with ELIZA_PG_BIN")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "pg_nothing"), nil, 0o700))
	path, err := adapter.findClient(t.Context(), "pg_nothing")
	require.NoError(t, err)
	require.Equal(t, filepath.Join(dir, "pg_nothing"), path)
}
