package surroundings

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgcluster"
	"github.com/elizago/elizago/internal/pgtest"
)

// name is that of the scene's database.
func (s *scene) name(t *testing.T) string {
	t.Helper()
	return parsed(t, s.admin).Database
}

// databaseNamed gives the scene a database whose name begins so, with options of
// CREATE DATABASE.
func (s *scene) databaseNamed(t *testing.T, prefix string, options ...string) {
	t.Helper()
	other := pgtest.Database(t)
	config := parsed(t, other)
	name := prefix + " " + config.Database
	more := ""
	if len(options) > 0 {
		more = fmt.Sprintf(" %s '%s' LOCALE 'C'", options[0], options[1])
	}
	execute(t, other, "CREATE DATABASE "+quoted(name)+" TEMPLATE template0"+more)
	t.Cleanup(func() { execute(t, other, "DROP DATABASE "+quoted(name)+" WITH (FORCE)") })
	s.admin = atDatabase(config, name)
}

// atDatabase is a connection string of the server for another database.
func atDatabase(config *pgx.ConnConfig, name string) string {
	query := url.Values{"host": {config.Host}, "port": {fmt.Sprint(config.Port)}, "user": {config.User}}
	if config.Password != "" {
		query.Set("password", config.Password)
	}
	return (&url.URL{Scheme: "postgres", Path: "/" + name, RawQuery: strings.ReplaceAll(query.Encode(), "+", "%20")}).String()
}

// createdb runs a command line of createdb, in which the name may be missing, and
// gives the scene what it creates.
func (s *scene) createdb(t *testing.T, line, name string) {
	t.Helper()
	other := s.admin
	if other == "" {
		other = s.maintenance
	}
	config := parsed(t, other)
	if unnamed, found := strings.CutSuffix(line, " NAME"); found {
		line = unnamed + " '" + name + "'"
	}
	cmd := exec.CommandContext(t.Context(), "/bin/sh", "-c", line)
	cmd.Env = append(cmd.Environ(), "PATH="+filepath.Dir(client("createdb"))+":"+os.Getenv("PATH"), "PGPASSWORD="+config.Password)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	t.Cleanup(func() { execute(t, other, "DROP DATABASE "+quoted(name)+" WITH (FORCE)") })
	s.admin = atDatabase(config, name)
	s.url = s.admin
}

func parsed(t *testing.T, url string) *pgx.ConnConfig {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	require.NoError(t, err)
	return config
}

// client is the path of one of PostgreSQL's programs.
func client(name string) string {
	for _, found := range pgcluster.Installations(os.Getenv("ELIZA_PG_BIN")) {
		if path, err := exec.LookPath(filepath.Join(found.BinDir, name)); err == nil {
			return path
		}
	}
	return name
}
