package pgcluster

import (
	"time"

	"go.uber.org/zap"
)

// Config says which cluster is meant and how its server is started. Settings,
// StartTimeout and BinDir matter only to the process that starts the server;
// one that attaches takes it as it is.
type Config struct {
	// Dir is the home of the cluster. It is made when it does not exist.
	// Required; relative paths and symbolic links are resolved.
	Dir string

	// BinDir is the folder of initdb and postgres. Empty: found, see
	// Installations.
	BinDir string

	// Settings are further server settings, by name. They are given on the
	// server's command line, so they win over postgresql.conf; the few that
	// keep the cluster private cannot be overridden. Zero: none.
	Settings map[string]string

	// StartTimeout bounds the wait for a server that was started, crash
	// recovery included. A recovery that makes progress is waited for: the time
	// begins again with each of its steps. Defaults to 60 s.
	StartTimeout time.Duration

	// Program is the name of the program in the commands that errors advise.
	// Defaults to elizago.
	Program string

	// Logger receives what is worth knowing: a first initdb, a start. Nil:
	// silent.
	Logger *zap.Logger

	// forbid closes ways of running as root, so that tests can take each.
	forbid forbidden

	// need is the free space a new cluster asks for. Zero: spaceForInit.
	need uint64
}

// defaultProgram is what Config.Program defaults to.
const defaultProgram = "elizago"

// forbidden lists ways of running the server as root that are not to be tried.
type forbidden struct {
	Namespace bool // no user namespace
	Ambient   bool // no capability inside the namespace
	Account   bool // no user postgres
}

func (c Config) withDefaults() Config {
	if c.StartTimeout <= 0 {
		c.StartTimeout = 60 * time.Second
	}
	if c.Logger == nil {
		c.Logger = zap.NewNop()
	}
	if c.need == 0 {
		c.need = spaceForInit
	}
	return c
}
