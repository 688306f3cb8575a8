package databasetest

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/elizago/elizago/core"
)

// places tests properties of the stores of agents, worlds, rooms, entities,
// components, participants and relationships: text and JSON are returned as
// saved, cleaned as core documents it; every filter finds exactly the matching
// rows; and no error contains a statement.
func places(t *testing.T, open Open) {
	for name, check := range map[string]func(s *scene, ctx ctx, r *rapid.T){
		"agents":        anyAgent,
		"worlds":        anyWorld,
		"rooms":         anyRoom,
		"entities":      anyEntity,
		"components":    anyComponent,
		"relationships": anyRelationship,
		"queries":       anyQuery,
		"random ids":    anyIDs,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, open)
			rapid.Check(t, func(r *rapid.T) { check(s, t.Context(), r) })
		})
	}
}

type ctx = context.Context

// fine requires that err is nil.
func fine(r *rapid.T, err error) {
	plain(r, err)
	require.NoError(r, err)
}

func anyTexts() *rapid.Generator[[]string] { return rapid.SliceOfN(anyText(), 0, 4) }

func cleaned(texts []string) []string {
	list := []string{}
	for _, text := range texts {
		list = append(list, clean(text))
	}
	return list
}

func anyWorld(s *scene, ctx ctx, r *rapid.T) {
	w := &core.World{AgentID: s.agent, Name: anyText().Draw(r, "name"), Metadata: anyObject().Draw(r, "metadata")}
	want := core.World{AgentID: s.agent, Name: clean(w.Name), Metadata: cleanJSON(r, w.Metadata)}
	switch rapid.IntRange(0, 2).Draw(r, "how") {
	case 0:
		fine(r, s.SaveWorld(ctx, w))
	case 1:
		fine(r, s.CreateWorld(ctx, w))
	default:
		_, err := s.EnsureWorld(ctx, w)
		fine(r, err)
	}
	want.ID = w.ID
	got, err := s.World(ctx, w.ID)
	fine(r, err)
	require.Equal(r, &want, got)

	name, patch := anyText().Draw(r, "new name"), anyObject().Draw(r, "patch")
	fine(r, s.UpdateWorld(ctx, w.ID, core.WorldUpdate{Name: &name, Metadata: patch}))
	want.Name, want.Metadata = clean(name), mergeObjects(want.Metadata, cleanJSON(r, patch))
	got, err = s.World(ctx, w.ID)
	fine(r, err)
	require.Equal(r, &want, got)
	if want.Name != "" {
		list, err := s.Worlds(ctx, core.WorldQuery{Name: name, Limit: 1000})
		fine(r, err)
		require.Contains(r, list, &want)
		for _, found := range list {
			require.Equal(r, want.Name, found.Name)
		}
	}
	fine(r, s.DeleteWorld(ctx, w.ID))
}

func anyRoom(s *scene, ctx ctx, r *rapid.T) {
	room := &core.Room{
		AgentID: s.agent, WorldID: s.world, Name: anyText().Draw(r, "name"), Source: anyText().Draw(r, "source"),
		Type: core.ChannelGroup, ChannelID: anyText().Draw(r, "channel"), Metadata: anyObject().Draw(r, "metadata"),
	}
	want := *room
	want.Name, want.Source, want.ChannelID = clean(room.Name), clean(room.Source), clean(room.ChannelID)
	want.Metadata = cleanJSON(r, room.Metadata)
	switch rapid.IntRange(0, 2).Draw(r, "how") {
	case 0:
		fine(r, s.SaveRoom(ctx, room))
	case 1:
		fine(r, s.CreateRooms(ctx, room))
	default:
		_, err := s.EnsureRooms(ctx, room)
		fine(r, err)
	}
	want.ID = room.ID
	got, err := s.Room(ctx, room.ID)
	fine(r, err)
	require.Equal(r, &want, got)

	patch, channel := anyObject().Draw(r, "patch"), anyText().Draw(r, "new channel")
	fine(r, s.UpdateRoom(ctx, room.ID, core.RoomUpdate{Metadata: patch, ChannelID: &channel}))
	want.Metadata, want.ChannelID = mergeObjects(want.Metadata, cleanJSON(r, patch)), clean(channel)
	list, err := s.Rooms(ctx, core.RoomQuery{WorldID: s.world, Source: room.Source, ChannelID: channel, Limit: 1000})
	fine(r, err)
	if clean(room.Source) == room.Source && clean(channel) == channel {
		require.Contains(r, list, &want)
	}
	kind := core.ChannelType(anyText().Draw(r, "kind"))
	if !kind.Valid() {
		err := s.UpdateRoom(ctx, room.ID, core.RoomUpdate{Type: &kind})
		invalid(r, err)
		list, err = s.Rooms(ctx, core.RoomQuery{Type: kind})
		fine(r, err)
		require.True(r, kind == "" || len(list) == 0)
	}
	fine(r, s.DeleteRoom(ctx, room.ID))
}

func anyEntity(s *scene, ctx ctx, r *rapid.T) {
	e := &core.Entity{AgentID: s.agent, Names: anyTexts().Draw(r, "names"), Metadata: anyObject().Draw(r, "metadata")}
	want := core.Entity{AgentID: s.agent, Names: cleaned(e.Names), Metadata: cleanJSON(r, e.Metadata)}
	switch rapid.IntRange(0, 2).Draw(r, "how") {
	case 0:
		fine(r, s.SaveEntity(ctx, e))
	case 1:
		fine(r, s.CreateEntities(ctx, e))
	default:
		_, err := s.EnsureEntities(ctx, e)
		fine(r, err)
	}
	want.ID = e.ID
	got, err := s.Entity(ctx, e.ID)
	fine(r, err)
	require.Equal(r, &want, got)

	names, patch := anyTexts().Draw(r, "new names"), anyObject().Draw(r, "patch")
	fine(r, s.UpdateEntity(ctx, e.ID, core.EntityUpdate{Names: names, Metadata: patch}))
	want.Names, want.Metadata = cleaned(names), mergeObjects(want.Metadata, cleanJSON(r, patch))
	got, err = s.Entity(ctx, e.ID)
	fine(r, err)
	require.Equal(r, &want, got)
	for _, name := range names {
		list, err := s.Entities(ctx, core.EntityQuery{AgentID: s.agent, Names: []string{name}})
		fine(r, err)
		require.Contains(r, list, &want)
		list, err = s.Entities(ctx, core.EntityQuery{AgentID: s.agent, Search: name})
		fine(r, err)
		if name == clean(name) {
			require.Contains(r, list, &want)
		}
	}
	fine(r, s.DeleteEntity(ctx, e.ID))
}

// anyID draws an id of the scene, or an unknown one.
func (s *scene) anyID(r *rapid.T, label string) uuid.UUID {
	return rapid.SampledFrom([]uuid.UUID{{}, s.agent, s.world, s.room, s.user, {1}, uuid.Max}).Draw(r, label)
}
