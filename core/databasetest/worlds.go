package databasetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// worlds tests core.WorldStore.
func worlds(t *testing.T, open Open) {
	for name, test := range map[string]func(t *testing.T, s *scene){
		"unknown ids are not found":          worldsUnknown,
		"all fields come back":               worldsRoundTrip,
		"saving overwrites everything":       worldsOverwrite,
		"fields that are required":           worldsRequired,
		"creating twice is not silent":       worldsConflict,
		"lists, pages and counts":            worldsLists,
		"an update changes what it sets":     worldsUpdate,
		"updates at once lose nothing":       worldsConcurrent,
		"deletion leaves the rooms":          worldsDelete,
		"writes in a transaction are undone": worldsInTx,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newScene(t, open))
		})
	}
}

func worldID(w *core.World) uuid.UUID { return w.ID }

func worldsUnknown(t *testing.T, s *scene) {
	ctx, id := t.Context(), core.NewID()
	_, err := s.World(ctx, id)
	require.ErrorIs(t, err, core.ErrNotFound)
	require.ErrorIs(t, s.UpdateWorld(ctx, id, core.WorldUpdate{Name: new("x")}), core.ErrNotFound)
	require.ErrorIs(t, s.UpdateWorld(ctx, id, core.WorldUpdate{Metadata: map[string]any{}}), core.ErrNotFound)
	require.ErrorIs(t, s.DeleteWorld(ctx, id), core.ErrNotFound)
	_, err = s.Worlds(ctx, core.WorldQuery{After: id})
	require.ErrorIs(t, err, core.ErrNotFound)
	stray := func() *core.World { return &core.World{AgentID: id} }
	require.ErrorIs(t, s.SaveWorld(ctx, stray()), core.ErrNotFound)
	require.ErrorIs(t, s.CreateWorld(ctx, stray()), core.ErrNotFound)
	_, err = s.EnsureWorld(ctx, stray())
	require.ErrorIs(t, err, core.ErrNotFound)
}

func (s *scene) newWorld() *core.World {
	return &core.World{
		AgentID: s.agent, Name: "guild", MessageServerID: core.NewID(),
		Metadata: map[string]any{"roles": map[string]any{"u": "OWNER"}, "none": nil},
	}
}

func worldsRoundTrip(t *testing.T, s *scene) {
	ctx := t.Context()
	for name, save := range map[string]func(*core.World) error{
		"save":   func(w *core.World) error { return s.SaveWorld(ctx, w) },
		"create": func(w *core.World) error { return s.CreateWorld(ctx, w) },
		"ensure": func(w *core.World) error { _, err := s.EnsureWorld(ctx, w); return err },
	} {
		want := s.newWorld()
		require.NoError(t, save(want), name)
		require.NotZero(t, want.ID, name)
		got, err := s.World(ctx, want.ID)
		require.NoError(t, err, name)
		require.Equal(t, want, got, name)
	}
	bare := &core.World{AgentID: s.agent}
	require.NoError(t, s.CreateWorld(ctx, bare))
	got, err := s.World(ctx, bare.ID)
	require.NoError(t, err)
	require.Equal(t, &core.World{ID: bare.ID, AgentID: s.agent, Metadata: map[string]any{}}, got)
}

func worldsOverwrite(t *testing.T, s *scene) {
	w := s.newWorld()
	require.NoError(t, s.SaveWorld(t.Context(), w))
	next := &core.World{ID: w.ID, AgentID: s.agent, Name: "next", Metadata: map[string]any{}}
	require.NoError(t, s.SaveWorld(t.Context(), next))
	got, err := s.World(t.Context(), w.ID)
	require.NoError(t, err)
	require.Equal(t, next, got)
}

func worldsRequired(t *testing.T, s *scene) {
	ctx := t.Context()
	invalid(t, s.SaveWorld(ctx, &core.World{}), "AgentID")
	invalid(t, s.CreateWorld(ctx, &core.World{}), "AgentID")
	_, err := s.EnsureWorld(ctx, &core.World{})
	invalid(t, err, "AgentID")
	_, err = s.Worlds(ctx, core.WorldQuery{Limit: -1})
	invalid(t, err)
}

func worldsConflict(t *testing.T, s *scene) {
	again := &core.World{ID: s.world, AgentID: s.agent, Name: "again"}
	require.ErrorIs(t, s.CreateWorld(t.Context(), again), core.ErrConflict)
	created, err := s.EnsureWorld(t.Context(), again)
	require.NoError(t, err)
	require.False(t, created)
	got, err := s.World(t.Context(), s.world)
	require.NoError(t, err)
	require.Equal(t, "cli", got.Name)
	again.ID = uuid.Nil
	created, err = s.EnsureWorld(t.Context(), again)
	require.NoError(t, err)
	require.True(t, created)
}

