package databasetest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// components tests core.ComponentStore.
func components(t *testing.T, open Open) {
	for name, test := range map[string]func(t *testing.T, s *scene){
		"unknown ids are not found":         componentsUnknown,
		"all fields come back":              componentsRoundTrip,
		"saving overwrites everything":      componentsOverwrite,
		"fields that are required":          componentsRequired,
		"creating twice is a conflict":      componentsConflict,
		"lists, pages and counts":           componentsLists,
		"the first match":                   componentsFind,
		"references that are none are zero": componentsNulls,
		"an update changes what it sets":    componentsUpdate,
		"updates at once lose nothing":      componentsConcurrent,
		"deletion":                          componentsDelete,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newScene(t, open))
		})
	}
}

func componentID(c *core.Component) uuid.UUID { return c.ID }

// newComponent returns a valid component of the scene's user.
func (s *scene) newComponent() *core.Component {
	return &core.Component{
		EntityID: s.user, AgentID: s.agent, RoomID: s.room, Type: "profile",
		Data: map[string]any{"name": "Grace", "none": nil, "deep": map[string]any{"list": []any{1.0, "x"}}},
	}
}

func (s *scene) component(t *testing.T, id uuid.UUID) *core.Component {
	t.Helper()
	got, err := s.Component(t.Context(), id)
	require.NoError(t, err)
	require.False(t, got.UpdatedAt.IsZero())
	return got
}

func requireComponent(t *testing.T, want, got *core.Component) {
	t.Helper()
	require.True(t, want.CreatedAt.Equal(got.CreatedAt), "%v and %v", want.CreatedAt, got.CreatedAt)
	w, g := *want, *got
	w.CreatedAt, w.UpdatedAt = g.CreatedAt, g.UpdatedAt
	require.Equal(t, &w, &g)
}

func componentsUnknown(t *testing.T, s *scene) {
	ctx, id := t.Context(), core.NewID()
	_, err := s.Component(ctx, id)
	require.ErrorIs(t, err, core.ErrNotFound)
	require.ErrorIs(t, s.UpdateComponent(ctx, id, core.ComponentUpdate{Type: new("x")}), core.ErrNotFound)
	require.ErrorIs(t, s.UpdateComponent(ctx, id, core.ComponentUpdate{Data: map[string]any{}}), core.ErrNotFound)
	require.ErrorIs(t, s.DeleteComponent(ctx, id), core.ErrNotFound)
	_, err = s.Components(ctx, core.ComponentQuery{After: id})
	require.ErrorIs(t, err, core.ErrNotFound)
	for _, spoil := range []func(c *core.Component){
		func(c *core.Component) { c.EntityID = id },
		func(c *core.Component) { c.AgentID = id },
		func(c *core.Component) { c.RoomID = id },
		func(c *core.Component) { c.WorldID = id },
		func(c *core.Component) { c.SourceEntityID = id },
	} {
		stray := s.newComponent()
		spoil(stray)
		require.ErrorIs(t, s.CreateComponent(ctx, stray), core.ErrNotFound)
		require.ErrorIs(t, s.SaveComponent(ctx, stray), core.ErrNotFound)
	}
}

func componentsRoundTrip(t *testing.T, s *scene) {
	for name, save := range map[string]func(*core.Component) error{
		"save":   func(c *core.Component) error { return s.SaveComponent(t.Context(), c) },
		"create": func(c *core.Component) error { return s.CreateComponent(t.Context(), c) },
	} {
		want := s.newComponent()
		want.WorldID, want.SourceEntityID = s.world, s.addEntity(t, "alan")
		require.NoError(t, save(want), name)
		require.NotZero(t, want.ID)
		require.False(t, want.CreatedAt.IsZero())
		requireComponent(t, want, s.component(t, want.ID))
	}
}

