package pgcluster

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// check runs scripts/postgres.sh --check and returns what it says. It looks
// in the same places as this package and must come to the same answers.
func check(t testing.TB, bin string) (said string, ok bool) {
	t.Helper()
	cmd := exec.Command("../../scripts/postgres.sh", "--check")
	cmd.Env = append(os.Environ(), "ELIZA_PG_BIN="+bin)
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

func TestScriptFindsWhatThisPackageFinds(t *testing.T) {
	t.Parallel()
	said, ok := check(t, os.Getenv("ELIZA_PG_BIN"))
	require.True(t, ok, said)
	require.Equal(t, "are here", said[strings.LastIndex(said, "are here"):len(said)-1])
	require.Equal(t, 1, strings.Count(said, "\n"))
}

func TestScriptKnowsTheSameLayouts(t *testing.T) {
	t.Parallel()
	for name, layout := range layouts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			bin := fakeServer(t, root, layout.bin, layout.version)
			said, ok := check(t, bin)
			require.False(t, ok)
			require.Contains(t, said, "missing", "without psql and pg_dump it is not complete")
			for _, program := range []string{"psql", "pg_dump"} {
				require.NoError(t, os.Symlink("initdb", filepath.Join(bin, program)))
			}
			write(t, "", root, layout.share, "postgres.bki")
			said, ok = check(t, bin)
			require.False(t, ok)
			require.Contains(t, said, "pgvector is missing from PostgreSQL "+layout.version[:2]+" in "+bin)
			write(t, "", root, layout.share, "extension", "vector.control")
			write(t, "", root, layout.share, "extension", "vector--0.8.0.sql")
			said, ok = check(t, bin)
			require.True(t, ok, said)
			require.Equal(t, "postgres: PostgreSQL "+layout.version[:2]+" and pgvector are here\n", said)
		})
	}
}

func TestScriptNamesTheWayOutOfAWrongOverride(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("../../scripts/postgres.sh")
	cmd.Env = append(os.Environ(), "ELIZA_PG_BIN=/nonexistent")
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "correct it or unset it")
}
