package runtime_test

import (
	"database/sql"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/agenttest"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/plugins/bootstrap"
	"github.com/elizago/elizago/plugins/classic"
	"github.com/elizago/elizago/runtime"
)

// ended starts a runtime with one agent, calls do, and stops it.
func ended(t *testing.T, url string, character core.Character, do func(agent *runtime.Agent)) {
	t.Helper()
	rt := agenttest.Runtime(t, url, []*core.Character{&character}, bootstrap.New(), classic.New())
	require.NoError(t, rt.Start(t.Context()))
	do(rt.Agents()[0])
	require.NoError(t, rt.Stop(t.Context()))
}

func TestAStartKeepsStoredSettings(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	file := core.Character{
		Name: "Ada", Bio: core.Lines{"Before."}, Settings: map[string]any{"model": "small"}, Secrets: map[string]string{"KEY": "from the file"},
	}
	ended(t, url, file, func(agent *runtime.Agent) {
		require.NoError(t, agent.Database().UpdateAgent(t.Context(), agent.AgentID(), core.AgentUpdate{
			Settings: map[string]any{"theme": "dark", "model": "large"},
			Secrets:  map[string]*string{"TOKEN": new("stored"), "KEY": new("stored, too")},
		}))
	})
	file.Bio, file.Settings = core.Lines{"After."}, map[string]any{"model": "small", "voice": "low"}
	ended(t, url, file, func(agent *runtime.Agent) {
		stored, err := agent.Database().Agent(t.Context(), agent.AgentID())
		require.NoError(t, err)
		require.Equal(t, map[string]any{"theme": "dark", "model": "large", "voice": "low"}, stored.Settings)
		require.Equal(t, map[string]string{"TOKEN": "stored", "KEY": "stored, too"}, stored.Secrets)
		require.Equal(t, core.Lines{"After."}, stored.Bio, "what describes the character is the file's")
		for name, want := range map[string]string{"theme": "dark", "TOKEN": "stored", "model": "small", "KEY": "from the file"} {
			got, ok := agent.Setting(name)
			require.Equal(t, []any{want, true}, []any{got, ok}, name)
		}
	})
}

func TestADisabledAgentStaysDisabled(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	ada := core.Character{Name: "Ada"}
	ended(t, url, ada, func(agent *runtime.Agent) {
		require.NoError(t, agent.Database().UpdateAgent(t.Context(), agent.AgentID(), core.AgentUpdate{Enabled: new(false)}))
	})
	both := agenttest.Runtime(t, url, []*core.Character{{Name: "Ada"}, {Name: "Bob"}}, bootstrap.New(), classic.New())
	require.NoError(t, both.Start(t.Context()))
	require.Len(t, both.Agents(), 1, "the other one runs")
	stored, err := both.Agents()[0].Database().Agent(t.Context(), core.IDFromText("Ada"))
	require.NoError(t, err)
	require.False(t, stored.Enabled)

	alone := agenttest.Runtime(t, url, []*core.Character{&ada}, bootstrap.New(), classic.New())
	err = alone.Start(t.Context())
	require.ErrorContains(t, err, "it is disabled in the database and not started")
	advice := regexp.MustCompile(`UPDATE .*;`).FindString(err.Error())
	db, err := sql.Open("pgx", url)
	require.NoError(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), advice)
	require.NoError(t, err)
	ended(t, url, ada, func(*runtime.Agent) {})
}

// Messages that lost their embedding to a crash or an outage get it at the next
// start.
func TestMissingEmbeddingsAreMadeAtTheNextStart(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	ada := core.Character{Name: "Ada"}
	blank := &core.Memory{Type: core.MemoryMessages, Content: core.Content{Text: " "}}
	fact := &core.Memory{Type: core.MemoryFacts, Content: core.Content{Text: "without a vector on purpose"}}
	ended(t, url, ada, func(agent *runtime.Agent) {
		_, err := agent.Handle(t.Context(), runtime.Message{Text: "hello"})
		require.NoError(t, err)
		for _, m := range []*core.Memory{blank, fact} {
			m.AgentID = agent.AgentID()
			require.NoError(t, agent.Database().CreateMemory(t.Context(), m))
		}
	})
	db, err := sql.Open("pgx", url)
	require.NoError(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), `DELETE FROM public.embeddings`)
	require.NoError(t, err)

	rt := agenttest.Runtime(t, url, []*core.Character{&ada}, bootstrap.New(), classic.New())
	require.NoError(t, rt.Start(t.Context()))
	require.NoError(t, rt.Settle(t.Context()))
	store := rt.Agents()[0].Database()
	left, err := store.Memories(t.Context(), core.MemoryQuery{AgentID: rt.Agents()[0].AgentID(), Type: core.MemoryMessages, Unembedded: true})
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Equal(t, blank.ID, left[0].ID)
	facts, err := store.Memories(t.Context(), core.MemoryQuery{AgentID: rt.Agents()[0].AgentID(), Type: core.MemoryFacts, Unembedded: true})
	require.NoError(t, err)
	require.Len(t, facts, 1)
}
