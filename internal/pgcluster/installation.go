package pgcluster

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// Installation is one PostgreSQL server found on this machine.
type Installation struct {
	BinDir    string // the folder of initdb and postgres
	Major     int    // the major version, such as 15; 0: unknown
	Version   string // such as "15.18"; set by Installations only
	ShareDir  string // the folder with the extensions; empty: not found
	HasVector bool   // pgvector is installed
}

// Installations returns the servers found, newest first. It runs each program to
// get its version. With an override only that folder is searched.
func Installations(override string) []Installation {
	found := discover(override)
	for i := range found {
		found[i].ask()
	}
	sortNewest(found)
	return found
}

// discover lists the servers found without running any program, except where a
// folder's path does not show its version.
func discover(override string) []Installation {
	var found []Installation
	seen := map[string]bool{}
	for _, dir := range candidates(override) {
		dir, err := filepath.Abs(dir) // the programs are run from elsewhere
		if err != nil {
			continue
		}
		server := filepath.Join(dir, "postgres")
		if !isProgram(server) {
			continue
		}
		real, err := filepath.EvalSymlinks(server)
		if err != nil || seen[real] {
			continue
		}
		if beside := filepath.Dir(real); isProgram(filepath.Join(beside, "initdb")) {
			dir = beside // where a link on the PATH leads, which often shows the version
		} else if !isProgram(filepath.Join(dir, "initdb")) {
			continue
		}
		seen[real] = true
		in := Installation{BinDir: dir, Major: majorInPath(dir)}
		if in.Major == 0 || override != "" {
			in.ask()
		}
		in.ShareDir = shareDir(dir, filepath.Dir(real), in.Major)
		in.HasVector = in.ShareDir != "" && exists(filepath.Join(in.ShareDir, "extension", "vector.control"))
		found = append(found, in)
	}
	sortNewest(found)
	return found
}

// isProgram reports whether path is a file that can be executed.
func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir() && info.Mode().Perm()&0o111 != 0
}

func sortNewest(found []Installation) {
	slices.SortStableFunc(found, func(a, b Installation) int { return b.Major - a.Major })
}

// candidates lists folders that may hold a server, the likeliest first.
func candidates(override string) []string {
	if override != "" {
		return []string{override}
	}
	var dirs []string
	for _, program := range []string{"postgres", "pg_ctl", "psql"} {
		path, err := exec.LookPath(program)
		if err != nil {
			continue
		}
		// /usr/bin/psql of Debian is a wrapper for all versions; the test
		// for a server beside it drops such folders.
		dirs = append(dirs, filepath.Dir(path))
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",                                // Debian, Ubuntu
		"/usr/pgsql-*/bin",                                         // Red Hat, PostgreSQL's own packages
		"/usr/lib/postgresql*/bin",                                 // openSUSE, Alpine
		"/usr/libexec/postgresql*",                                 // Alpine
		"/opt/homebrew/opt/postgresql@*/bin",                       // Homebrew
		"/opt/homebrew/opt/postgresql/bin",                         //
		"/usr/local/opt/postgresql@*/bin",                          // Homebrew on Intel
		"/usr/local/opt/postgresql/bin",                            //
		"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",          // Homebrew on Linux
		"/Applications/Postgres.app/Contents/Versions/*/bin",       // Postgres.app
		"/usr/local/pgsql/bin",                                     // built from source
		"/opt/local/lib/postgresql*/bin", "/usr/local/pgsql-*/bin", // MacPorts
	} {
		matches, _ := filepath.Glob(pattern)
		slices.Reverse(matches)
		dirs = append(dirs, matches...)
	}
	return dirs
}

var (
	pathMajor   = regexp.MustCompile(`(?:postgresql[@/-]?|pgsql-|Versions/)(\d+)(?:/|$)`)
	versionText = regexp.MustCompile(`\) ((\d+)[^\s]*)`)
)

func majorInPath(dir string) int {
	if m := pathMajor.FindStringSubmatch(dir); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return 0
}

// ask runs the server for its exact version.
func (in *Installation) ask() {
	if in.Version != "" {
		return
	}
	cmd := exec.Command(filepath.Join(in.BinDir, "postgres"), "--version")
	cmd.Env = serverEnv()
	out, err := cmd.Output()
	if m := versionText.FindStringSubmatch(string(out)); err == nil && m != nil {
		in.Version = m[1]
		in.Major, _ = strconv.Atoi(m[2])
	}
}

// shareDir finds the server's share folder, which is known by the bootstrap
// file in it. pg_config would say, but is a program to run and often not
// installed.
func shareDir(bin, realBin string, major int) string {
	for _, b := range []string{realBin, bin} {
		for _, rel := range []string{
			fmt.Sprintf("../../../../share/postgresql/%d", major), // Debian
			fmt.Sprintf("../share/postgresql@%d", major),          // Homebrew
			"../share/postgresql",
			"../share",
			"../share/pgsql",
			fmt.Sprintf("../../share/postgresql%d", major), // Alpine
			fmt.Sprintf("../../../share/postgresql%d", major),
			"../../../share/postgresql",
		} {
			if dir := filepath.Join(b, rel); exists(filepath.Join(dir, "postgres.bki")) {
				return dir
			}
		}
	}
	cmd := exec.Command(filepath.Join(bin, "pg_config"), "--sharedir")
	cmd.Env = serverEnv()
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// serverEnv is the environment of PostgreSQL's programs: what they need and
// nothing else, so that neither PGPORT and its like change what they do nor
// keys of the agent end up in the server's processes.
func serverEnv(extra ...string) []string {
	env := []string{"LC_ALL=C"}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return append(env, extra...)
}

// packageSource is where a certain version comes from.
func packageSource(major int) string {
	if runtime.GOOS == "darwin" {
		return fmt.Sprintf("`brew install postgresql@%d pgvector`", major)
	}
	return "a release has one version; postgresql.org has all: https://www.postgresql.org/download/"
}

// packageHint is the command that installs PostgreSQL and pgvector on this
// kind of machine. Where apt is, only the script knows: many releases have no
// package of pgvector.
func packageHint(major int) string {
	const script = "`make setup` (scripts/postgres.sh)"
	if runtime.GOOS == "darwin" {
		if major == 0 {
			major = 17
		}
		return fmt.Sprintf("%s or `brew install postgresql@%d pgvector`", script, major)
	}
	return script
}
