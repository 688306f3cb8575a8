package databasetest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// agents tests core.AgentStore.
func agents(t *testing.T, open Open) {
	for name, test := range map[string]func(t *testing.T, s *scene){
		"unknown ids are not found":                agentsUnknown,
		"all fields come back":                     agentsRoundTrip,
		"fields that are required":                 agentsRequired,
		"a duplicate is a conflict and not false":  agentsConflict,
		"ensured ones stay as they are":            agentsEnsured,
		"lists, pages and counts":                  agentsLists,
		"an update changes what it sets":           agentsUpdate,
		"settings merge deeply and null deletes":   agentsSettings,
		"objects that become empty stay":           agentsEmptyObjects,
		"secrets are merged":                       agentsSecrets,
		"the setting secrets must be an object":    agentsSecretsObject,
		"updates at once lose nothing":             agentsConcurrent,
		"deletion takes everything along":          agentsDelete,
		"deletion of all":                          agentsDeleteAll,
		"a count that fails is an error and not 0": agentsCanceled,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newScene(t, open))
		})
	}
}

func agentsUnknown(t *testing.T, s *scene) {
	ctx, id := t.Context(), core.NewID()
	_, err := s.Agent(ctx, id)
	require.ErrorIs(t, err, core.ErrNotFound)
	require.ErrorContains(t, err, id.String())
	require.ErrorIs(t, s.UpdateAgent(ctx, id, core.AgentUpdate{Name: new("x")}), core.ErrNotFound)
	require.ErrorIs(t, s.UpdateAgent(ctx, id, core.AgentUpdate{Settings: map[string]any{"a": 1}}), core.ErrNotFound)
	require.ErrorIs(t, s.DeleteAgent(ctx, id), core.ErrNotFound)
	_, err = s.Agents(ctx, core.AgentQuery{After: id})
	require.ErrorIs(t, err, core.ErrNotFound)
}

func fullAgent() *core.Agent {
	return &core.Agent{Enabled: true, Character: core.Character{
		ID: core.NewID(), Name: "Grace", Username: "grace", System: "Be exact.", Bio: core.Lines{"one", "two"},
		MessageExamples: [][]core.ExampleLine{{{Name: "Grace", Content: core.Content{Text: "Good day"}}}},
		PostExamples:    []string{"On compilers"}, Topics: []string{"mathematics"}, Adjectives: []string{"exact"},
		Knowledge: []core.Knowledge{{Text: "Compilers compile."}, {Path: "notes.md", Shared: true}},
		Plugins:   []string{"@elizago/sql"},
		Settings:  map[string]any{"model": "small", "deep": map[string]any{"null": nil, "list": []any{1.5, "x", nil}}},
		Secrets:   map[string]string{"TOKEN": "hunter2"},
		Style:     core.Style{All: []string{"be brief"}},
	}}
}

func agentsRoundTrip(t *testing.T, s *scene) {
	ctx := t.Context()
	for name, save := range map[string]func(*core.Agent) error{
		"save":   func(a *core.Agent) error { return s.SaveAgent(ctx, a) },
		"create": func(a *core.Agent) error { return s.CreateAgent(ctx, a) },
		"ensure": func(a *core.Agent) error { _, err := s.EnsureAgent(ctx, a); return err },
	} {
		want := fullAgent()
		require.NoError(t, save(want), name)
		got, err := s.Agent(ctx, want.ID)
		require.NoError(t, err, name)
		require.False(t, got.CreatedAt.IsZero(), name)
		require.False(t, got.UpdatedAt.IsZero(), name)
		got.CreatedAt, got.UpdatedAt = want.CreatedAt, want.UpdatedAt
		require.Equal(t, want, got, name)
	}
}

func agentsRequired(t *testing.T, s *scene) {
	ctx := t.Context()
	invalid(t, s.SaveAgent(ctx, &core.Agent{}), "Name")
	invalid(t, s.CreateAgent(ctx, &core.Agent{}), "Name")
	_, err := s.EnsureAgent(ctx, &core.Agent{})
	invalid(t, err, "Name")
	invalid(t, s.UpdateAgent(ctx, s.agent, core.AgentUpdate{Name: new("")}), "Name")
	_, err = s.Agents(ctx, core.AgentQuery{Limit: -1})
	invalid(t, err)
}

func agentsConflict(t *testing.T, s *scene) {
	err := s.CreateAgent(t.Context(), &core.Agent{Character: core.Character{ID: s.agent, Name: "Eve"}})
	require.ErrorIs(t, err, core.ErrConflict)
	got, err := s.Agent(t.Context(), s.agent)
	require.NoError(t, err)
	require.Equal(t, "Ada", got.Name)
}

func agentsEnsured(t *testing.T, s *scene) {
	got, err := s.EnsureAgent(t.Context(), &core.Agent{Character: core.Character{ID: s.agent, Name: "Eve"}})
	require.NoError(t, err)
	require.Equal(t, "Ada", got.Name)
	got, err = s.EnsureAgent(t.Context(), &core.Agent{Character: core.Character{Name: "Eve"}})
	require.NoError(t, err)
	require.Equal(t, core.IDFromText("Eve"), got.ID)
}

