package databasetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// rooms tests core.RoomStore.
func rooms(t *testing.T, open Open) {
	for name, test := range map[string]func(t *testing.T, s *scene){
		"unknown ids are not found":             roomsUnknown,
		"all fields come back":                  roomsRoundTrip,
		"saving overwrites everything":          roomsOverwrite,
		"fields that are required":              roomsRequired,
		"a batch is all or nothing":             roomsBatch,
		"ensured ones stay as they are":         roomsEnsured,
		"batches of any order do not deadlock":  roomsCrossed,
		"by id, in order":                       roomsByID,
		"lists, pages and counts":               roomsLists,
		"rooms of a world are an agent's own":   roomsOfWorldByAgent,
		"rooms of participants":                 roomsOfParticipants,
		"an update changes what it sets":        roomsUpdate,
		"deletion takes everything along":       roomsDelete,
		"deletion of a world's rooms":           roomsOfWorldDelete,
		"deletion of a world's rooms is undone": roomsOfWorldUndone,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newScene(t, open))
		})
	}
}

func roomID(r *core.Room) uuid.UUID { return r.ID }

func (s *scene) newRoom() *core.Room {
	return &core.Room{
		AgentID: s.agent, WorldID: s.world, Name: "work", Source: "discord", Type: core.ChannelGroup, ChannelID: "123",
		MessageServerID: core.NewID(), Metadata: map[string]any{"topic": "go", "none": nil},
	}
}

func roomsUnknown(t *testing.T, s *scene) {
	ctx, id := t.Context(), core.NewID()
	_, err := s.Room(ctx, id)
	require.ErrorIs(t, err, core.ErrNotFound)
	require.ErrorIs(t, s.UpdateRoom(ctx, id, core.RoomUpdate{Name: new("x")}), core.ErrNotFound)
	require.ErrorIs(t, s.UpdateRoom(ctx, id, core.RoomUpdate{Metadata: map[string]any{}}), core.ErrNotFound)
	require.ErrorIs(t, s.UpdateRoom(ctx, s.room, core.RoomUpdate{WorldID: &id}), core.ErrNotFound)
	require.ErrorIs(t, s.DeleteRoom(ctx, id), core.ErrNotFound)
	_, err = s.DeleteRoomsOfWorld(ctx, s.agent, id)
	require.ErrorIs(t, err, core.ErrNotFound)
	_, err = s.Rooms(ctx, core.RoomQuery{After: id})
	require.ErrorIs(t, err, core.ErrNotFound)
	stray := s.newRoom()
	stray.WorldID = id
	require.ErrorIs(t, s.SaveRoom(ctx, stray), core.ErrNotFound)
	require.ErrorIs(t, s.CreateRooms(ctx, stray), core.ErrNotFound)
	_, err = s.EnsureRooms(ctx, stray)
	require.ErrorIs(t, err, core.ErrNotFound)
}

func roomsRoundTrip(t *testing.T, s *scene) {
	ctx := t.Context()
	for name, save := range map[string]func(*core.Room) error{
		"save":   func(r *core.Room) error { return s.SaveRoom(ctx, r) },
		"create": func(r *core.Room) error { return s.CreateRooms(ctx, r) },
		"ensure": func(r *core.Room) error { _, err := s.EnsureRooms(ctx, r); return err },
	} {
		want := s.newRoom()
		require.NoError(t, save(want), name)
		got, err := s.Room(ctx, want.ID)
		require.NoError(t, err, name)
		require.Equal(t, want, got, name)

		bare := &core.Room{AgentID: s.agent, Type: core.ChannelSelf}
		require.NoError(t, save(bare), name)
		got, err = s.Room(ctx, bare.ID)
		require.NoError(t, err, name)
		require.Equal(t, &core.Room{ID: bare.ID, AgentID: s.agent, Type: core.ChannelSelf, Metadata: map[string]any{}}, got, name)
	}
}

func roomsOverwrite(t *testing.T, s *scene) {
	r := s.newRoom()
	require.NoError(t, s.SaveRoom(t.Context(), r))
	next := &core.Room{ID: r.ID, AgentID: s.agent, Type: core.ChannelDM, Metadata: map[string]any{}}
	require.NoError(t, s.SaveRoom(t.Context(), next))
	got, err := s.Room(t.Context(), r.ID)
	require.NoError(t, err)
	require.Equal(t, next, got, "also what is empty now")
}

