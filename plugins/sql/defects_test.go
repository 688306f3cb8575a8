package sql

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// misbehaviour is one of elizaOS's adapter, and a test that this one does not
// have it.
type misbehaviour struct {
	name string
	test func(t *testing.T, s *scene)
}

// Every known misbehaviour of elizaOS's adapter (@elizaos/plugin-sql 1.7.2), in
// the order of its API, with the test that shows what happens here. The details
// of each store are in the conformance suite. What elizaOS's row-level security
// does across servers has no counterpart: see docs/database.md.
func TestElizaOSMisbehaviour(t *testing.T) {
	db := open(t)
	for _, m := range slices.Concat(
		connectionMisbehaviour, agentMisbehaviour, entityMisbehaviour, memoryMisbehaviour, searchMisbehaviour,
		roomMisbehaviour, taskMisbehaviour, channelMisbehaviour,
	) {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			m.test(t, sceneOn(t, db))
		})
	}
	// These change the environment, and cannot run beside others.
	t.Run("~ is the working directory", homeIsHome)
	t.Run("a .env above is loaded", nothingIsLoaded)
}

// sceneOn is a scene with an agent of its own on a database that is shared.
func sceneOn(t *testing.T, db *Database) *scene {
	t.Helper()
	s := &scene{Database: db, agent: core.NewID(), world: core.NewID(), room: core.NewID()}
	require.NoError(t, s.SaveAgent(t.Context(), &core.Agent{Character: core.Character{ID: s.agent, Name: t.Name()}, Enabled: true}))
	require.NoError(t, s.SaveWorld(t.Context(), &core.World{ID: s.world, AgentID: s.agent, Name: "cli"}))
	require.NoError(t, s.SaveRoom(t.Context(), &core.Room{
		ID: s.room, AgentID: s.agent, WorldID: s.world, Name: "main", Source: "cli", Type: core.ChannelDM,
	}))
	s.user = s.addEntity(t, "grace")
	return s
}

// keep saves a memory that change has changed.
func (s *scene) keep(t *testing.T, text string, change func(m *core.Memory)) *core.Memory {
	t.Helper()
	m := s.memory(text)
	if change != nil {
		change(m)
	}
	require.NoError(t, s.CreateMemory(t.Context(), m))
	return m
}
