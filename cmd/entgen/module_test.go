package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// plugin creates a plugin in a separate module, without network access: a copy
// of the folder's files, and a go:generate line as in the command's
// documentation. The returned function runs the go command in it.
func plugin(t *testing.T, from string) (dir string, command func(env []string, args ...string)) {
	t.Helper()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	dir = t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(from)))
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write("generate.go", "//go:generate go tool entgen ./schema ./ent\n\npackage main\n")
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	write("go.sum", string(sums))
	ours, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	// The same requirements, so that nothing is downloaded.
	text := string(ours)
	write("go.mod", "module example.com/notes\n"+text[len("module github.com/elizago/elizago\n"):]+
		"\nrequire github.com/elizago/elizago v0.0.0\nreplace github.com/elizago/elizago => "+root+"\n")
	return dir, func(env []string, args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
		cmd.Env = append(cmd.Env, env...)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "go %v: %s", args, out)
	}
}

// A stand-in for a table of another schema owner has queries and edges, and no
// writes. Its table is not the plugin's; a foreign key to it is created. A type
// that becomes a stand-in leaves no builder behind.
func TestStandIns(t *testing.T) {
	dir, command := plugin(t, "testdata/standin")
	stale := filepath.Join(dir, "ent", "agent_create.go")
	require.NoError(t, os.MkdirAll(filepath.Dir(stale), 0o750))
	require.NoError(t, os.WriteFile(stale, []byte("package ent\n\ntype AgentCreate struct{ mutation *AgentMutation }\n"), 0o600))
	command(nil, "generate", ".")
	for _, file := range []string{"agent_create.go", "agent_update.go", "agent_delete.go", "memory_create.go"} {
		require.NoFileExists(t, filepath.Join(dir, "ent", file))
	}
	require.FileExists(t, filepath.Join(dir, "ent", "agent_query.go"))
	command([]string{"DATABASE_URL=" + pgtest.Database(t)}, "run", ".")
}

// A table has as much of a client as its schema says. A type that becomes
// read-only or a table alone leaves nothing behind.
func TestClients(t *testing.T) {
	dir, command := plugin(t, "testdata/ledger")
	for name, text := range map[string]string{
		"entry_create.go": "type EntryCreate struct{ mutation *EntryMutation }",
		"vault.go":        "type Vault struct{}",
		"vault_query.go":  "type VaultQuery struct{}",
		"vault_create.go": "type VaultCreate struct{ mutation *VaultMutation }",
		"vault/vault.go":  "",
	} {
		name = filepath.Join(dir, "ent", name)
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o750))
		require.NoError(t, os.WriteFile(name, []byte("package "+filepath.Base(filepath.Dir(name))+"\n\n"+text+"\n"), 0o600))
	}
	command(nil, "generate", ".")
	for _, file := range []string{"account_create.go", "account_update.go", "account_delete.go", "entry.go", "entry_query.go"} {
		require.FileExists(t, filepath.Join(dir, "ent", file))
	}
	for _, file := range []string{"entry_create.go", "entry_update.go", "entry_delete.go", "vault.go", "vault_query.go", "vault_create.go", "vault", "balance.go", "balance"} {
		require.NoFileExists(t, filepath.Join(dir, "ent", file))
		require.NoDirExists(t, filepath.Join(dir, "ent", file))
	}
	command([]string{"DATABASE_URL=" + pgtest.Database(t)}, "run", ".")
}

// Every annotation and every field type compiles, migrates, and takes effect.
func TestEveryDeclaration(t *testing.T) {
	_, command := plugin(t, "testdata/notes")
	command(nil, "generate", ".")
	command([]string{"DATABASE_URL=" + pgtest.Database(t)}, "run", ".")
}
