package main

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite testdata")

// module returns an empty folder with a go.mod.
func module(t *testing.T, name string) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module "+name+"\n"), 0o600))
	return dir
}

// files returns the contents of all files below a folder.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := make(map[string]string)
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		out[path[len(dir):]] = string(text)
		return err
	}))
	return out
}

// The extras equal the golden file, and generating again changes nothing.
func TestGenerate(t *testing.T) {
	dir := module(t, "example.com/notes")
	target := filepath.Join(dir, "internal", "ent")
	require.NoError(t, run("testdata/notes/schema", target))
	first := files(t, target)

	const golden = "testdata/extras.golden"
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(first["/migrate/extras.go"]), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), first["/migrate/extras.go"], "run the test with -update")
	require.Contains(t, first["/client.go"], `"example.com/notes/internal/ent/migrate"`)
	require.Contains(t, first["/note_create.go"], "OnConflictColumns", "upsert")
	require.Contains(t, first["/note_query.go"], "ForUpdate", "lock")
	require.Contains(t, first["/client.go"], "QueryContext", "execquery")
	require.NotContains(t, first["/label.go"], "ID of the ent", "a type with a composite key")
	require.Contains(t, first["/booking/booking.go"], `MoodSoSo`, "an enumeration's constants")
	require.Contains(t, first["/migrate/schema.go"], `Comment: "Said \"aloud\" in C:\\hotel."`, "a comment with quotes")
	require.Contains(t, first["/migrate/schema.go"], `"Rooms and who \"has\" them."`)
	require.Contains(t, first["/migrate/schema.go"], `schema.Expr("'\"' || 'a\\b'")`, "an expression with quotes")

	require.NoError(t, run("./testdata/notes/schema", target))
	require.Equal(t, first, files(t, target))
	require.NoDirExists(t, ".entc")
}

func TestImportPath(t *testing.T) {
	t.Parallel()
	dir := module(t, "example.com/x/v2")
	got, err := importPath(filepath.Join(dir, "a", "b"))
	require.NoError(t, err)
	require.Equal(t, "example.com/x/v2/a/b", got)
	got, err = importPath(dir)
	require.NoError(t, err)
	require.Equal(t, "example.com/x/v2", got)

	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("// nothing\n"), 0o600))
	_, err = importPath(dir)
	require.ErrorContains(t, err, "names no module")
	_, err = importPath("/")
	require.ErrorContains(t, err, "go mod init")
}

func TestSchemaFolderMissing(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, run("nowhere", t.TempDir()), "nowhere is no folder")
	require.ErrorContains(t, run("main.go", t.TempDir()), "main.go is no folder")
	require.ErrorContains(t, run("testdata/notes/schema", "/nowhere/at/all"), "no go.mod")
}