func agentsLists(t *testing.T, s *scene) {
	ctx := t.Context()
	want := []uuid.UUID{s.agent}
	for i := range 6 {
		a := &core.Agent{Enabled: i%2 == 0, Character: core.Character{
			ID: core.NewID(), Name: fmt.Sprint("agent ", i/2), Username: "u", Bio: core.Lines{"b"},
		}}
		require.NoError(t, s.CreateAgent(ctx, a))
		want = append(want, a.ID)
	}
	got := pages(t, func(after uuid.UUID, limit int) []*core.AgentSummary {
		page, err := s.Agents(ctx, core.AgentQuery{After: after, Limit: limit})
		require.NoError(t, err)
		return page
	}, func(a *core.AgentSummary) uuid.UUID { return a.ID })
	require.Equal(t, want, got)

	for _, tt := range []struct {
		query core.AgentQuery
		want  int
	}{
		{core.AgentQuery{}, 7},
		{core.AgentQuery{Name: "agent 1"}, 2},
		{core.AgentQuery{Enabled: new(false)}, 3},
		{core.AgentQuery{Enabled: new(true), Name: "agent 1"}, 1},
		{core.AgentQuery{Name: "agent"}, 0},
	} {
		list, err := s.Agents(ctx, tt.query)
		require.NoError(t, err)
		require.Len(t, list, tt.want)
		n, err := s.CountAgents(ctx, tt.query)
		require.NoError(t, err)
		require.Equal(t, tt.want, n)
	}
	list, err := s.Agents(ctx, core.AgentQuery{Name: "agent 2", Enabled: new(true)})
	require.NoError(t, err)
	require.Equal(t, "u", list[0].Username)
	require.Equal(t, core.Lines{"b"}, list[0].Bio)
	require.True(t, list[0].Enabled)
	require.False(t, list[0].CreatedAt.IsZero())
}

func agentsUpdate(t *testing.T, s *scene) {
	ctx := t.Context()
	saved := fullAgent()
	require.NoError(t, s.SaveAgent(ctx, saved))
	before, err := s.Agent(ctx, saved.ID)
	require.NoError(t, err)

	require.NoError(t, s.UpdateAgent(ctx, saved.ID, core.AgentUpdate{Username: new("g")}))
	got, err := s.Agent(ctx, saved.ID)
	require.NoError(t, err)
	require.True(t, got.UpdatedAt.After(before.UpdatedAt))
	before.Username, before.UpdatedAt = "g", got.UpdatedAt
	require.Equal(t, before, got, "nothing else changes")

	require.NoError(t, s.UpdateAgent(ctx, saved.ID, core.AgentUpdate{
		Enabled: new(false), Name: new("G"), System: new(""), Bio: core.Lines{"b"},
		MessageExamples: [][]core.ExampleLine{}, PostExamples: []string{"p"}, Topics: []string{}, Adjectives: []string{"a"},
		Knowledge: []core.Knowledge{{Text: "k"}}, Plugins: []string{"pl"}, Style: &core.Style{Chat: []string{"c"}},
	}))
	got, err = s.Agent(ctx, saved.ID)
	require.NoError(t, err)
	want := *before
	want.Enabled, want.Name, want.System, want.Bio = false, "G", "", core.Lines{"b"}
	want.MessageExamples, want.PostExamples, want.Topics = [][]core.ExampleLine{}, []string{"p"}, []string{}
	want.Adjectives, want.Knowledge, want.Plugins = []string{"a"}, []core.Knowledge{{Text: "k"}}, []string{"pl"}
	want.Style, want.UpdatedAt = core.Style{Chat: []string{"c"}}, got.UpdatedAt
	require.Equal(t, &want, got)
}

// settings sets an agent's settings, updates them and reads them back.
func settings(t *testing.T, s *scene, before, patch map[string]any) map[string]any {
	t.Helper()
	a := fullAgent()
	a.Settings = before
	require.NoError(t, s.SaveAgent(t.Context(), a))
	require.NoError(t, s.UpdateAgent(t.Context(), a.ID, core.AgentUpdate{Settings: patch}))
	got, err := s.Agent(t.Context(), a.ID)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"TOKEN": "hunter2"}, got.Secrets)
	return got.Settings
}

func agentsSettings(t *testing.T, s *scene) {
	type object = map[string]any
	require.Equal(t,
		object{"keep": "x", "deep": object{"keep": 1.0, "set": "new", "new": object{"a": true}}, "list": []any{3.0}},
		settings(t, s,
			object{"keep": "x", "gone": 1, "deep": object{"keep": 1, "set": "old", "gone": object{"a": 1}}, "list": []int{1, 2}},
			object{"gone": nil, "deep": object{"set": "new", "gone": nil, "new": map[string]bool{"a": true}}, "list": []int{3}, "never": nil}))
	require.Equal(t, object{"a": object{"b": 1.0}}, settings(t, s, object{"a": "text"}, object{"a": object{"b": 1, "c": nil}}),
		"an object replaces what is none")
	require.Equal(t, object{"a": 1.0}, settings(t, s, object{"a": object{"b": 1}}, object{"a": 1}))
}

