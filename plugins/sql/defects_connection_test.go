package sql

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/config"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

var connectionMisbehaviour = []misbehaviour{
	{"a second POSTGRES_URL in one process gets the first one's pool", func(t *testing.T, s *scene) {
		other := connect(t, Config{URL: tables.Database(t)})
		_, err := other.Agent(t.Context(), s.agent)
		require.ErrorIs(t, err, core.ErrNotFound, "another database")
	}},
	{"the driver is guessed from words in the URL", func(t *testing.T, _ *scene) {
		url := tables.Database(t)
		db := connect(t, Config{URL: url + map[bool]string{true: "&", false: "?"}[strings.Contains(url, "?")] + "application_name=neon.tech"})
		_, err := db.CountAgents(t.Context(), core.AgentQuery{})
		require.NoError(t, err)
	}},
	{"a second data directory is the first one, and a closed one stays closed", func(t *testing.T, _ *scene) {
		dirs := []string{pgtest.Dir(t), pgtest.Dir(t)}
		for _, mark := range []string{"CREATE TABLE public.mine (id int)", "DROP TABLE public.mine"} {
			for _, dir := range dirs {
				plugin := New(Config{DataDir: dir, BinDir: os.Getenv("ELIZA_PG_BIN")})
				db, err := plugin.Adapter.Open(t.Context())
				require.NoError(t, err)
				_, err = db.Pool().ExecContext(t.Context(), mark) // fails where the other one has been before
				require.NoError(t, err)
				require.NoError(t, plugin.Adapter.Close(context.Background()))
				require.DirExists(t, filepath.Join(dir, "pgdata"), "in the configured place")
			}
		}
	}},
	{"the size of the pool is fixed", func(t *testing.T, _ *scene) {
		plugin := New(Config{URL: tables.Database(t), MaxConns: 3})
		_, err := plugin.Adapter.Open(t.Context())
		require.NoError(t, err)
		defer func() { require.NoError(t, plugin.Adapter.Close(context.Background())) }()
		require.EqualValues(t, 3, plugin.Adapter.(*Adapter).conn.Pool().Config().MaxConns)
	}},
	{"errors of connections are swallowed", func(t *testing.T, s *scene) {
		err := s.InTx(t.Context(), func(tx core.Database) error {
			d := tx.(*Database)
			_, _ = pgtx.Exec(t.Context(), d.driver, "SELECT pg_terminate_backend(pg_backend_pid())")
			return d.CreateMemory(t.Context(), s.memory("lost"))
		})
		require.ErrorIs(t, err, core.ErrUnavailable)
	}},
	{"no transaction on the private database", func(t *testing.T, _ *scene) {
		// Whatever server the other tests are on, this one starts its own.
		dir := pgtest.Dir(t)
		s := sceneOn(t, openWith(t, Config{DataDir: dir, BinDir: os.Getenv("ELIZA_PG_BIN")}))
		var where string
		require.NoError(t, s.Pool().QueryRowContext(t.Context(), "SHOW data_directory").Scan(&where))
		require.Equal(t, filepath.Join(dir, "pgdata"), where)
		no := errors.New("no")
		require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
			require.NoError(t, tx.CreateMemory(t.Context(), s.memory("kept")))
			require.Empty(t, s.texts(t, s.all()), "others do not see it yet")
			return nil
		}))
		require.ErrorIs(t, s.InTx(t.Context(), func(tx core.Database) error {
			require.NoError(t, tx.CreateMemory(t.Context(), s.memory("lost")))
			return no
		}), no)
		require.Equal(t, []string{"kept"}, s.texts(t, s.all()))
	}},
	{"calls outside of the isolated ones do not see the transaction", func(t *testing.T, s *scene) {
		require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
			m := s.memory("seen")
			m.Embedding = unit(384, 0)
			require.NoError(t, tx.CreateMemory(t.Context(), m))
			_, err := tx.Memory(t.Context(), m.ID)
			require.NoError(t, err)
			found, err := tx.SearchMemories(t.Context(), core.MemorySearch{AgentID: s.agent, Type: m.Type, Vector: m.Embedding})
			require.NoError(t, err)
			require.Len(t, found, 1)
			require.NoError(t, tx.CreateTask(t.Context(), &core.Task{AgentID: s.agent, Name: "task"}))
			return tx.CreateComponent(t.Context(), &core.Component{EntityID: s.user, AgentID: s.agent, RoomID: s.room, Type: "profile"})
		}))
	}},
	{"refused writes are tried up to nine times", func(t *testing.T, _ *scene) {
		s := newScene(t)
		for _, statement := range []string{
			"CREATE SEQUENCE public.tries", // it counts what is rolled back, too
			`CREATE FUNCTION public.count_try() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM nextval(''public.tries''); RETURN NEW; END'`,
			"CREATE TRIGGER count_try BEFORE INSERT ON public.components FOR EACH ROW EXECUTE FUNCTION public.count_try()",
		} {
			_, err := s.Pool().ExecContext(t.Context(), statement)
			require.NoError(t, err)
		}
		err := s.CreateComponent(t.Context(), &core.Component{EntityID: core.NewID(), AgentID: s.agent, RoomID: s.room, Type: "profile"})
		require.ErrorIs(t, err, core.ErrNotFound)
		var tries int
		require.NoError(t, s.Pool().QueryRowContext(t.Context(), "SELECT last_value FROM public.tries").Scan(&tries))
		require.Equal(t, 1, tries)
	}},
}

func homeIsHome(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("PGLITE_DATA_DIR", "~/db")
	cfg, err := config.Load(t.TempDir())
	require.NoError(t, err)
	require.Equal(t, filepath.Join(home, "db"), cfg.DataDir)
	t.Setenv("PGLITE_DATA_DIR", "./.elizadb")
	cfg, err = config.Load(t.TempDir())
	require.NoError(t, err)
	require.Equal(t, "./.elizadb", cfg.DataDir, "nor is it led elsewhere")
}

func nothingIsLoaded(t *testing.T) {
	above := t.TempDir()
	below := filepath.Join(above, "below")
	require.NoError(t, os.Mkdir(below, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(above, ".env"), []byte("ELIZAGO_LOADED=yes\nSECRET_SALT=another\n"), 0o600))
	t.Chdir(below)
	connect(t, Config{URL: tables.Database(t)})
	_, loaded := os.LookupEnv("ELIZAGO_LOADED")
	require.False(t, loaded)
	cfg, err := config.Load(below)
	require.NoError(t, err)
	require.Empty(t, cfg.SecretSalt)
}
