package pgcluster

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// fakeServer makes programs that know nothing but their version.
func fakeServer(t testing.TB, root, bin, version string) string {
	t.Helper()
	dir := filepath.Join(root, bin)
	write(t, "#!/bin/sh\necho 'postgres (PostgreSQL) "+version+"'\n", dir, "postgres")
	write(t, "#!/bin/sh\nexit 1\n", dir, "initdb")
	for _, program := range []string{"postgres", "initdb"} {
		require.NoError(t, os.Chmod(filepath.Join(dir, program), 0o755))
	}
	return dir
}

// openTree lets other users read what testing.T.TempDir made for one.
func openTree(t testing.TB, dir string) {
	t.Helper()
	require.NoError(t, os.Chmod(dir, 0o755))
	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755))
}

func TestInstallationsFindsTheServerOfThisMachine(t *testing.T) {
	t.Parallel()
	found := Installations(os.Getenv("ELIZA_PG_BIN"))
	require.NotEmpty(t, found)
	require.True(t, found[0].HasVector)
	require.NotEmpty(t, found[0].Version)
	require.FileExists(t, filepath.Join(found[0].BinDir, "initdb"))
}

// layouts are where systems put PostgreSQL: its programs, and its share folder.
var layouts = map[string]struct{ bin, share, version string }{
	"Debian":      {"usr/lib/postgresql/16/bin", "usr/share/postgresql/16", "16.2"},
	"Red Hat":     {"usr/pgsql-17/bin", "usr/pgsql-17/share", "17.1"},
	"Homebrew":    {"opt/postgresql@17/bin", "opt/postgresql@17/share/postgresql@17", "17.5 (Homebrew)"},
	"Alpine":      {"usr/libexec/postgresql16", "usr/share/postgresql16", "16.9"},
	"Arch":        {"usr/bin", "usr/share/postgresql", "18.0"},
	"Fedora":      {"usr/bin", "usr/share/pgsql", "16.3"},
	"from source": {"usr/local/pgsql/bin", "usr/local/pgsql/share", "19devel"},
}

func TestInstallationFindsShareFolderByLayout(t *testing.T) {
	t.Parallel()
	for name, test := range layouts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root, err := filepath.EvalSymlinks(t.TempDir())
			require.NoError(t, err)
			bin := fakeServer(t, root, test.bin, test.version)
			write(t, "", root, test.share, "postgres.bki")
			found := Installations(bin)
			require.Len(t, found, 1)
			require.Equal(t, filepath.Join(root, test.share), found[0].ShareDir)
			require.False(t, found[0].HasVector)
			write(t, "", root, test.share, "extension", "vector.control")
			require.True(t, Installations(bin)[0].HasVector)
		})
	}
}

func TestInstallationBehindALink(t *testing.T) {
	t.Parallel()
	root, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	bin := fakeServer(t, root, "usr/lib/postgresql/16/bin", "16.2")
	write(t, "", root, "usr/share/postgresql/16/postgres.bki")
	write(t, "", root, "usr/share/postgresql/16/extension/vector.control")
	links := filepath.Join(root, "links")
	require.NoError(t, os.Mkdir(links, 0o755))
	require.NoError(t, os.Symlink(filepath.Join(bin, "postgres"), filepath.Join(links, "postgres")))
	found := Installations(links)
	require.Len(t, found, 1)
	require.Equal(t, bin, found[0].BinDir)
	require.True(t, found[0].HasVector)
}

func TestInstallationNamedByARelativePath(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	bin := fakeServer(t, root, "pg/bin", "16.2")
	t.Chdir(root)
	require.Equal(t, bin, Installations("pg/bin")[0].BinDir)
}

func TestMajorInPath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]int{
		"/usr/lib/postgresql/15/bin":                          15,
		"/usr/pgsql-16/bin":                                   16,
		"/opt/homebrew/opt/postgresql@17/bin":                 17,
		"/usr/libexec/postgresql16":                           16,
		"/Applications/Postgres.app/Contents/Versions/18/bin": 18,
		"/usr/bin":             0,
		"/usr/local/pgsql/bin": 0,
	} {
		require.Equal(t, want, majorInPath(path), path)
	}
}

func TestSelect(t *testing.T) {
	t.Parallel()
	in := func(major int, vector bool) Installation {
		return Installation{BinDir: "/bin", Major: major, HasVector: vector}
	}
	for name, test := range map[string]struct {
		found []Installation
		major int
		want  int
		err   string
	}{
		"newest with pgvector":          {[]Installation{in(18, false), in(17, true), in(16, true)}, 0, 17, ""},
		"the cluster's own":             {[]Installation{in(18, true), in(16, true)}, 16, 16, ""},
		"the cluster's own, without":    {[]Installation{in(18, true), in(16, false)}, 16, 0, "PostgreSQL 16 in /bin has no pgvector"},
		"the cluster's own, second try": {[]Installation{in(16, false), in(16, true)}, 16, 16, ""},
		"none":                          {nil, 0, 0, "PostgreSQL is not installed"},
		"none with pgvector":            {[]Installation{in(18, false), in(17, false)}, 0, 0, "PostgreSQL 18 in /bin has no pgvector"},
		"too old":                       {[]Installation{in(12, true)}, 0, 0, "only PostgreSQL 12 is installed, and 14 or newer is needed"},
		"other major":                   {[]Installation{in(17, true), in(15, true)}, 14, 0, "made by PostgreSQL 14, and only 17 and 15 are installed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Select(test.found, test.major)
			if test.err != "" {
				require.ErrorContains(t, err, test.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.want, got.Major)
		})
	}
}
