package surroundings

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// row is one surrounding. It works, or the program is refused.
type row struct {
	// name is what docs/deployment.md calls it.
	name string
	// prepare makes the surrounding, and sets the scene's connection string.
	prepare func(t *testing.T, s *scene)
	// refused is a part of the words with which migrate, start and doctor refuse.
	// Empty: everything works.
	refused string
	// advice is what the document says of a refusal: what the words advise.
	advice string
	// follow does what the words advise, after which everything works. nil: the
	// advice is outside of the database, or there is none.
	follow func(t *testing.T, s *scene, words string)
	// warns is a part of the warning that a start logs. Empty: it logs none.
	warns string
	// unchecked rows cannot compare the tables, as the role may not.
	unchecked bool
	// note is what the document says of a row that works. Empty: nothing.
	note string
}

// group is a table of docs/deployment.md.
type group struct {
	title string
	rows  []row
}

// groups are all rows, in the order of the document.
var groups = []group{
	{"pgvector", extensionRows},
	{"Roles and rights", roleRows},
	{"Connection poolers", poolerRows},
	{"Encodings", encodingRows},
	{"Settings of a role or a database", settingRows},
	{"Event triggers", triggerRows},
	{"Connection strings", urlRows},
}

// quick are the rows that run without the build tag surroundings.
var quick = []string{
	"in a schema that the role may not use",
	"not in the database, and the role may not create it",
	"another role has migrated, this one may read and write",
	"PgBouncer, `pool_mode = transaction`, one connection to the server",
	"PgBouncer, `pool_mode = statement`",
	"a database in LATIN1",
	"`default_transaction_read_only`, of the database",
	"one that writes an audit row, without the name of its schema",
	"`...?sslmode=require&channel_binding=require`",
	"a password with the character `@`, not escaped",
	"`sslmode=require`, and the server has no TLS",
}

// scene is where one row is tried.
type scene struct {
	admin  string // connects a superuser to the database
	role   string // as which the program connects, if not as that
	url    string // POSTGRES_URL
	server *tcpServer
	hosted credentials // where the database is on that server
	env    []string    // further variables of the program
	inFile bool        // POSTGRES_URL is not in the environment
	// maintenance connects to another database of the server, while there is none.
	maintenance string
	dir         string // the program's working directory
	program     string
}

// TestSurroundings tries each row, and prints the table.
func TestSurroundings(t *testing.T) {
	t.Parallel()
	program, server := build(t), startTCP(t)
	table := &results{}
	t.Cleanup(func() { t.Log("\n" + table.String()) })
	for _, g := range groups {
		for _, r := range g.rows {
			if !everything && !slices.Contains(quick, r.name) {
				continue
			}
			t.Run(g.title+"/"+r.name, func(t *testing.T) {
				t.Parallel()
				s := &scene{dir: t.TempDir(), program: program, server: server}
				r.prepare(t, s)
				if s.url == "" && !s.inFile {
					s.url = s.admin
				}
				result := table.add(g.title, r)
				if r.refused != "" {
					words := s.refused(t, r, result)
					if r.follow == nil {
						return
					}
					r.follow(t, s, words)
				}
				s.works(t, r, result)
			})
		}
	}
}

// database gives the scene an empty database, and returns its quoted name.
func (s *scene) database(t *testing.T) string {
	t.Helper()
	s.admin = pgtest.Database(t)
	config, err := pgx.ParseConfig(s.admin)
	require.NoError(t, err)
	return quoted(config.Database)
}

// exec executes statements as a superuser.
func (s *scene) exec(t *testing.T, statements ...string) {
	t.Helper()
	execute(t, s.admin, statements...)
}

func execute(t *testing.T, url string, statements ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(ctx)) }()
	for _, statement := range statements {
		_, err := conn.Exec(ctx, statement, pgx.QueryExecModeSimpleProtocol)
		require.NoError(t, err, statement)
	}
}

// query returns one value, as a superuser.
func query[T any](t *testing.T, s *scene, statement string) (value T) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.admin)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(context.WithoutCancel(t.Context()))) }()
	require.NoError(t, conn.QueryRow(t.Context(), statement).Scan(&value), statement)
	return value
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }

// file is a path in the program's working directory.
func (s *scene) file(name string) string { return filepath.Join(s.dir, name) }

// write writes a file there.
func (s *scene) write(t *testing.T, name, content string) string {
	t.Helper()
	require.NoError(t, os.WriteFile(s.file(name), []byte(content), 0o600))
	return s.file(name)
}
