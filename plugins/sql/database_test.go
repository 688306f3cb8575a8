package sql

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// open returns the store on a database of its own, with the core tables.
func open(t *testing.T) *Database {
	t.Helper()
	return connect(t, Config{URL: tables.Database(t), SecretSalt: saltOfTests})
}

// openWith is connect on a database that may not have the core tables yet.
func openWith(t testing.TB, config Config) *Database {
	t.Helper()
	db := connect(t, config)
	engine, err := migration.New(migration.Config{DB: db.Pool(), Logger: zap.NewNop()})
	require.NoError(t, err)
	plugin := New(config)
	_, err = engine.Run(t.Context(), []migration.Unit{{Plugin: plugin.Name, Schema: *plugin.Schema}}, migration.Options{})
	require.NoError(t, err)
	return db
}

// scene is an agent in a room with one user.
type scene struct {
	*Database
	agent, world, room, user uuid.UUID
}

func newScene(t *testing.T) *scene {
	t.Helper()
	return sceneIn(t, open(t))
}

func sceneIn(t *testing.T, d *Database) *scene {
	t.Helper()
	s := &scene{Database: d}
	s.agent = s.addAgent(t, "Ada")
	s.world, s.room = core.NewID(), core.NewID()
	require.NoError(t, s.SaveWorld(t.Context(), &core.World{ID: s.world, AgentID: s.agent, Name: "cli"}))
	require.NoError(t, s.SaveRoom(t.Context(), &core.Room{
		ID: s.room, AgentID: s.agent, WorldID: s.world, Name: "main", Source: "cli", Type: core.ChannelDM,
	}))
	s.user = s.addEntity(t, "grace")
	return s
}

func (s *scene) addAgent(t *testing.T, name string) uuid.UUID {
	t.Helper()
	agent := &core.Agent{Character: core.Character{Name: name}, Enabled: true}
	require.NoError(t, s.SaveAgent(t.Context(), agent))
	return agent.ID
}

func (s *scene) addEntity(t *testing.T, name string) uuid.UUID {
	t.Helper()
	id := core.NewID()
	require.NoError(t, s.SaveEntity(t.Context(), &core.Entity{ID: id, AgentID: s.agent, Names: []string{name}}))
	return id
}

// memory is one that can be saved.
func (s *scene) memory(text string) *core.Memory {
	return &core.Memory{
		Type: core.MemoryMessages, AgentID: s.agent, EntityID: s.user, RoomID: s.room, WorldID: s.world,
		Content: core.Content{Text: text},
	}
}

func (s *scene) texts(t *testing.T, query core.MemoryQuery) []string {
	t.Helper()
	memories, err := s.Memories(t.Context(), query)
	require.NoError(t, err)
	texts := []string{}
	for _, m := range memories {
		texts = append(texts, m.Content.Text)
	}
	return texts
}

func (s *scene) all() core.MemoryQuery {
	return core.MemoryQuery{AgentID: s.agent, Type: core.MemoryMessages}
}

func TestInTxCommitsAndRollsBack(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	failure := errors.New("no")
	err := s.InTx(t.Context(), func(tx core.Database) error {
		require.NoError(t, tx.CreateMemory(t.Context(), s.memory("lost")))
		return failure
	})
	require.ErrorIs(t, err, failure)
	require.Panics(t, func() {
		_ = s.InTx(t.Context(), func(tx core.Database) error {
			require.NoError(t, tx.CreateMemory(t.Context(), s.memory("lost too")))
			panic("no")
		})
	})
	require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
		return tx.CreateMemory(t.Context(), s.memory("kept"))
	}))
	require.Equal(t, []string{"kept"}, s.texts(t, s.all()))
}

func TestInTxIsInvisibleUntilItCommits(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
		require.NoError(t, tx.CreateMemory(t.Context(), s.memory("one")))
		require.Empty(t, s.texts(t, s.all()), "others do not see it")
		seen, err := tx.Memories(t.Context(), s.all())
		require.NoError(t, err)
		require.Len(t, seen, 1, "the transaction does")
		return nil
	}))
	require.Len(t, s.texts(t, s.all()), 1)
}

