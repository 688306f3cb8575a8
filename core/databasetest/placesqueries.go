package databasetest

import (
	"context"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/elizago/elizago/core"
)

// anyQuery calls every list and count with random queries, and checks that the
// results match them.
func anyQuery(s *scene, ctx ctx, r *rapid.T) {
	text, limit := anyText().Draw(r, "text"), rapid.IntRange(-2, 5).Draw(r, "limit")
	texts := anyTexts().Draw(r, "texts")
	a, b := s.anyID(r, "a"), s.anyID(r, "b")
	answer := func(n int, err error) {
		plain(r, err)
		if limit < 0 {
			require.ErrorIs(r, err, core.ErrInvalid)
		} else if err != nil {
			require.ErrorIs(r, err, core.ErrNotFound)
		}
		require.True(r, n <= limit || limit == 0 && n <= 50 || limit < 0)
	}
	agents, err := s.Agents(ctx, core.AgentQuery{Name: text, After: a, Limit: limit})
	answer(len(agents), err)
	worlds, err := s.Worlds(ctx, core.WorldQuery{AgentID: a, MessageServerID: b, Name: text, After: b, Limit: limit})
	answer(len(worlds), err)
	rooms, err := s.Rooms(ctx, core.RoomQuery{
		AgentID: a, WorldID: b, Source: text, ChannelID: text, Type: core.ChannelType(text), After: b, Limit: limit,
	})
	answer(len(rooms), err)
	entities, err := s.Entities(ctx, core.EntityQuery{
		AgentID: a, RoomID: b, Names: texts, Search: text, Components: true, After: a, Limit: limit,
	})
	answer(len(entities), err)
	components, err := s.Components(ctx, core.ComponentQuery{EntityID: a, RoomID: b, Type: text, After: a, Limit: limit})
	answer(len(components), err)
	participants, err := s.Participations(ctx, core.ParticipantQuery{
		AgentID: a, RoomID: b, State: (*core.ParticipantState)(&text), Limit: limit,
	})
	answer(len(participants), err)
	relationships, err := s.Relationships(ctx, core.RelationshipQuery{AgentID: a, EntityID: b, Tags: texts, After: b, Limit: limit})
	answer(len(relationships), err)

	n, err := s.CountEntities(ctx, core.EntityQuery{AgentID: s.agent})
	fine(r, err)
	require.Equal(r, 1, n, "nothing was injected")
}

// anyIDs calls methods that take ids with ids of other kinds and unknown ids.
func anyIDs(s *scene, ctx ctx, r *rapid.T) {
	a, b, c := s.anyID(r, "a"), s.anyID(r, "b"), s.anyID(r, "c")
	undo := func(do func(tx core.Database) error) {
		plain(r, s.InTx(ctx, func(tx core.Database) error {
			plain(r, do(tx))
			return context.Canceled // leave everything as it was
		}))
	}
	for _, do := range []func(tx core.Database) error{
		func(tx core.Database) error {
			return tx.SaveRoom(ctx, &core.Room{ID: a, AgentID: b, WorldID: c, Type: core.ChannelDM})
		},
		func(tx core.Database) error { return tx.CreateEntities(ctx, &core.Entity{ID: a, AgentID: b}) },
		func(tx core.Database) error { return tx.CreateWorld(ctx, &core.World{ID: a, AgentID: b}) },
		func(tx core.Database) error {
			return tx.CreateComponent(ctx, &core.Component{EntityID: a, AgentID: b, RoomID: c, Type: "x"})
		},
		func(tx core.Database) error {
			return tx.CreateRelationship(ctx, &core.Relationship{AgentID: a, SourceID: b, TargetID: c})
		},
		func(tx core.Database) error {
			return tx.AddParticipant(ctx, core.ParticipantKey{AgentID: a, RoomID: b, EntityID: c})
		},
		func(tx core.Database) error {
			return tx.SetParticipantState(ctx, core.ParticipantKey{AgentID: a, RoomID: b, EntityID: c}, core.ParticipantMuted)
		},
		func(tx core.Database) error {
			return tx.RemoveParticipant(ctx, core.ParticipantKey{AgentID: a, RoomID: b, EntityID: c})
		},
		func(tx core.Database) error {
			return tx.UpdateRoom(ctx, a, core.RoomUpdate{WorldID: &b, Metadata: map[string]any{}})
		},
		func(tx core.Database) error { return tx.DeleteAgent(ctx, a) },
		func(tx core.Database) error { return tx.DeleteWorld(ctx, a) },
		func(tx core.Database) error { return tx.DeleteRoom(ctx, a) },
		func(tx core.Database) error { return tx.DeleteEntity(ctx, a) },
		func(tx core.Database) error { _, err := tx.DeleteRoomsOfWorld(ctx, a, b); return err },
	} {
		undo(do)
	}
	n, err := s.CountRooms(ctx, core.RoomQuery{})
	fine(r, err)
	require.Equal(r, 1, n)
}
