package pgcluster

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// snapshot lists a folder's files with their sizes and times.
func snapshot(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil && filepath.Ext(path) != ".lock" {
			files[path] = info.ModTime().String() + info.Mode().String()
		}
		return err
	}))
	return files
}

// write makes a file and its folders.
func write(t testing.TB, text string, path ...string) {
	t.Helper()
	name := filepath.Join(path...)
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
	require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
}

func TestRefusesOtherMajorVersionAndWipesNothing(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	write(t, "12\n", dir, "pgdata", "PG_VERSION")
	before := snapshot(t, dir)
	_, err := Start(t.Context(), Config{Dir: dir})
	var version *VersionError
	require.ErrorAs(t, err, &version)
	require.Equal(t, 12, version.Found)
	require.NotEmpty(t, version.Installed)
	require.ErrorContains(t, err, dir+" was made by PostgreSQL 12, and only ")
	require.ErrorContains(t, err, "elizago db dump")
	require.Equal(t, before, snapshot(t, dir))
	_, err = Start(t.Context(), Config{Dir: dir, BinDir: Installations("")[0].BinDir})
	require.ErrorContains(t, err, "set it to the folder of PostgreSQL 12")
}

func TestRefusesWhatIsNoCluster(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare func(t *testing.T, dir string)
		want    string
	}{
		"PGlite": {
			func(t *testing.T, dir string) {
				write(t, "17\n", dir, "PG_VERSION")
				write(t, "x", dir, "base", "1", "112")
			},
			"is itself a data directory of PostgreSQL 17",
		},
		"documents": {
			func(t *testing.T, dir string) { write(t, "x", dir, "thesis.tex") },
			"is no cluster of elizago (it contains thesis.tex)",
		},
		"someone's pgdata": {
			func(t *testing.T, dir string) { write(t, "15\n", dir, "pgdata", "PG_VERSION") },
			"is no cluster of elizago (it contains pgdata)",
		},
		"empty pgdata": {
			func(t *testing.T, dir string) { write(t, "", dir, "pgdata", confName) },
			"has no readable PG_VERSION",
		},
		"garbled version": {func(t *testing.T, dir string) {
			write(t, "", dir, "pgdata", confName)
			write(t, "fifteen", dir, "pgdata", "PG_VERSION")
		}, "has a PG_VERSION that cannot be read"},
		"a part is lost": {func(t *testing.T, dir string) {
			write(t, "", dir, "pgdata", confName)
			write(t, "15\n", dir, "pgdata", "PG_VERSION")
		}, "pgdata has lost a part of its data (global/pg_control), and no server can start on it"},
		"a file": {func(t *testing.T, dir string) { write(t, "", dir) }, "is a file"},
		"below a file": {func(t *testing.T, dir string) {
			require.NoError(t, os.Remove(filepath.Dir(dir)))
			write(t, "", filepath.Dir(dir))
		}, "is a file or lies below one"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parent := t.TempDir()
			dir := filepath.Join(parent, "nest", "db")
			require.NoError(t, os.Mkdir(filepath.Dir(dir), 0o755))
			test.prepare(t, dir)
			before := snapshot(t, parent)
			_, err := Start(t.Context(), Config{Dir: dir})
			var foreign *ForeignError
			require.ErrorAs(t, err, &foreign)
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, err, "set PGLITE_DATA_DIR to a new folder")
			require.Equal(t, before, snapshot(t, parent))
		})
	}
}

func TestTakesAMountPointAndForgetsNoLockFiles(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "lost+found"), 0o700))
	c := begin(t, dir)
	end(t, c)
	// "Remove the lock files" is what people do when something hangs.
	for _, name := range []string{"start.lock", "users.lock", "supervisor.lock"} {
		require.NoError(t, os.Remove(filepath.Join(dir, name)))
	}
	require.Equal(t, "1", query(t, begin(t, dir).URL(), "SELECT 1"))
}

func TestRefusesEmptyConfig(t *testing.T) {
	t.Parallel()
	_, err := Start(t.Context(), Config{})
	require.ErrorContains(t, err, "Config.Dir is empty")
}