func TestInTxNests(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	failure := errors.New("no")
	require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
		require.NoError(t, tx.CreateMemory(t.Context(), s.memory("outer")))
		for range 2 { // the second savepoint has the first one's name
			require.ErrorIs(t, tx.InTx(t.Context(), func(inner core.Database) error {
				require.NoError(t, inner.CreateMemory(t.Context(), s.memory("undone")))
				// A statement that fails would spoil the whole transaction.
				require.ErrorIs(t, inner.CreateMemory(t.Context(), &core.Memory{Type: "x", AgentID: core.NewID()}), core.ErrNotFound)
				return failure
			}), failure)
		}
		return tx.InTx(t.Context(), func(inner core.Database) error {
			return inner.InTx(t.Context(), func(innermost core.Database) error {
				return innermost.CreateMemory(t.Context(), s.memory("deep"))
			})
		})
	}))
	require.ElementsMatch(t, []string{"outer", "deep"}, s.texts(t, s.all()))
}

func TestInTxEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := s.InTx(ctx, func(tx core.Database) error {
		require.NoError(t, tx.CreateMemory(ctx, s.memory("lost")))
		cancel()
		return ctx.Err()
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, s.texts(t, s.all()))
}

// An ent client on Driver takes part in the transaction, and a transaction
// that it begins there is a real one.
func TestClientsShareTheTransaction(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
		client := ent.NewClient(ent.Driver(tx.Driver()))
		create := func(c *ent.Client, text string) {
			c.World.Create().SetAgentID(s.agent).SetName(text).SaveX(t.Context())
		}
		create(client, "kept")

		undone, err := client.Tx(t.Context())
		require.NoError(t, err)
		create(undone.Client(), "rolled back")
		require.NoError(t, undone.Rollback())

		done, err := client.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		create(done.Client(), "committed")
		require.NoError(t, done.Commit())
		require.NoError(t, client.Close(), "a plugin that closes its client closes nothing of others")
		return nil
	}))
	worlds, err := s.Worlds(t.Context(), core.WorldQuery{AgentID: s.agent})
	require.NoError(t, err)
	var names []string
	for _, w := range worlds {
		names = append(names, w.Name)
	}
	require.ElementsMatch(t, []string{"cli", "kept", "committed"}, names)
}

func TestClientsOnThePoolBeginTransactions(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	client := ent.NewClient(ent.Driver(s.Driver()))
	tx, err := client.Tx(t.Context())
	require.NoError(t, err)
	n := client.World.Query().CountX(t.Context())
	tx.World.Create().SetAgentID(s.agent).SetName("lost").SaveX(t.Context())
	require.NoError(t, tx.Rollback())
	require.Equal(t, n, client.World.Query().CountX(t.Context()))
}

func TestSweep(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	log := func(at time.Time) *core.Log {
		entry := &core.Log{AgentID: s.agent, EntityID: s.user, Type: "action", CreatedAt: at}
		require.NoError(t, s.CreateLog(t.Context(), entry))
		return entry
	}
	log(time.Now().Add(-48 * time.Hour))
	young := log(time.Time{})
	for key, expires := range map[string]*time.Time{"old": new(time.Now().Add(-time.Second)), "young": new(time.Now().Add(time.Hour)), "eternal": nil} {
		s.client.CacheEntry.Create().SetKey(key).SetAgentID(s.agent).SetValue([]byte("1")).SetNillableExpiresAt(expires).SaveX(t.Context())
	}
	require.NoError(t, deleteExpired(t.Context(), s.Pool(), -1))
	require.Equal(t, 2, s.client.LogEntry.Query().CountX(t.Context()), "a negative retention keeps everything")
	require.NoError(t, deleteExpired(t.Context(), s.Pool(), 24*time.Hour))
	require.Equal(t, young.ID, s.client.LogEntry.Query().OnlyIDX(t.Context()))
	require.Equal(t, 2, s.client.CacheEntry.Query().CountX(t.Context()))
}

