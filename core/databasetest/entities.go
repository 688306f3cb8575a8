package databasetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// entities tests core.EntityStore.
func entities(t *testing.T, open Open) {
	for name, test := range map[string]func(t *testing.T, s *scene){
		"unknown ids are not found":               entitiesUnknown,
		"all fields come back":                    entitiesRoundTrip,
		"saving overwrites everything":            entitiesOverwrite,
		"fields that are required":                entitiesRequired,
		"what JSON has no word for is refused":    entitiesNoJSON,
		"a batch is all or nothing":               entitiesBatch,
		"ensured ones stay as they are":           entitiesEnsured,
		"by id, in order, with components":        entitiesByID,
		"lists, pages and counts":                 entitiesLists,
		"by exact name, with their agent":         entitiesByName,
		"search takes no character as special":    entitiesSearch,
		"of a room, with components":              entitiesOfRoom,
		"an update changes what it sets":          entitiesUpdate,
		"updates at once lose nothing":            entitiesConcurrent,
		"deletion takes everything along":         entitiesDelete,
		"deletion is undone with the transaction": entitiesUndone,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newScene(t, open))
		})
	}
}

func entityID(e *core.Entity) uuid.UUID { return e.ID }

func (s *scene) newEntity(names ...string) *core.Entity {
	return &core.Entity{AgentID: s.agent, Names: names, Metadata: map[string]any{"rank": "admiral", "none": nil}}
}

func entitiesUnknown(t *testing.T, s *scene) {
	ctx, id := t.Context(), core.NewID()
	_, err := s.Entity(ctx, id)
	require.ErrorIs(t, err, core.ErrNotFound)
	require.ErrorIs(t, s.UpdateEntity(ctx, id, core.EntityUpdate{Names: []string{"x"}}), core.ErrNotFound)
	require.ErrorIs(t, s.UpdateEntity(ctx, id, core.EntityUpdate{Metadata: map[string]any{}}), core.ErrNotFound)
	require.ErrorIs(t, s.DeleteEntity(ctx, id), core.ErrNotFound)
	_, err = s.Entities(ctx, core.EntityQuery{After: id})
	require.ErrorIs(t, err, core.ErrNotFound)
	stray := &core.Entity{AgentID: id}
	require.ErrorIs(t, s.SaveEntity(ctx, stray), core.ErrNotFound)
	require.ErrorIs(t, s.CreateEntities(ctx, stray), core.ErrNotFound)
	_, err = s.EnsureEntities(ctx, stray)
	require.ErrorIs(t, err, core.ErrNotFound)
}