func agentsEmptyObjects(t *testing.T, s *scene) {
	type object = map[string]any
	require.Equal(t, object{"a": object{}}, settings(t, s, object{"a": object{"b": 1}}, object{"a": object{"b": nil}}))
	require.Equal(t, object{}, settings(t, s, object{"a": 1}, object{"a": nil}))
}

func agentsSecrets(t *testing.T, s *scene) {
	ctx := t.Context()
	a := fullAgent()
	a.Secrets = map[string]string{"KEEP": "k", "GONE": "g", "SET": "old"}
	a.Settings = map[string]any{"secrets": map[string]any{"INSIDE": "i", "NUMBER": 7}}
	require.NoError(t, s.SaveAgent(ctx, a))
	update := func(u core.AgentUpdate) *core.Agent {
		require.NoError(t, s.UpdateAgent(ctx, a.ID, u))
		got, err := s.Agent(ctx, a.ID)
		require.NoError(t, err)
		require.Empty(t, got.Settings, "secrets are no settings")
		return got
	}
	require.Equal(t,
		map[string]string{"KEEP": "k", "SET": "new", "INSIDE": "j", "NUMBER": "7", "NEW": "n"},
		update(core.AgentUpdate{
			Secrets:  map[string]*string{"GONE": nil, "SET": new("new"), "NEVER": nil},
			Settings: map[string]any{"secrets": map[string]any{"INSIDE": "j", "NEW": "n"}},
		}).Secrets)
	require.Empty(t, update(core.AgentUpdate{Settings: map[string]any{"secrets": nil}}).Secrets)
	require.Equal(t, map[string]string{"A": "1"}, update(core.AgentUpdate{Secrets: map[string]*string{"A": new("1")}}).Secrets)
}

func agentsSecretsObject(t *testing.T, s *scene) {
	wrong := map[string]any{"secrets": "hunter2"}
	err := s.SaveAgent(t.Context(), &core.Agent{Character: core.Character{Name: "Eve", Settings: wrong}})
	invalid(t, err)
	require.NotContains(t, err.Error(), "hunter2")
	err = s.UpdateAgent(t.Context(), s.agent, core.AgentUpdate{Settings: wrong})
	invalid(t, err)
}

func agentsConcurrent(t *testing.T, s *scene) {
	const writers, each = 6, 4
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for i := range each {
				key := fmt.Sprintf("k%d_%d", w, i)
				update := core.AgentUpdate{
					Settings: map[string]any{"deep": map[string]any{key: i}},
					Secrets:  map[string]*string{key: new(key)},
				}
				if err := s.UpdateAgent(context.WithoutCancel(t.Context()), s.agent, update); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	got, err := s.Agent(t.Context(), s.agent)
	require.NoError(t, err)
	require.Len(t, got.Settings["deep"], writers*each)
	require.Len(t, got.Secrets, writers*each)
}

func agentsDelete(t *testing.T, s *scene) {
	ctx := t.Context()
	other := s.addAgent(t, "Other")
	require.NoError(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user}))
	require.NoError(t, s.CreateMemory(ctx, &core.Memory{Type: "x", AgentID: s.agent, RoomID: s.room, EntityID: s.user}))
	require.NoError(t, s.DeleteAgent(ctx, s.agent))
	_, err := s.Agent(ctx, s.agent)
	require.ErrorIs(t, err, core.ErrNotFound)
	_, err = s.World(ctx, s.world)
	require.ErrorIs(t, err, core.ErrNotFound)
	_, err = s.Room(ctx, s.room)
	require.ErrorIs(t, err, core.ErrNotFound)
	_, err = s.Entity(ctx, s.user)
	require.ErrorIs(t, err, core.ErrNotFound)
	_, err = s.Agent(ctx, other)
	require.NoError(t, err)
}

func agentsDeleteAll(t *testing.T, s *scene) {
	s.addAgent(t, "Other")
	n, err := s.DeleteAllAgents(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, n)
	n, err = s.CountAgents(t.Context(), core.AgentQuery{})
	require.NoError(t, err)
	require.Zero(t, n)
	n, err = s.CountRooms(t.Context(), core.RoomQuery{})
	require.NoError(t, err)
	require.Zero(t, n)
}

func agentsCanceled(t *testing.T, s *scene) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.CountAgents(ctx, core.AgentQuery{})
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, s.CreateAgent(ctx, fullAgent()), context.Canceled)
	require.ErrorIs(t, s.DeleteAgent(ctx, s.agent), context.Canceled)
}