func componentsNulls(t *testing.T, s *scene) {
	bare := &core.Component{EntityID: s.user, AgentID: s.agent, RoomID: s.room, Type: "x"}
	require.NoError(t, s.CreateComponent(t.Context(), bare))
	got, err := s.FindComponent(t.Context(), core.ComponentQuery{EntityID: s.user, Type: "x"})
	require.NoError(t, err)
	require.Zero(t, got.WorldID)
	require.Zero(t, got.SourceEntityID)
	require.Equal(t, map[string]any{}, got.Data)
}

func componentsOverwrite(t *testing.T, s *scene) {
	c := s.newComponent()
	c.WorldID, c.SourceEntityID = s.world, s.user
	require.NoError(t, s.SaveComponent(t.Context(), c))
	next := &core.Component{ID: c.ID, EntityID: s.user, AgentID: s.agent, RoomID: s.room, Type: "y", Data: map[string]any{}}
	require.NoError(t, s.SaveComponent(t.Context(), next))
	next.CreatedAt = c.CreatedAt // the time of creation stays
	requireComponent(t, next, s.component(t, c.ID))
}

func componentsRequired(t *testing.T, s *scene) {
	ctx := t.Context()
	for _, tt := range []struct {
		field string
		spoil func(c *core.Component)
	}{
		{"EntityID", func(c *core.Component) { c.EntityID = uuid.Nil }},
		{"AgentID", func(c *core.Component) { c.AgentID = uuid.Nil }},
		{"RoomID", func(c *core.Component) { c.RoomID = uuid.Nil }},
		{"Type", func(c *core.Component) { c.Type = "" }},
		{"Type", func(c *core.Component) { c.Type = strings.Repeat("x", 100_000) }},
	} {
		c := s.newComponent()
		tt.spoil(c)
		invalid(t, s.CreateComponent(ctx, c), tt.field)
		invalid(t, s.SaveComponent(ctx, c), tt.field)
	}
	invalid(t, s.UpdateComponent(ctx, core.NewID(), core.ComponentUpdate{Type: new("")}), "Type")
	_, err := s.Components(ctx, core.ComponentQuery{Limit: -1})
	invalid(t, err)
}

func componentsConflict(t *testing.T, s *scene) {
	c := s.newComponent()
	require.NoError(t, s.CreateComponent(t.Context(), c))
	again := s.newComponent()
	again.ID = c.ID
	require.ErrorIs(t, s.CreateComponent(t.Context(), again), core.ErrConflict)
}

func componentsLists(t *testing.T, s *scene) {
	ctx, alan := t.Context(), s.addEntity(t, "alan")
	room := s.newRoom()
	require.NoError(t, s.CreateRooms(ctx, room))
	var want []uuid.UUID
	for i := range 6 {
		c := s.newComponent()
		c.Type = fmt.Sprint("t", i%2)
		switch i {
		case 1, 2:
			c.WorldID = s.world
		case 3:
			c.SourceEntityID = alan
		case 4:
			c.RoomID = room.ID
		case 5:
			c.EntityID = alan
		}
		require.NoError(t, s.CreateComponent(ctx, c))
		want = append(want, c.ID)
	}
	require.Equal(t, want, pages(t, func(after uuid.UUID, limit int) []*core.Component {
		page, err := s.Components(ctx, core.ComponentQuery{After: after, Limit: limit})
		require.NoError(t, err)
		return page
	}, componentID))
	for _, tt := range []struct {
		query core.ComponentQuery
		want  []int
	}{
		{core.ComponentQuery{EntityID: s.user}, []int{0, 1, 2, 3, 4}},
		{core.ComponentQuery{EntityID: alan}, []int{5}},
		{core.ComponentQuery{AgentID: s.agent, Type: "t0"}, []int{0, 2, 4}},
		{core.ComponentQuery{WorldID: s.world}, []int{1, 2}},
		{core.ComponentQuery{WorldID: s.world, Type: "t1"}, []int{1}},
		{core.ComponentQuery{SourceEntityID: alan}, []int{3}},
		{core.ComponentQuery{RoomID: room.ID}, []int{4}},
		{core.ComponentQuery{AgentID: core.NewID()}, []int{}},
		{core.ComponentQuery{Type: "' OR true --"}, []int{}},
	} {
		list, err := s.Components(ctx, tt.query)
		require.NoError(t, err)
		got := ids(list, componentID)
		require.Len(t, got, len(tt.want), "%+v", tt.query)
		for i, n := range tt.want {
			require.Equal(t, want[n], got[i], "%+v", tt.query)
		}
		n, err := s.CountComponents(ctx, tt.query)
		require.NoError(t, err)
		require.Equal(t, len(tt.want), n, "%+v", tt.query)
	}
}