// Runs that have ended are kept as long as logs, others as long as they last, and
// events for a day.
func TestRetentionOfRuns(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ctx := t.Context()
	start := func(age string, end bool) *core.AgentRun {
		m := s.memory("hello")
		run, _, err := s.StartRun(ctx, core.RunStart{Message: m, Owner: core.NewID(), Lease: time.Hour})
		require.NoError(t, err)
		_, err = s.AppendRunEvents(ctx, run.Fence(), core.RunEvent{Kind: "text"})
		require.NoError(t, err)
		_, err = s.CancelRun(ctx, run.ID)
		require.NoError(t, err)
		if end {
			require.NoError(t, s.FinishRun(ctx, core.RunEnd{RunFence: run.Fence(), Status: core.RunCompleted}))
		}
		for _, statement := range []string{
			`UPDATE agent_runs SET created_at = created_at - $2::interval, ended_at = ended_at - $2::interval WHERE id = $1`,
			`UPDATE agent_run_events SET created_at = created_at - $2::interval WHERE run_id = $1`,
		} {
			_, err = s.Pool().ExecContext(ctx, statement, run.ID, age)
			require.NoError(t, err)
		}
		return run
	}
	old, young, open := start("3 days", true), start("1 hour", true), start("3 days", false)
	require.NoError(t, deleteExpired(ctx, s.Pool(), -1))
	for run, want := range map[*core.AgentRun]int{old: 0, young: 1, open: 0} {
		events, err := s.RunEvents(ctx, run.ID, 0, 0)
		require.NoError(t, err)
		require.Len(t, events, want)
	}
	require.NoError(t, deleteExpired(ctx, s.Pool(), 48*time.Hour))
	left, err := s.AgentRuns(ctx, core.AgentRunQuery{AgentID: s.agent})
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{open.ID, young.ID}, []uuid.UUID{left[0].ID, left[1].ID})
	require.Len(t, left, 2)
	beat, err := s.HeartbeatRuns(ctx, []core.RunFence{open.Fence()}, time.Hour)
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{open.ID}, beat.Cancelled, "the request is kept with the run")
	m, err := s.Memory(ctx, old.MessageID)
	require.NoError(t, err)
	_, _, err = s.StartRun(ctx, core.RunStart{Message: m})
	require.ErrorIs(t, err, core.ErrConflict, "it is not answered again")
}

// However much there is to be swept, a statement deletes no more than some
// thousand rows.
func TestSweepDeletesSomeAtATime(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, statement := range []string{
		`CREATE TABLE public.swept (n int)`,
		`CREATE FUNCTION public.count_swept() RETURNS trigger LANGUAGE plpgsql AS
		'BEGIN INSERT INTO public.swept SELECT count(*) FROM gone; RETURN NULL; END'`,
		`CREATE TRIGGER swept AFTER DELETE ON public.logs REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.count_swept()`,
	} {
		_, err := s.Pool().ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	_, err := s.Pool().ExecContext(t.Context(), `INSERT INTO public.logs (id, agent_id, entity_id, type, created_at)
		SELECT gen_random_uuid(), $1, $2, 'action', now() - '1 year'::interval FROM generate_series(1, 12000)`, s.agent, s.user)
	require.NoError(t, err)
	require.NoError(t, deleteExpired(t.Context(), s.Pool(), time.Hour))
	require.Zero(t, s.client.LogEntry.Query().CountX(t.Context()))
	var most, all int
	require.NoError(t, s.Pool().QueryRowContext(t.Context(), `SELECT max(n), sum(n) FROM public.swept`).Scan(&most, &all))
	require.Equal(t, 12000, all)
	require.LessOrEqual(t, most, retentionBatch)
}