func TestRefusesMissingServer(t *testing.T) {
	t.Parallel()
	bin := t.TempDir()
	_, err := Start(t.Context(), Config{Dir: newDir(t), BinDir: bin})
	var missing *InstallError
	require.ErrorAs(t, err, &missing)
	require.EqualError(t, err, "pgcluster: ELIZA_PG_BIN names "+bin+", which has no postgres and no initdb: unset ELIZA_PG_BIN, or set it to the folder of a PostgreSQL 14 or newer that has pgvector")

	fakeServer(t, bin, ".", "17.4")
	require.NoError(t, os.Remove(filepath.Join(bin, "initdb")))
	require.Empty(t, Installations(bin))
	_, err = Start(t.Context(), Config{Dir: newDir(t), BinDir: bin})
	require.ErrorContains(t, err, "names "+bin+", which has no initdb: unset ELIZA_PG_BIN")

	for _, nowhere := range []string{"/nonexistent/bin", os.DevNull} {
		_, err = Start(t.Context(), Config{Dir: newDir(t), BinDir: nowhere})
		require.ErrorAs(t, err, &missing)
		require.ErrorContains(t, err, "ELIZA_PG_BIN names "+nowhere+", which ")
	}
}

func TestRefusesMissingVector(t *testing.T) {
	t.Parallel()
	// A server with no share folder near it, which has no vector.control.
	bin := fakeServer(t, t.TempDir(), "bin", "17.4")
	_, err := Start(t.Context(), Config{Dir: newDir(t), BinDir: bin})
	var missing *InstallError
	require.ErrorAs(t, err, &missing)
	require.ErrorContains(t, err, "PostgreSQL 17 in "+bin+" has no pgvector: unset ELIZA_PG_BIN")
	require.NotContains(t, err.Error(), "apt")
	_, err = Select([]Installation{{BinDir: "/bin", Major: 15}}, 0)
	require.ErrorContains(t, err, "PostgreSQL 15 in /bin has no pgvector: run `make setup` (scripts/postgres.sh)")
	require.NotContains(t, err.Error(), "apt", "Debian 12 has no package of pgvector")
}

func TestServerThatDoesNotStartSaysWhy(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	_, err := Start(t.Context(), Config{Dir: dir, Settings: map[string]string{"shared_buffers": "nonsense"}})
	var failed *ServerError
	require.ErrorAs(t, err, &failed)
	require.ErrorContains(t, err, `invalid value for parameter "shared_buffers": "nonsense"`)
	require.ErrorContains(t, err, "(see "+filepath.Join(dir, "server.log")+")")
	gone(t, dir)
}

func TestSettingsCannotOpenTheCluster(t *testing.T) {
	t.Parallel()
	c, err := Start(t.Context(), Config{Dir: madeDir(t), Settings: map[string]string{
		"listen_addresses": "*", "unix_socket_permissions": "0777", "port": "6000", "work_mem": "8MB",
	}})
	require.NoError(t, err)
	defer end(t, c)
	require.Equal(t, "", query(t, c.URL(), "SHOW listen_addresses"))
	require.Equal(t, "0700", query(t, c.URL(), "SHOW unix_socket_permissions"))
	require.Equal(t, "8MB", query(t, c.URL(), "SHOW work_mem"))
}

func TestInitdbThatFailsSaysWhyAndLeavesNothing(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	bin := fakeServer(t, root, "bin", "17.4")
	write(t, "", root, "share", "postgres.bki")
	write(t, "", root, "share", "extension", "vector.control")
	write(t, "#!/bin/sh\necho 'initdb: error: the moon is wrong' >&2; exit 1\n", bin, "initdb")
	require.NoError(t, os.Chmod(filepath.Join(bin, "initdb"), 0o755))
	openTree(t, root)
	dir := newDir(t)
	_, err := Start(context.Background(), Config{Dir: dir, BinDir: bin})
	require.ErrorContains(t, err, "pgcluster: initdb for "+dir+" failed (exit status 1): the moon is wrong: check the installation with `")
	var exit *exec.ExitError
	require.NotErrorAs(t, err, &exit, "no program of the caller's has ended")
	left, _ := filepath.Glob(filepath.Join(dir, "pgdata*"))
	require.Empty(t, left)
}