func worldsLists(t *testing.T, s *scene) {
	ctx := t.Context()
	other, server := s.addAgent(t, "Other"), core.NewID()
	want := []uuid.UUID{s.world}
	for i := range 5 {
		w := &core.World{AgentID: s.agent, Name: fmt.Sprint("world ", i%2)}
		if i < 2 {
			w.MessageServerID = server
		}
		require.NoError(t, s.CreateWorld(ctx, w))
		want = append(want, w.ID)
	}
	require.NoError(t, s.CreateWorld(ctx, &core.World{AgentID: other, Name: "world 0"}))
	require.Equal(t, want, pages(t, func(after uuid.UUID, limit int) []*core.World {
		page, err := s.Worlds(ctx, core.WorldQuery{AgentID: s.agent, After: after, Limit: limit})
		require.NoError(t, err)
		return page
	}, worldID))
	for _, tt := range []struct {
		query core.WorldQuery
		want  int
	}{
		{core.WorldQuery{}, 7},
		{core.WorldQuery{AgentID: other}, 1},
		{core.WorldQuery{MessageServerID: server}, 2},
		{core.WorldQuery{Name: "world 0"}, 4},
		{core.WorldQuery{AgentID: s.agent, Name: "world 0", MessageServerID: server}, 1},
		{core.WorldQuery{AgentID: core.NewID()}, 0},
	} {
		list, err := s.Worlds(ctx, tt.query)
		require.NoError(t, err)
		require.Len(t, list, tt.want, "%+v", tt.query)
		n, err := s.CountWorlds(ctx, tt.query)
		require.NoError(t, err)
		require.Equal(t, tt.want, n, "%+v", tt.query)
	}
}

func worldsUpdate(t *testing.T, s *scene) {
	ctx, w := t.Context(), s.newWorld()
	require.NoError(t, s.SaveWorld(ctx, w))
	update := func(u core.WorldUpdate) {
		t.Helper()
		require.NoError(t, s.UpdateWorld(ctx, w.ID, u))
		got, err := s.World(ctx, w.ID)
		require.NoError(t, err)
		require.Equal(t, w, got)
	}
	update(core.WorldUpdate{})
	w.Name = "renamed"
	update(core.WorldUpdate{Name: &w.Name})
	w.Metadata = map[string]any{"roles": map[string]any{"u": "OWNER", "v": "ADMIN"}}
	update(core.WorldUpdate{Metadata: map[string]any{"roles": map[string]any{"v": "ADMIN"}, "none": nil}})
	w.MessageServerID = core.NewID()
	update(core.WorldUpdate{MessageServerID: &w.MessageServerID})
	w.MessageServerID = uuid.Nil
	update(core.WorldUpdate{MessageServerID: &uuid.Nil})
}

func worldsConcurrent(t *testing.T, s *scene) {
	const writers = 8
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			update := core.WorldUpdate{Metadata: map[string]any{"roles": map[string]any{fmt.Sprint("u", i): "ADMIN"}}}
			if err := s.UpdateWorld(context.WithoutCancel(t.Context()), s.world, update); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	got, err := s.World(t.Context(), s.world)
	require.NoError(t, err)
	require.Len(t, got.Metadata["roles"], writers)
}

func worldsDelete(t *testing.T, s *scene) {
	ctx := t.Context()
	component := s.newComponent()
	component.WorldID = s.world
	require.NoError(t, s.CreateComponent(ctx, component))
	require.NoError(t, s.DeleteWorld(ctx, s.world))
	got, err := s.Room(ctx, s.room)
	require.NoError(t, err)
	require.Zero(t, got.WorldID)
	_, err = s.Component(ctx, component.ID)
	require.ErrorIs(t, err, core.ErrNotFound, "a component of the world goes with it")
}

func worldsInTx(t *testing.T, s *scene) {
	ctx, w := t.Context(), s.newWorld()
	undo := errors.New("undo")
	require.ErrorIs(t, s.InTx(ctx, func(tx core.Database) error {
		require.NoError(t, tx.CreateWorld(ctx, w))
		require.NoError(t, tx.UpdateWorld(ctx, w.ID, core.WorldUpdate{Metadata: map[string]any{"a": 1}}))
		// An update that fails undoes its own part alone.
		require.ErrorIs(t, tx.UpdateWorld(ctx, core.NewID(), core.WorldUpdate{Metadata: map[string]any{}}), core.ErrNotFound)
		require.NoError(t, tx.DeleteWorld(ctx, s.world))
		_, err := tx.World(ctx, w.ID)
		require.NoError(t, err)
		return undo
	}), undo)
	_, err := s.World(ctx, w.ID)
	require.ErrorIs(t, err, core.ErrNotFound)
	_, err = s.World(ctx, s.world)
	require.NoError(t, err)
}
