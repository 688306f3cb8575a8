package sql

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

var agentMisbehaviour = []misbehaviour{
	{"createAgent is false for any error", func(t *testing.T, s *scene) {
		again := &core.Agent{Character: core.Character{ID: s.agent, Name: "again"}}
		require.ErrorIs(t, s.CreateAgent(t.Context(), again), core.ErrConflict)
		require.ErrorContains(t, s.CreateAgent(t.Context(), &core.Agent{}), "Agent.Name")
	}},
	{"objects in settings that become empty vanish", func(t *testing.T, s *scene) {
		require.NoError(t, s.UpdateAgent(t.Context(), s.agent, core.AgentUpdate{Settings: map[string]any{"a": map[string]any{"b": 1}}}))
		require.NoError(t, s.UpdateAgent(t.Context(), s.agent, core.AgentUpdate{Settings: map[string]any{"a": map[string]any{"b": nil}}}))
		got, err := s.Agent(t.Context(), s.agent)
		require.NoError(t, err)
		require.Equal(t, map[string]any{"a": map[string]any{}}, got.Settings)
	}},
	{"updateAgent overwrites what it was not given", func(t *testing.T, s *scene) {
		require.NoError(t, s.UpdateAgent(t.Context(), s.agent, core.AgentUpdate{System: new("be kind")}))
		require.NoError(t, s.UpdateAgent(t.Context(), s.agent, core.AgentUpdate{Username: new("ada")}))
		got, err := s.Agent(t.Context(), s.agent)
		require.NoError(t, err)
		require.Equal(t, []string{t.Name(), "be kind", "ada"}, []string{got.Name, got.System, got.Username})
	}},
	{"deleteAgent and updateAgent are false or true for unknown ids", func(t *testing.T, s *scene) {
		require.ErrorIs(t, s.DeleteAgent(t.Context(), core.NewID()), core.ErrNotFound)
		require.ErrorIs(t, s.UpdateAgent(t.Context(), core.NewID(), core.AgentUpdate{Name: new("x")}), core.ErrNotFound)
	}},
	{"countAgents is 0 on an error", func(t *testing.T, s *scene) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := s.CountAgents(ctx, core.AgentQuery{})
		require.ErrorIs(t, err, context.Canceled)
	}},
	{"secrets lie in clear text, or under a public salt", func(t *testing.T, _ *scene) {
		url := tables.Database(t)
		agent := &core.Agent{Character: core.Character{Name: "Ada", Secrets: map[string]string{"KEY": "hush"}}}
		require.ErrorContains(t, connect(t, Config{URL: url}).SaveAgent(t.Context(), agent), "SECRET_SALT")
		db := connect(t, Config{URL: url, SecretSalt: saltOfTests})
		require.NoError(t, db.SaveAgent(t.Context(), agent))
		var settings string
		require.NoError(t, db.Pool().QueryRowContext(t.Context(), "SELECT settings FROM public.agents").Scan(&settings))
		require.NotContains(t, settings, "hush")
	}},
}

var entityMisbehaviour = []misbehaviour{
	{"createEntities passes over those that exist, and is false on an error", func(t *testing.T, s *scene) {
		added := &core.Entity{ID: core.NewID(), AgentID: s.agent}
		require.ErrorIs(t, s.CreateEntities(t.Context(), added, &core.Entity{ID: s.user, AgentID: s.agent}), core.ErrConflict)
		_, err := s.Entity(t.Context(), added.ID)
		require.ErrorIs(t, err, core.ErrNotFound, "all of them or none")
		require.ErrorIs(t, s.CreateEntities(t.Context(), &core.Entity{AgentID: core.NewID()}), core.ErrNotFound)
	}},
	{"updateEntity overwrites all", func(t *testing.T, s *scene) {
		require.NoError(t, s.UpdateEntity(t.Context(), s.user, core.EntityUpdate{Metadata: map[string]any{"a": "1"}}))
		require.NoError(t, s.UpdateEntity(t.Context(), s.user, core.EntityUpdate{Metadata: map[string]any{"b": "2"}}))
		got, err := s.Entity(t.Context(), s.user)
		require.NoError(t, err)
		require.Equal(t, &core.Entity{ID: s.user, AgentID: s.agent, Names: []string{"grace"}, Metadata: map[string]any{"a": "1", "b": "2"}}, got)
	}},
	{"entities by id are those of any agent", func(t *testing.T, s *scene) {
		otherAgent := sceneOn(t, s.Database)
		got, err := s.Entities(t.Context(), core.EntityQuery{AgentID: otherAgent.agent})
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.Equal(t, otherAgent.user, got[0].ID)
	}},
	{"getEntitiesByNames returns entities without their agent", func(t *testing.T, s *scene) {
		got, err := s.Entities(t.Context(), core.EntityQuery{AgentID: s.agent, Names: []string{"grace"}})
		require.NoError(t, err)
		require.Equal(t, s.agent, got[0].AgentID)
	}},
	{"searchEntitiesByName takes % and _ for wildcards", func(t *testing.T, s *scene) {
		s.addEntity(t, "100% Grace_")
		for search, want := range map[string]int{"%": 1, "_": 1, "g%e": 0, "GRACE": 2} {
			got, err := s.Entities(t.Context(), core.EntityQuery{AgentID: s.agent, Search: search})
			require.NoError(t, err)
			require.Len(t, got, want, search)
		}
	}},
	{"a component without world or source has an empty text for it", func(t *testing.T, s *scene) {
		c := &core.Component{EntityID: s.user, AgentID: s.agent, RoomID: s.room, Type: "profile"}
		require.NoError(t, s.CreateComponent(t.Context(), c))
		got, err := s.FindComponent(t.Context(), core.ComponentQuery{EntityID: s.user, Type: "profile"})
		require.NoError(t, err)
		require.Equal(t, [2]uuid.UUID{}, [2]uuid.UUID{got.WorldID, got.SourceEntityID})
	}},
	{"createRelationship is false for a duplicate", func(t *testing.T, s *scene) {
		other := s.addEntity(t, "alan")
		relationship := core.Relationship{AgentID: s.agent, SourceID: s.user, TargetID: other}
		again := relationship
		require.NoError(t, s.CreateRelationship(t.Context(), &relationship))
		require.ErrorIs(t, s.CreateRelationship(t.Context(), &again), core.ErrConflict)
	}},
	{"getRelationship returns any agent's", func(t *testing.T, s *scene) {
		otherAgent, other := sceneOn(t, s.Database), s.addEntity(t, "alan")
		require.NoError(t, s.CreateRelationship(t.Context(), &core.Relationship{AgentID: otherAgent.agent, SourceID: s.user, TargetID: other}))
		_, err := s.RelationshipBetween(t.Context(), core.RelationshipKey{AgentID: s.agent, SourceID: s.user, TargetID: other})
		require.ErrorIs(t, err, core.ErrNotFound)
	}},
	{"updateRelationship says nothing of unknown ids", func(t *testing.T, s *scene) {
		require.ErrorIs(t, s.UpdateRelationship(t.Context(), core.NewID(), core.RelationshipUpdate{Tags: []string{"a"}}), core.ErrNotFound)
	}},
}