func roomsRequired(t *testing.T, s *scene) {
	ctx := t.Context()
	for _, tt := range []struct {
		field string
		room  core.Room
	}{
		{"AgentID", core.Room{Type: core.ChannelDM}},
		{"Type", core.Room{AgentID: s.agent}},
		{"Type", core.Room{AgentID: s.agent, Type: "PARTY"}},
		{"Type", core.Room{AgentID: s.agent, Type: "'; DROP TABLE rooms; --"}},
		{"ChannelID", core.Room{AgentID: s.agent, Type: core.ChannelDM, ChannelID: strings.Repeat("x", 100_000)}},
	} {
		field, r := tt.field, &tt.room
		invalid(t, s.SaveRoom(ctx, r), field)
		invalid(t, s.CreateRooms(ctx, s.newRoom(), r), field)
		_, err := s.EnsureRooms(ctx, s.newRoom(), r)
		invalid(t, err, field)
	}
	invalid(t, s.UpdateRoom(ctx, s.room, core.RoomUpdate{Type: new(core.ChannelType(""))}), "Type")
	long := strings.Repeat("x", 100_000)
	invalid(t, s.UpdateRoom(ctx, s.room, core.RoomUpdate{ChannelID: &long}), "ChannelID")
	require.NoError(t, s.UpdateRoom(ctx, s.room, core.RoomUpdate{Name: &long, Source: &long}), "others may be long")
	_, err := s.Rooms(ctx, core.RoomQuery{Limit: -1})
	invalid(t, err)
	n, err := s.CountRooms(ctx, core.RoomQuery{})
	require.NoError(t, err)
	require.Equal(t, 1, n)
}

func roomsBatch(t *testing.T, s *scene) {
	ctx := t.Context()
	require.NoError(t, s.CreateRooms(ctx), "none are none")
	err := s.CreateRooms(ctx, s.newRoom(), &core.Room{ID: s.room, AgentID: s.agent, Type: core.ChannelDM}, s.newRoom())
	require.ErrorIs(t, err, core.ErrConflict)
	n, err := s.CountRooms(ctx, core.RoomQuery{})
	require.NoError(t, err)
	require.Equal(t, 1, n)

	const many = 2500
	list := make([]*core.Room, many)
	for i := range list {
		list[i] = &core.Room{AgentID: s.agent, Type: core.ChannelDM, Name: fmt.Sprint(i)}
	}
	list[many-1].WorldID = core.NewID()
	require.ErrorIs(t, s.CreateRooms(ctx, list...), core.ErrNotFound)
	n, err = s.CountRooms(ctx, core.RoomQuery{})
	require.NoError(t, err)
	require.Equal(t, 1, n, "none of a batch whose last one fails")
	list[many-1].WorldID = uuid.Nil
	require.NoError(t, s.CreateRooms(ctx, list...))
	got, err := s.RoomsByID(ctx, ids(list, roomID))
	require.NoError(t, err)
	require.Equal(t, ids(list, roomID), ids(got, roomID))
}

func roomsEnsured(t *testing.T, s *scene) {
	ctx, added := t.Context(), s.newRoom()
	n, err := s.EnsureRooms(ctx, &core.Room{ID: s.room, AgentID: s.agent, Type: core.ChannelFeed}, added)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	n, err = s.EnsureRooms(ctx, added, added)
	require.NoError(t, err)
	require.Zero(t, n)
	got, err := s.Room(ctx, s.room)
	require.NoError(t, err)
	require.Equal(t, core.ChannelDM, got.Type)
}

func roomsCrossed(t *testing.T, s *scene) {
	for range 5 {
		list := make([]*core.Room, 200)
		for i := range list {
			list[i] = &core.Room{ID: core.NewID(), AgentID: s.agent, Type: core.ChannelDM}
		}
		reversed := slices.Clone(list)
		slices.Reverse(reversed)
		counts := make(chan int, 2)
		for _, order := range [][]*core.Room{list, reversed} {
			go func() {
				n, err := s.EnsureRooms(t.Context(), order...)
				if err != nil {
					t.Error(err)
				}
				counts <- n
			}()
		}
		require.Equal(t, len(list), <-counts+<-counts)
	}
}

