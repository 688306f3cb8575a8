package databasetest

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// scene is a database with an agent in a room with one user.
type scene struct {
	core.Database
	ctx                      context.Context // the test's
	agent, world, room, user uuid.UUID
}

func newScene(t *testing.T, open Open) *scene {
	t.Helper()
	s := &scene{Database: open(t), ctx: t.Context()}
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
	agent := &core.Agent{Character: core.Character{ID: core.NewID(), Name: name}, Enabled: true}
	require.NoError(t, s.SaveAgent(t.Context(), agent))
	return agent.ID
}

func (s *scene) addEntity(t *testing.T, names ...string) uuid.UUID {
	t.Helper()
	entity := &core.Entity{ID: core.NewID(), AgentID: s.agent, Names: names}
	require.NoError(t, s.SaveEntity(t.Context(), entity))
	return entity.ID
}

// sameTime checks that two times are the same to the microsecond, and makes
// them equal for a comparison of the structs that hold them.
func sameTime(t require.TestingT, want, got *time.Time) {
	require.WithinDuration(t, *want, *got, time.Microsecond)
	*got = *want
}
