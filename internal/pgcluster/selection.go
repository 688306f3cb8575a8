package pgcluster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// oldestMajor is the oldest PostgreSQL this project is made for.
const oldestMajor = 14

// Select returns the server for a cluster: for a new one (major 0) the newest
// that has pgvector, for an existing one that of its major version. The error is
// an *InstallError, or a *VersionError with no Dir.
func Select(found []Installation, major int) (Installation, error) {
	if len(found) == 0 {
		return Installation{}, &InstallError{Missing: "PostgreSQL is not installed", Major: major}
	}
	var majors []int
	var bare *Installation
	for i, in := range found {
		if in.Major != 0 && !slices.Contains(majors, in.Major) {
			majors = append(majors, in.Major)
		}
		switch {
		case major != 0 && in.Major != major, major == 0 && in.Major < oldestMajor:
		case in.HasVector:
			return in, nil
		case bare == nil:
			bare = &found[i]
		}
	}
	switch {
	case bare != nil:
		return Installation{}, &InstallError{
			Major:   bare.Major,
			Missing: fmt.Sprintf("PostgreSQL %d in %s has no pgvector", bare.Major, bare.BinDir),
		}
	case major != 0:
		return Installation{}, &VersionError{Found: major, Installed: majors}
	}
	return Installation{}, &InstallError{
		Missing: fmt.Sprintf("only PostgreSQL %s is installed, and %d or newer is needed", joinInts(majors), oldestMajor),
	}
}

// selectFor chooses the server for h: for a new cluster when major is 0.
func (h *home) selectFor(cfg Config, major int) (Installation, error) {
	binDir := cfg.BinDir
	found := discover(binDir)
	if len(found) == 0 && binDir != "" {
		return Installation{}, &InstallError{Missing: lacking(binDir), Major: major, Override: binDir}
	}
	in, err := Select(found, major)
	var version *VersionError
	if errors.As(err, &version) {
		version.Dir, version.Override, version.Program = h.dir, binDir, cfg.Program
	}
	var missing *InstallError
	if errors.As(err, &missing) {
		missing.Override = binDir
	}
	return in, err
}

// lacking says what keeps an override folder from being a server's.
func lacking(binDir string) string {
	info, err := os.Stat(binDir)
	switch {
	case err != nil:
		return fmt.Sprintf("ELIZA_PG_BIN names %s, which cannot be read (%s)", binDir, cause(err))
	case !info.IsDir():
		return fmt.Sprintf("ELIZA_PG_BIN names %s, which is no folder", binDir)
	}
	var names []string
	for _, name := range []string{"postgres", "initdb"} {
		if !isProgram(filepath.Join(binDir, name)) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		names = []string{"a working postgres"} // a link that leads nowhere
	}
	return fmt.Sprintf("ELIZA_PG_BIN names %s, which has no %s", binDir, strings.Join(names, " and no "))
}

// dataVersion is the major version that made pgdata; 0 when there is none.
// Anything else under that name is refused.
func (h *home) dataVersion() (int, error) {
	if !exists(h.data()) {
		return 0, nil
	}
	foreign := &ForeignError{Dir: h.data()}
	text, err := os.ReadFile(filepath.Join(h.data(), "PG_VERSION"))
	if err != nil {
		foreign.Reason = "has no readable PG_VERSION, so it is no data directory of PostgreSQL (" + cause(err) + ")"
		return 0, foreign
	}
	foreign.Version = strings.TrimSpace(string(text))
	major, err := strconv.Atoi(foreign.Version)
	if err != nil || major <= 0 {
		foreign.Reason = fmt.Sprintf("has a PG_VERSION that cannot be read: %.20q", foreign.Version)
		return 0, foreign
	}
	if control := filepath.Join("global", "pg_control"); !exists(filepath.Join(h.data(), control)) {
		foreign.Reason = "has lost a part of its data (" + control + "), and no server can start on it"
		return 0, foreign
	}
	return major, nil
}