func roomsByID(t *testing.T, s *scene) {
	a, b := s.newRoom(), s.newRoom()
	require.NoError(t, s.CreateRooms(t.Context(), a, b))
	got, err := s.RoomsByID(t.Context(), []uuid.UUID{b.ID, core.NewID(), s.room, a.ID, b.ID})
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{b.ID, s.room, a.ID}, ids(got, roomID))
	require.Equal(t, b, got[0])
	got, err = s.RoomsByID(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, got, "no ids are no rooms")
}

func roomsLists(t *testing.T, s *scene) {
	ctx, server := t.Context(), core.NewID()
	want := []uuid.UUID{s.room}
	for i := range 5 {
		r := &core.Room{
			AgentID: s.agent, Type: core.ChannelGroup, Source: fmt.Sprint("s", i%2), ChannelID: fmt.Sprint("c", i%3),
		}
		if i == 0 {
			r.MessageServerID = server
		}
		require.NoError(t, s.CreateRooms(ctx, r))
		want = append(want, r.ID)
	}
	require.Equal(t, want, pages(t, func(after uuid.UUID, limit int) []*core.Room {
		page, err := s.Rooms(ctx, core.RoomQuery{AgentID: s.agent, After: after, Limit: limit})
		require.NoError(t, err)
		return page
	}, roomID))
	for _, tt := range []struct {
		query core.RoomQuery
		want  int
	}{
		{core.RoomQuery{}, 6},
		{core.RoomQuery{WorldID: s.world}, 1},
		{core.RoomQuery{WorldID: core.NewID()}, 0},
		{core.RoomQuery{MessageServerID: server}, 1},
		{core.RoomQuery{Source: "s0"}, 3},
		{core.RoomQuery{ChannelID: "c0"}, 2},
		{core.RoomQuery{Source: "s1", ChannelID: "c0"}, 1},
		{core.RoomQuery{Type: core.ChannelDM}, 1},
		{core.RoomQuery{AgentID: core.NewID()}, 0},
	} {
		list, err := s.Rooms(ctx, tt.query)
		require.NoError(t, err)
		require.Len(t, list, tt.want, "%+v", tt.query)
		n, err := s.CountRooms(ctx, tt.query)
		require.NoError(t, err)
		require.Equal(t, tt.want, n, "%+v", tt.query)
	}
}

func roomsOfWorldByAgent(t *testing.T, s *scene) {
	ctx := t.Context()
	other := &core.Room{AgentID: s.addAgent(t, "Other"), WorldID: s.world, Type: core.ChannelDM}
	require.NoError(t, s.CreateRooms(ctx, other))
	list, err := s.Rooms(ctx, core.RoomQuery{WorldID: s.world})
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{s.room, other.ID}, ids(list, roomID))
	list, err = s.Rooms(ctx, core.RoomQuery{WorldID: s.world, AgentID: s.agent})
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{s.room}, ids(list, roomID))
}

func roomsOfParticipants(t *testing.T, s *scene) {
	ctx, a, b := t.Context(), s.newRoom(), s.newRoom()
	alan := s.addEntity(t, "alan")
	require.NoError(t, s.CreateRooms(ctx, a, b))
	for entity, in := range map[uuid.UUID][]uuid.UUID{s.user: {s.room, a.ID}, alan: {a.ID, b.ID}} {
		for _, room := range in {
			require.NoError(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: room, EntityID: entity}))
		}
	}
	list := func(entities ...uuid.UUID) []uuid.UUID {
		list, err := s.Rooms(ctx, core.RoomQuery{EntityIDs: entities})
		require.NoError(t, err)
		return ids(list, roomID)
	}
	require.Equal(t, []uuid.UUID{s.room, a.ID}, list(s.user))
	require.ElementsMatch(t, []uuid.UUID{a.ID, b.ID}, list(alan))
	require.ElementsMatch(t, []uuid.UUID{s.room, a.ID, b.ID}, list(s.user, alan), "each once")
	require.Empty(t, list(core.NewID()))
}

