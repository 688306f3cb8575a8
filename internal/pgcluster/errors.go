package pgcluster

import (
	"cmp"
	"fmt"
	"strings"
)

// VersionError is returned if a cluster was created by a major version of
// PostgreSQL that is not installed. The data is untouched.
type VersionError struct {
	Dir       string // the home of the cluster
	Found     int    // the major version that created it
	Installed []int  // the major versions that are installed, newest first
	Override  string // Config.BinDir; no other folder was looked at. Empty: everywhere
	Program   string // Config.Program
}

// Error names both versions, and says how to move the data.
func (e *VersionError) Error() string {
	have := "no PostgreSQL is installed"
	if len(e.Installed) > 0 {
		have = "only " + joinInts(e.Installed) + " is installed"
		if len(e.Installed) > 1 {
			have = "only " + joinInts(e.Installed) + " are installed"
		}
	}
	if e.Override != "" {
		return fmt.Sprintf("pgcluster: %s was made by PostgreSQL %d, and ELIZA_PG_BIN names PostgreSQL %s in %s: unset ELIZA_PG_BIN, or set it to the folder of PostgreSQL %d",
			e.Dir, e.Found, joinInts(e.Installed), e.Override, e.Found)
	}
	return fmt.Sprintf("pgcluster: %s was made by PostgreSQL %d, and %s: install PostgreSQL %d and pgvector for it (%s), then keep it or move the data with `%[6]s db dump` and `%[6]s db restore`",
		e.Dir, e.Found, have, e.Found, packageSource(e.Found), cmp.Or(e.Program, defaultProgram))
}

// ForeignError is returned for a folder with contents other than a cluster of
// this package. The folder is untouched.
type ForeignError struct {
	Dir     string // the folder
	Version string // the PG_VERSION found in it; empty when there is none
	Reason  string // what is wrong, as the end of a sentence about Dir
	Home    string // the home that was probably meant; empty when unknown
}

// Error says what was found and that another folder is needed.
func (e *ForeignError) Error() string {
	if e.Home != "" {
		return fmt.Sprintf("pgcluster: %s %s: nothing was changed; set PGLITE_DATA_DIR to %s", e.Dir, e.Reason, e.Home)
	}
	return fmt.Sprintf("pgcluster: %s %s: nothing was changed; set PGLITE_DATA_DIR to a new folder, or POSTGRES_URL to a server", e.Dir, e.Reason)
}

// InstallError is returned if a part of PostgreSQL is not installed.
type InstallError struct {
	Missing  string // what is missing, as the start of a sentence
	Major    int    // the version it is missing for; 0 when none is installed
	Override string // Config.BinDir; no other folder was looked at. Empty: everywhere
}

// Error names the missing part and the commands that install it.
func (e *InstallError) Error() string {
	if e.Override != "" {
		return fmt.Sprintf("pgcluster: %s: unset ELIZA_PG_BIN, or set it to the folder of a PostgreSQL %d or newer that has pgvector", e.Missing, oldestMajor)
	}
	return fmt.Sprintf("pgcluster: %s: run %s, or set POSTGRES_URL to a server", e.Missing, packageHint(e.Major))
}

// InUseError is returned by Stop if processes use the cluster. It was not
// stopped.
type InUseError struct {
	Dir     string // the home of the cluster
	PIDs    []int  // the processes, if the system shows them; may be empty
	Program string // Config.Program
}

// Error names the processes if they are known.
func (e *InUseError) Error() string {
	who := "other processes"
	if len(e.PIDs) == 1 {
		who = fmt.Sprintf("process %d", e.PIDs[0])
	} else if len(e.PIDs) > 1 {
		who = "processes " + joinInts(e.PIDs)
	}
	return fmt.Sprintf("pgcluster: %s is in use by %s: end them first, or stop it under them with `%s db stop --force`", e.Dir, who, cmp.Or(e.Program, defaultProgram))
}

// SpaceError is returned if the disk is full.
type SpaceError struct {
	Dir  string // the folder that needs space
	Need uint64 // bytes needed; 0: unknown, a write failed
	Free uint64 // bytes free at the time of the error
}

// Error says how much is needed and free.
func (e *SpaceError) Error() string {
	if e.Need == 0 {
		return fmt.Sprintf("pgcluster: no space left on the disk of %s (%s free): free some, no data is lost, then start again", e.Dir, megabytes(e.Free))
	}
	return fmt.Sprintf("pgcluster: a new cluster needs about %s and the disk of %s has %s free: free some, or set PGLITE_DATA_DIR to a folder on another disk", megabytes(e.Need), e.Dir, megabytes(e.Free))
}

// AccessError is returned if the operating system denies access.
type AccessError struct {
	Dir    string // the folder concerned
	Reason string // what is denied and why, as the start of a sentence
	Fix    string // what to do about it

	cause error // the operating system's error; may be nil
}

// Unwrap returns the operating system's error, or nil.
func (e *AccessError) Unwrap() error { return e.cause }

// Error gives the reason and what to do.
func (e *AccessError) Error() string {
	return fmt.Sprintf("pgcluster: %s: %s", e.Reason, e.Fix)
}

// ServerError is returned if the server did not start, or ended at once.
type ServerError struct {
	Dir    string // the home of the cluster
	Reason string // the server's message
	Log    string // the path of the server's log
}

// Error gives the server's own reason and the path of its log.
func (e *ServerError) Error() string {
	return fmt.Sprintf("pgcluster: the server of %s did not start: %s (see %s)", e.Dir, e.Reason, e.Log)
}

func megabytes(n uint64) string { return fmt.Sprintf("%d MB", n>>20) }

func joinInts(ns []int) string {
	parts := make([]string, len(ns))
	for i, n := range ns {
		parts[i] = fmt.Sprint(n)
	}
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}
