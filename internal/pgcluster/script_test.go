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
	cmd.Env = append(os.Environ(), "ELIZA_PG_BIN="+bin, "POSTGRES_URL=")
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
	cmd.Env = append(os.Environ(), "ELIZA_PG_BIN=/nonexistent", "POSTGRES_URL=")
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "correct it or unset it")
}

func TestScriptKnowsWhenNoLocalServerIsNeeded(t *testing.T) {
	t.Parallel()
	script, err := filepath.Abs("../../scripts/postgres.sh")
	require.NoError(t, err)
	const url = "postgres://db.example/one"
	needless := func(name string) string { return "postgres: " + name + " is set, nothing to install\n" }
	const wrong = "/nonexistent"
	for name, test := range map[string]struct {
		dotenv string
		env    []string
		args   []string
		want   string // empty: it looks for a server and finds none
	}{
		"neither":                    {},
		"environment":                {env: []string{"POSTGRES_URL=" + url}, want: needless("POSTGRES_URL")},
		".env":                       {dotenv: "A=1\nPOSTGRES_URL=" + url + "\n", want: needless("POSTGRES_URL")},
		".env, exported and quoted":  {dotenv: "export POSTGRES_URL = \"" + url + "\" # mine\r\n", want: needless("POSTGRES_URL")},
		".env, no newline":           {dotenv: "POSTGRES_URL='" + url + "'", want: needless("POSTGRES_URL")},
		".env, empty":                {dotenv: "POSTGRES_URL=\nPOSTGRES_URL=\"\"\n"},
		".env, only a comment":       {dotenv: "POSTGRES_URL= # none\n"},
		".env, commented out":        {dotenv: "# POSTGRES_URL=" + url + "\nMY_POSTGRES_URL=" + url + "\n"},
		".env, later emptied":        {dotenv: "POSTGRES_URL=" + url + "\nPOSTGRES_URL=\n"},
		"tests need their own":       {env: []string{"POSTGRES_URL=" + url}, args: []string{"--local"}},
		"tests with a server":        {env: []string{"ELIZA_TEST_POSTGRES_URL=" + url}, args: []string{"--local"}, want: needless("ELIZA_TEST_POSTGRES_URL")},
		"that is the tests' alone":   {env: []string{"ELIZA_TEST_POSTGRES_URL=" + url}},
		"a value is not run":         {dotenv: "POSTGRES_URL=$(touch ran)\n", want: needless("POSTGRES_URL")},
		"an option that is not":      {args: []string{"--lokal"}, want: "postgres: --lokal is no option: there are --check and --local\n"},
		"the folder of the programs": {dotenv: "ELIZA_PG_BIN=" + wrong + "/dotenv\n", env: []string{"ELIZA_PG_BIN="}, want: "postgres: ELIZA_PG_BIN names " + wrong + "/dotenv, which has no PostgreSQL 14 or newer with initdb, psql and pg_dump: correct it or unset it\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, test.dotenv, dir, ".env")
			cmd := exec.Command(script, test.args...)
			cmd.Dir = dir
			cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "ELIZA_PG_BIN=" + wrong}, test.env...)
			out, _ := cmd.CombinedOutput()
			want := test.want
			if want == "" {
				want = "postgres: ELIZA_PG_BIN names " + wrong + ", which has no PostgreSQL 14 or newer with initdb, psql and pg_dump: correct it or unset it\n"
			}
			require.Equal(t, want, string(out))
			require.NoFileExists(t, filepath.Join(dir, "ran"))
		})
	}
}