func roomsUpdate(t *testing.T, s *scene) {
	ctx, r := t.Context(), s.newRoom()
	require.NoError(t, s.SaveRoom(ctx, r))
	update := func(u core.RoomUpdate) {
		t.Helper()
		require.NoError(t, s.UpdateRoom(ctx, r.ID, u))
		got, err := s.Room(ctx, r.ID)
		require.NoError(t, err)
		require.Equal(t, r, got)
	}
	update(core.RoomUpdate{})
	r.Name, r.Source, r.Type, r.ChannelID = "n", "s", core.ChannelThread, ""
	update(core.RoomUpdate{Name: &r.Name, Source: &r.Source, Type: &r.Type, ChannelID: &r.ChannelID})
	r.Metadata = map[string]any{"topic": "sql"}
	update(core.RoomUpdate{Metadata: map[string]any{"topic": "sql", "none": nil}})
	r.WorldID, r.MessageServerID = uuid.Nil, uuid.Nil
	update(core.RoomUpdate{WorldID: &uuid.Nil, MessageServerID: &uuid.Nil})
	r.WorldID = s.world
	update(core.RoomUpdate{WorldID: &s.world})
}

func roomsDelete(t *testing.T, s *scene) {
	ctx := t.Context()
	memory := &core.Memory{Type: "x", AgentID: s.agent, RoomID: s.room, Embedding: make([]float32, 384)}
	memory.Embedding[0] = 1
	require.NoError(t, s.CreateMemory(ctx, memory))
	require.NoError(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user}))
	component := s.newComponent()
	require.NoError(t, s.CreateComponent(ctx, component))
	require.NoError(t, s.DeleteRoom(ctx, s.room))
	_, err := s.Room(ctx, s.room)
	require.ErrorIs(t, err, core.ErrNotFound)
	_, err = s.Memory(ctx, memory.ID)
	require.ErrorIs(t, err, core.ErrNotFound)
	_, err = s.Component(ctx, component.ID)
	require.ErrorIs(t, err, core.ErrNotFound)
	n, err := s.CountParticipations(ctx, core.ParticipantQuery{})
	require.NoError(t, err)
	require.Zero(t, n)
	_, err = s.Entity(ctx, s.user)
	require.NoError(t, err, "who was in it stays")
}

func roomsOfWorldDelete(t *testing.T, s *scene) {
	ctx := t.Context()
	outside := s.newRoom()
	outside.WorldID = uuid.Nil
	other := &core.Room{AgentID: s.addAgent(t, "Other"), WorldID: s.world, Type: core.ChannelDM}
	require.NoError(t, s.CreateRooms(ctx, s.newRoom(), outside, other))
	memory := &core.Memory{Type: "x", AgentID: s.agent, RoomID: s.room}
	require.NoError(t, s.CreateMemory(ctx, memory))

	n, err := s.DeleteRoomsOfWorld(ctx, s.agent, s.world)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	_, err = s.Memory(ctx, memory.ID)
	require.ErrorIs(t, err, core.ErrNotFound)
	list, err := s.Rooms(ctx, core.RoomQuery{})
	require.NoError(t, err)
	require.ElementsMatch(t, []uuid.UUID{outside.ID, other.ID}, ids(list, roomID))
	n, err = s.DeleteRoomsOfWorld(ctx, s.agent, s.world)
	require.NoError(t, err, "a world without rooms is no error")
	require.Zero(t, n)
	n, err = s.DeleteRoomsOfWorld(ctx, uuid.Nil, s.world)
	require.NoError(t, err)
	require.Equal(t, 1, n, "no agent is all agents")
	_, err = s.World(ctx, s.world)
	require.NoError(t, err, "the world stays")
}

func roomsOfWorldUndone(t *testing.T, s *scene) {
	ctx, undo := t.Context(), errors.New("undo")
	require.NoError(t, s.CreateRooms(ctx, s.newRoom(), s.newRoom()))
	require.ErrorIs(t, s.InTx(ctx, func(tx core.Database) error {
		n, err := tx.DeleteRoomsOfWorld(ctx, s.agent, s.world)
		require.NoError(t, err)
		require.Equal(t, 3, n)
		return undo
	}), undo)
	n, err := s.CountRooms(ctx, core.RoomQuery{})
	require.NoError(t, err)
	require.Equal(t, 3, n)
}