// Whatever stands in the way is named in one sentence, with what to do.
func TestRefusalsAreSentencesWithANextStep(t *testing.T) {
	t.Parallel()
	mkdir := func(name string) func(*testing.T, string) string {
		return func(t *testing.T, dir string) string {
			require.NoError(t, os.MkdirAll(filepath.Join(dir, name), 0o700))
			return dir
		}
	}
	is := func(path string) func(*testing.T, string) string {
		return func(*testing.T, string) string { return path }
	}
	link := func(target string) func(*testing.T, string) string {
		return func(t *testing.T, dir string) string {
			require.NoError(t, os.Symlink(target, dir))
			return dir
		}
	}
	for name, test := range map[string]struct {
		prepare func(t *testing.T, dir string) string
		want    string
	}{
		"a long name":     {func(_ *testing.T, dir string) string { return filepath.Join(dir, strings.Repeat("x", 300)) }, "is a longer name than the file system takes: set PGLITE_DATA_DIR to a shorter path"},
		"a dangling link": {link("nowhere"), "is a symbolic link to nowhere, which leads nowhere: correct or remove the link"},
		"below one": {func(t *testing.T, dir string) string {
			return filepath.Join(link("nowhere")(t, dir), "db")
		}, "is a symbolic link to nowhere, which leads nowhere: correct or remove the link"},
		"a link to itself": {link("db"), "is a symbolic link to db, which leads nowhere: correct or remove the link"},
		"users.lock":       {mkdir("users.lock"), "users.lock is a folder, where a file of the cluster belongs: move it away or remove it"},
		"server.log":       {mkdir("server.log"), "server.log is a folder, where a file of the cluster belongs: move it away or remove it"},
		"memory":           {is("memory://"), `elizago keeps its cluster in a folder, and "memory://" names none: set PGLITE_DATA_DIR to the path of a folder`},
		"idb":              {is("idb://x"), `and "idb://x" names none`},
		"file":             {is("file://x"), `and "file://x" names none`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := test.prepare(t, newDir(t))
			_, err := Start(t.Context(), Config{Dir: dir, Settings: fast})
			require.ErrorContains(t, err, test.want)
			require.Regexp(t, `^pgcluster: [^\n]+$`, err.Error())
			require.NotRegexp(t, `\b(open|mkdir|lstat|stat|errno|EvalSymlinks) `, err.Error())
		})
	}
}

// /proc refuses new folders in words of its own; where there is none, the
// folder below the root is refused as well.
func TestRefusesAFileSystemOfTheKernel(t *testing.T) {
	t.Parallel()
	_, err := Start(t.Context(), Config{Dir: "/proc/elizago/db"})
	var refused *AccessError
	require.ErrorAs(t, err, &refused)
	require.ErrorContains(t, err, ": set PGLITE_DATA_DIR to a folder of your own")
}

func TestRefusesTheInsideOfACluster(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	_, err := Start(t.Context(), Config{Dir: filepath.Join(dir, "pgdata")})
	var foreign *ForeignError
	require.ErrorAs(t, err, &foreign)
	require.EqualError(t, err, "pgcluster: "+dir+"/pgdata is the inner data directory of a cluster of elizago: nothing was changed; set PGLITE_DATA_DIR to "+dir)
}

// A data directory that was moved out of its cluster is not sought beside it, and
// does what the words say.
func TestRefusesADataDirectoryThatWasMoved(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	moved := filepath.Join(t.TempDir(), "db")
	require.NoError(t, os.Rename(filepath.Join(dir, "pgdata"), moved))
	_, err := Start(t.Context(), Config{Dir: moved})
	require.ErrorContains(t, err, "is the inner data directory of a cluster of elizago, and not in its place: move it to be pgdata in a folder of its own, and name that folder")
	own := t.TempDir()
	require.NoError(t, os.Rename(moved, filepath.Join(own, "pgdata")))
	require.NoError(t, (&home{dir: own}).checkContent())
}

// Commands are advised under the program's own name.
func TestAdviceNamesTheProgram(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]string{
		&VersionError{Found: 12, Program: "bot"}:    "move the data with `bot db dump` and `bot db restore`",
		&VersionError{Found: 12}:                    "`elizago db dump`",
		&InUseError{PIDs: []int{7}, Program: "bot"}: "in use by process 7: end them first, or stop it under them with `bot db stop --force`",
		&InUseError{}: "`elizago db stop --force`",
	} {
		require.ErrorContains(t, err, want)
	}
	_, err := (&home{}).selectFor(Config{Program: "bot", BinDir: os.Getenv("ELIZA_PG_BIN")}, 9)
	var version *VersionError
	require.ErrorAs(t, err, &version)
	require.Equal(t, "bot", version.Program)
}