func componentsFind(t *testing.T, s *scene) {
	ctx := t.Context()
	first, second := s.newComponent(), s.newComponent()
	second.WorldID = s.world
	require.NoError(t, s.CreateComponent(ctx, first))
	require.NoError(t, s.CreateComponent(ctx, second))
	find := func(query core.ComponentQuery) uuid.UUID {
		got, err := s.FindComponent(ctx, query)
		require.NoError(t, err)
		return got.ID
	}
	require.Equal(t, first.ID, find(core.ComponentQuery{EntityID: s.user, Type: "profile"}))
	require.Equal(t, second.ID, find(core.ComponentQuery{EntityID: s.user, Type: "profile", WorldID: s.world}))
	_, err := s.FindComponent(ctx, core.ComponentQuery{EntityID: s.user, Type: "other"})
	require.ErrorIs(t, err, core.ErrNotFound)
	_, err = s.FindComponent(ctx, core.ComponentQuery{EntityID: s.user, SourceEntityID: s.user})
	require.ErrorIs(t, err, core.ErrNotFound)
}

func componentsUpdate(t *testing.T, s *scene) {
	ctx, c := t.Context(), s.newComponent()
	require.NoError(t, s.CreateComponent(ctx, c))
	update := func(u core.ComponentUpdate) {
		t.Helper()
		require.NoError(t, s.UpdateComponent(ctx, c.ID, u))
		requireComponent(t, c, s.component(t, c.ID))
	}
	update(core.ComponentUpdate{})
	c.Type = "account"
	update(core.ComponentUpdate{Type: &c.Type})
	c.Data = map[string]any{"name": "Hopper", "deep": map[string]any{"list": []any{1.0, "x"}, "new": true}}
	update(core.ComponentUpdate{Data: map[string]any{"name": "Hopper", "none": nil, "deep": map[string]any{"new": true}}})
	c.WorldID, c.SourceEntityID = s.world, s.user
	update(core.ComponentUpdate{WorldID: &c.WorldID, SourceEntityID: &c.SourceEntityID})
	c.WorldID, c.SourceEntityID = uuid.Nil, uuid.Nil
	update(core.ComponentUpdate{WorldID: &c.WorldID, SourceEntityID: &c.SourceEntityID})
	require.ErrorIs(t, s.UpdateComponent(ctx, c.ID, core.ComponentUpdate{WorldID: new(core.NewID())}), core.ErrNotFound)
}

func componentsConcurrent(t *testing.T, s *scene) {
	const writers = 8
	c := s.newComponent()
	c.Data = nil
	require.NoError(t, s.CreateComponent(t.Context(), c))
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			update := core.ComponentUpdate{Data: map[string]any{fmt.Sprint("k", i): i}}
			if err := s.UpdateComponent(context.WithoutCancel(t.Context()), c.ID, update); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	require.Len(t, s.component(t, c.ID).Data, writers)
}

func componentsDelete(t *testing.T, s *scene) {
	c := s.newComponent()
	require.NoError(t, s.CreateComponent(t.Context(), c))
	require.NoError(t, s.DeleteComponent(t.Context(), c.ID))
	require.ErrorIs(t, s.DeleteComponent(t.Context(), c.ID), core.ErrNotFound)
	_, err := s.Entity(t.Context(), s.user)
	require.NoError(t, err)
}