func entitiesRoundTrip(t *testing.T, s *scene) {
	ctx := t.Context()
	for name, save := range map[string]func(*core.Entity) error{
		"save":   func(e *core.Entity) error { return s.SaveEntity(ctx, e) },
		"create": func(e *core.Entity) error { return s.CreateEntities(ctx, e) },
		"ensure": func(e *core.Entity) error { _, err := s.EnsureEntities(ctx, e); return err },
	} {
		want := s.newEntity("Grace", `"the" {amazing}`, "Hopper, G.", `\`, "NULL", "")
		require.NoError(t, save(want), name)
		got, err := s.Entity(ctx, want.ID)
		require.NoError(t, err, name)
		require.Equal(t, want, got, name)
		require.Equal(t, "Grace", got.Name())

		bare := &core.Entity{AgentID: s.agent}
		require.NoError(t, save(bare), name)
		got, err = s.Entity(ctx, bare.ID)
		require.NoError(t, err, name)
		require.Equal(t, &core.Entity{ID: bare.ID, AgentID: s.agent, Names: []string{}, Metadata: map[string]any{}}, got, name)
	}
}

func entitiesOverwrite(t *testing.T, s *scene) {
	e := s.newEntity("a", "b")
	require.NoError(t, s.SaveEntity(t.Context(), e))
	next := &core.Entity{ID: e.ID, AgentID: s.agent, Names: []string{"c"}, Metadata: map[string]any{}}
	require.NoError(t, s.SaveEntity(t.Context(), next))
	got, err := s.Entity(t.Context(), e.ID)
	require.NoError(t, err)
	require.Equal(t, next, got)
}

func entitiesRequired(t *testing.T, s *scene) {
	ctx := t.Context()
	long := s.newEntity(strings.Repeat("x", 100_000))
	for field, e := range map[string]*core.Entity{"AgentID": {}, "Names": long} {
		invalid(t, s.SaveEntity(ctx, e), field)
		invalid(t, s.CreateEntities(ctx, s.newEntity("x"), e), field)
		_, err := s.EnsureEntities(ctx, s.newEntity("x"), e)
		invalid(t, err, field)
	}
	invalid(t, s.UpdateEntity(ctx, s.user, core.EntityUpdate{Names: long.Names}), "Names")
	_, err := s.Entities(ctx, core.EntityQuery{Limit: -1})
	invalid(t, err)
	n, err := s.CountEntities(ctx, core.EntityQuery{})
	require.NoError(t, err)
	require.Equal(t, 1, n)
}

func entitiesNoJSON(t *testing.T, s *scene) {
	ctx := t.Context()
	cycle := map[string]any{}
	cycle["self"] = cycle
	for name, metadata := range map[string]map[string]any{
		"NaN": {"x": math.NaN()}, "function": {"x": func() {}}, "cycle": cycle,
	} {
		e := s.newEntity("x")
		e.Metadata = metadata
		_, ensure := s.EnsureEntities(ctx, e)
		for _, err := range []error{
			s.SaveEntity(ctx, e), s.CreateEntities(ctx, e), ensure,
			s.UpdateEntity(ctx, s.user, core.EntityUpdate{Metadata: metadata}),
			s.UpdateAgent(ctx, s.agent, core.AgentUpdate{Settings: metadata}),
		} {
			require.ErrorIs(t, err, core.ErrInvalid, name)
			plain(t, err)
		}
	}
}

func entitiesBatch(t *testing.T, s *scene) {
	ctx := t.Context()
	require.NoError(t, s.CreateEntities(ctx))
	err := s.CreateEntities(ctx, s.newEntity("a"), &core.Entity{ID: s.user, AgentID: s.agent}, s.newEntity("b"))
	require.ErrorIs(t, err, core.ErrConflict)
	n, err := s.CountEntities(ctx, core.EntityQuery{})
	require.NoError(t, err)
	require.Equal(t, 1, n)

	const many = 2500
	list := make([]*core.Entity, many)
	for i := range list {
		list[i] = s.newEntity(fmt.Sprint("e", i))
	}
	list[many-1].AgentID = core.NewID()
	require.ErrorIs(t, s.CreateEntities(ctx, list...), core.ErrNotFound)
	n, err = s.CountEntities(ctx, core.EntityQuery{})
	require.NoError(t, err)
	require.Equal(t, 1, n, "none of a batch whose last one fails")
	list[many-1].AgentID = s.agent
	require.NoError(t, s.CreateEntities(ctx, list...))
	got, err := s.EntitiesByID(ctx, ids(list, entityID))
	require.NoError(t, err)
	require.Equal(t, ids(list, entityID), ids(got, entityID))
}

func entitiesEnsured(t *testing.T, s *scene) {
	ctx, added := t.Context(), s.newEntity("new")
	n, err := s.EnsureEntities(ctx, &core.Entity{ID: s.user, AgentID: s.agent, Names: []string{"eve"}}, added)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	n, err = s.EnsureEntities(ctx, added, added)
	require.NoError(t, err)
	require.Zero(t, n)
	got, err := s.Entity(ctx, s.user)
	require.NoError(t, err)
	require.Equal(t, "grace", got.Name())
}

func entitiesByID(t *testing.T, s *scene) {
	ctx, a := t.Context(), s.addEntity(t, "alan")
	first, second := s.newComponent(), s.newComponent()
	require.NoError(t, s.CreateComponent(ctx, first))
	require.NoError(t, s.CreateComponent(ctx, second))
	got, err := s.EntitiesByID(ctx, []uuid.UUID{a, core.NewID(), s.user, a})
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{a, s.user}, ids(got, entityID))
	require.Empty(t, got[0].Components)
	require.Equal(t, []uuid.UUID{first.ID, second.ID}, ids(got[1].Components, componentID))
	got, err = s.EntitiesByID(ctx, nil)
	require.NoError(t, err)
	require.Empty(t, got)
}

func entitiesLists(t *testing.T, s *scene) {
	ctx, other := t.Context(), s.addAgent(t, "Other")
	want := []uuid.UUID{s.user}
	for i := range 5 {
		want = append(want, s.addEntity(t, fmt.Sprint("e", i)))
	}
	require.NoError(t, s.CreateEntities(ctx, &core.Entity{AgentID: other}))
	require.Equal(t, want, pages(t, func(after uuid.UUID, limit int) []*core.Entity {
		page, err := s.Entities(ctx, core.EntityQuery{AgentID: s.agent, After: after, Limit: limit})
		require.NoError(t, err)
		return page
	}, entityID))
	for _, tt := range []struct {
		query core.EntityQuery
		want  int
	}{
		{core.EntityQuery{}, 7},
		{core.EntityQuery{AgentID: other}, 1},
		{core.EntityQuery{AgentID: core.NewID()}, 0},
		{core.EntityQuery{Names: []string{"e1", "e2", "e"}}, 2},
		{core.EntityQuery{Names: []string{"e1"}, AgentID: other}, 0},
		{core.EntityQuery{RoomID: s.room}, 0},
	} {
		list, err := s.Entities(ctx, tt.query)
		require.NoError(t, err)
		require.Len(t, list, tt.want, "%+v", tt.query)
		n, err := s.CountEntities(ctx, tt.query)
		require.NoError(t, err)
		require.Equal(t, tt.want, n, "%+v", tt.query)
	}
}

func (s *scene) entities(t *testing.T, query core.EntityQuery) []uuid.UUID {
	t.Helper()
	list, err := s.Entities(t.Context(), query)
	require.NoError(t, err)
	return ids(list, entityID)
}

func entitiesByName(t *testing.T, s *scene) {
	both := s.addEntity(t, "Ada", "Countess")
	odd := s.addEntity(t, `{"a"},\`)
	require.Equal(t, []uuid.UUID{both}, s.entities(t, core.EntityQuery{Names: []string{"Countess", "nobody"}}))
	require.Equal(t, []uuid.UUID{odd}, s.entities(t, core.EntityQuery{Names: []string{`{"a"},\`}}))
	require.Empty(t, s.entities(t, core.EntityQuery{Names: []string{"countess"}}), "exactly")
	require.Empty(t, s.entities(t, core.EntityQuery{Names: []string{"Count"}}))
	list, err := s.Entities(t.Context(), core.EntityQuery{Names: []string{"Ada"}})
	require.NoError(t, err)
	require.Equal(t, s.agent, list[0].AgentID)
}

func entitiesSearch(t *testing.T, s *scene) {
	percent, underscore := s.addEntity(t, "100% sure"), s.addEntity(t, "snake_case")
	slash, upper := s.addEntity(t, `back\slash`), s.addEntity(t, "x", "Ada LOVELACE")
	search := func(text string) []uuid.UUID {
		return s.entities(t, core.EntityQuery{AgentID: s.agent, Search: text})
	}
	require.Equal(t, []uuid.UUID{percent}, search("%"))
	require.Equal(t, []uuid.UUID{underscore}, search("_"))
	require.Equal(t, []uuid.UUID{slash}, search(`\`))
	require.Equal(t, []uuid.UUID{upper}, search("lovelace"))
	require.Equal(t, []uuid.UUID{upper}, search("ADA l"))
	require.Equal(t, []uuid.UUID{percent}, search("0% S"))
	require.Empty(t, search("%sure"))
	require.Empty(t, search("'; DROP TABLE entities; --"))
	require.Len(t, search(""), 5, "no text is any name")
	require.Len(t, s.entities(t, core.EntityQuery{Limit: 2}), 2)
}

func entitiesOfRoom(t *testing.T, s *scene) {
	ctx, alan, eve := t.Context(), s.addEntity(t, "alan"), s.addEntity(t, "eve")
	require.NoError(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: alan}))
	require.NoError(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user}))
	other := s.addAgent(t, "Other")
	require.NoError(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: other, RoomID: s.room, EntityID: eve}))
	require.NoError(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: other, RoomID: s.room, EntityID: alan}))
	component := s.newComponent()
	require.NoError(t, s.CreateComponent(ctx, component))

	list, err := s.Entities(ctx, core.EntityQuery{AgentID: s.agent, RoomID: s.room})
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{s.user, alan}, ids(list, entityID))
	require.Empty(t, list[0].Components)
	list, err = s.Entities(ctx, core.EntityQuery{RoomID: s.room, Components: true})
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{s.user, alan, eve}, ids(list, entityID), "each once")
	require.Equal(t, []uuid.UUID{component.ID}, ids(list[0].Components, componentID))
	require.Empty(t, list[1].Components)
}

func entitiesUpdate(t *testing.T, s *scene) {
	ctx, e := t.Context(), s.newEntity("a")
	require.NoError(t, s.SaveEntity(ctx, e))
	update := func(u core.EntityUpdate) {
		t.Helper()
		require.NoError(t, s.UpdateEntity(ctx, e.ID, u))
		got, err := s.Entity(ctx, e.ID)
		require.NoError(t, err)
		require.Equal(t, e, got)
	}
	update(core.EntityUpdate{})
	e.Names = []string{"b", "c"}
	update(core.EntityUpdate{Names: e.Names})
	e.Metadata = map[string]any{"rank": "admiral", "ship": map[string]any{"name": "Wisdom"}}
	update(core.EntityUpdate{Metadata: map[string]any{"none": nil, "ship": map[string]any{"name": "Wisdom", "mast": nil}}})
	e.Names = []string{}
	update(core.EntityUpdate{Names: []string{}})
}

func entitiesConcurrent(t *testing.T, s *scene) {
	const writers = 8
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			update := core.EntityUpdate{Metadata: map[string]any{fmt.Sprint("k", i): i}}
			if err := s.UpdateEntity(context.WithoutCancel(t.Context()), s.user, update); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	got, err := s.Entity(t.Context(), s.user)
	require.NoError(t, err)
	require.Len(t, got.Metadata, writers)
}

// hangOn gives the scene's user everything that a deletion must delete with it.
func (s *scene) hangOn(t *testing.T) (about, from *core.Component, memory *core.Memory) {
	t.Helper()
	ctx, alan := t.Context(), s.addEntity(t, "alan")
	about, from = s.newComponent(), s.newComponent()
	from.EntityID, from.SourceEntityID = alan, s.user
	memory = &core.Memory{Type: "x", AgentID: s.agent, EntityID: s.user}
	require.NoError(t, s.CreateComponent(ctx, about))
	require.NoError(t, s.CreateComponent(ctx, from))
	require.NoError(t, s.CreateMemory(ctx, memory))
	require.NoError(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user}))
	require.NoError(t, s.CreateRelationship(ctx, &core.Relationship{AgentID: s.agent, SourceID: s.user, TargetID: alan}))
	require.NoError(t, s.CreateRelationship(ctx, &core.Relationship{AgentID: s.agent, SourceID: alan, TargetID: s.user}))
	return about, from, memory
}

func entitiesDelete(t *testing.T, s *scene) {
	ctx := t.Context()
	about, from, memory := s.hangOn(t)
	require.NoError(t, s.DeleteEntity(ctx, s.user))
	_, err := s.Entity(ctx, s.user)
	require.ErrorIs(t, err, core.ErrNotFound)
	_, err = s.Component(ctx, about.ID)
	require.ErrorIs(t, err, core.ErrNotFound)
	_, err = s.Component(ctx, from.ID)
	require.ErrorIs(t, err, core.ErrNotFound)
	_, err = s.Memory(ctx, memory.ID)
	require.ErrorIs(t, err, core.ErrNotFound)
	n, err := s.CountRelationships(ctx, core.RelationshipQuery{})
	require.NoError(t, err)
	require.Zero(t, n)
	n, err = s.CountParticipations(ctx, core.ParticipantQuery{})
	require.NoError(t, err)
	require.Zero(t, n)
}

func entitiesUndone(t *testing.T, s *scene) {
	ctx, undo := t.Context(), errors.New("undo")
	s.hangOn(t)
	require.ErrorIs(t, s.InTx(ctx, func(tx core.Database) error {
		require.NoError(t, tx.DeleteEntity(ctx, s.user))
		return undo
	}), undo)
	n, err := s.CountRelationships(ctx, core.RelationshipQuery{EntityID: s.user})
	require.NoError(t, err)
	require.Equal(t, 2, n)
}
