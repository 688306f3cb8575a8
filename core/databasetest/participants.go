package databasetest

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// participants tests core.ParticipantStore.
func participants(t *testing.T, open Open) {
	for name, test := range map[string]func(t *testing.T, s *scene){
		"unknown ids are not found":         participantsUnknown,
		"ids that are required":             participantsRequired,
		"added again they are there once":   participantsOnce,
		"added at once they are there once": participantsConcurrent,
		"a batch is all or nothing":         participantsBatch,
		"removed":                           participantsRemove,
		"the longest there first":           participantsOrder,
		"states":                            participantsStates,
		"a state is one agent's":            participantsStatesByAgent,
		"lists, pages and counts":           participantsLists,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newScene(t, open))
		})
	}
}

func participantsUnknown(t *testing.T, s *scene) {
	ctx, id := t.Context(), core.NewID()
	require.ErrorIs(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: id, RoomID: s.room, EntityID: s.user}), core.ErrNotFound)
	require.ErrorIs(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: id, EntityID: s.user}), core.ErrNotFound)
	require.ErrorIs(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: id}), core.ErrNotFound)
	require.ErrorIs(t, s.RemoveParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user}), core.ErrNotFound)
	_, err := s.ParticipantState(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user})
	require.ErrorIs(t, err, core.ErrNotFound)
	require.ErrorIs(t, s.SetParticipantState(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user}, core.ParticipantMuted), core.ErrNotFound)
	_, err = s.Participations(ctx, core.ParticipantQuery{After: &core.Participant{AgentID: s.agent, RoomID: s.room, EntityID: s.user}})
	require.ErrorIs(t, err, core.ErrNotFound)
	is, err := s.IsParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: id, EntityID: s.user})
	require.NoError(t, err)
	require.False(t, is)
}

func participantsRequired(t *testing.T, s *scene) {
	ctx := t.Context()
	invalid(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: uuid.Nil, RoomID: s.room, EntityID: s.user}), "AgentID")
	invalid(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: uuid.Nil, EntityID: s.user}), "RoomID")
	invalid(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: uuid.Nil}), "EntityID")
	require.NoError(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user}))
	invalid(t, s.SetParticipantState(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user}, "followed"), "State")
	_, err := s.Participations(ctx, core.ParticipantQuery{Limit: -1})
	invalid(t, err)
}

func (s *scene) countParticipants(t *testing.T) int {
	t.Helper()
	n, err := s.CountParticipations(t.Context(), core.ParticipantQuery{RoomID: s.room})
	require.NoError(t, err)
	return n
}

func participantsOnce(t *testing.T, s *scene) {
	ctx := t.Context()
	for range 3 {
		require.NoError(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user}))
	}
	n, err := s.AddParticipants(ctx, s.agent, s.room, s.user, s.user)
	require.NoError(t, err)
	require.Zero(t, n)
	require.Equal(t, 1, s.countParticipants(t))
	list, err := s.Participants(ctx, s.agent, s.room)
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{s.user}, ids(list, entityID))
	is, err := s.IsParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user})
	require.NoError(t, err)
	require.True(t, is)
}

func participantsConcurrent(t *testing.T, s *scene) {
	several := []uuid.UUID{s.user, s.addEntity(t, "a"), s.addEntity(t, "b"), s.addEntity(t, "c")}
	var group sync.WaitGroup
	for i := range 8 {
		order := slices.Clone(several)
		if i%2 == 0 {
			slices.Reverse(order)
		}
		group.Go(func() {
			if _, err := s.AddParticipants(context.WithoutCancel(t.Context()), s.agent, s.room, order...); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	require.Equal(t, len(several), s.countParticipants(t))
}

func participantsBatch(t *testing.T, s *scene) {
	ctx, alan := t.Context(), s.addEntity(t, "alan")
	n, err := s.AddParticipants(ctx, s.agent, s.room)
	require.NoError(t, err)
	require.Zero(t, n)
	_, err = s.AddParticipants(ctx, s.agent, s.room, s.user, core.NewID())
	require.ErrorIs(t, err, core.ErrNotFound)
	require.Zero(t, s.countParticipants(t))
	require.NoError(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user}))
	n, err = s.AddParticipants(ctx, s.agent, s.room, s.user, alan)
	require.NoError(t, err)
	require.Equal(t, 1, n)
}

func participantsRemove(t *testing.T, s *scene) {
	ctx, alan := t.Context(), s.addEntity(t, "alan")
	_, err := s.AddParticipants(ctx, s.agent, s.room, s.user, alan)
	require.NoError(t, err)
	require.NoError(t, s.RemoveParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user}))
	is, err := s.IsParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user})
	require.NoError(t, err)
	require.False(t, is)
	require.ErrorIs(t, s.RemoveParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user}), core.ErrNotFound)
	require.Equal(t, 1, s.countParticipants(t))
}

func participantsOrder(t *testing.T, s *scene) {
	ctx := t.Context()
	first, second := s.addEntity(t, "a"), s.addEntity(t, "b")
	for _, id := range []uuid.UUID{second, s.user, first} {
		require.NoError(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: id}))
	}
	require.NoError(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: second}), "again changes nothing")
	list, err := s.Participants(ctx, s.agent, s.room)
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{second, s.user, first}, ids(list, entityID))
	require.Equal(t, []string{"b"}, list[0].Names)
	_, err = s.Participants(ctx, s.agent, core.NewID())
	require.ErrorIs(t, err, core.ErrNotFound)
}

func participantsStates(t *testing.T, s *scene) {
	ctx := t.Context()
	require.NoError(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user}))
	require.Equal(t, core.ParticipantDefault, s.state(t, s.agent))
	for _, state := range []core.ParticipantState{core.ParticipantFollowed, core.ParticipantMuted, core.ParticipantDefault} {
		require.NoError(t, s.SetParticipantState(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user}, state))
		require.Equal(t, state, s.state(t, s.agent))
		list, err := s.Participations(ctx, core.ParticipantQuery{State: &state})
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, state, list[0].State)
	}
	require.NoError(t, s.SetParticipantState(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user}, core.ParticipantMuted))
	require.NoError(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user}))
	require.Equal(t, core.ParticipantMuted, s.state(t, s.agent), "to be added again does not unmute")
}

func (s *scene) state(t *testing.T, agent uuid.UUID) core.ParticipantState {
	t.Helper()
	state, err := s.ParticipantState(t.Context(), core.ParticipantKey{AgentID: agent, RoomID: s.room, EntityID: s.user})
	require.NoError(t, err)
	return state
}

func participantsStatesByAgent(t *testing.T, s *scene) {
	ctx, other := t.Context(), s.addAgent(t, "Other")
	require.NoError(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user}))
	require.NoError(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: other, RoomID: s.room, EntityID: s.user}))
	require.NoError(t, s.SetParticipantState(ctx, core.ParticipantKey{AgentID: other, RoomID: s.room, EntityID: s.user}, core.ParticipantFollowed))
	require.Equal(t, core.ParticipantDefault, s.state(t, s.agent))
	require.Equal(t, core.ParticipantFollowed, s.state(t, other))
	require.NoError(t, s.RemoveParticipant(ctx, core.ParticipantKey{AgentID: other, RoomID: s.room, EntityID: s.user}))
	require.Equal(t, core.ParticipantDefault, s.state(t, s.agent))
}

func participantsLists(t *testing.T, s *scene) {
	ctx, room, other := t.Context(), s.newRoom(), s.addAgent(t, "Other")
	require.NoError(t, s.CreateRooms(ctx, room))
	alan := s.addEntity(t, "alan")
	type place struct{ agent, room, entity uuid.UUID }
	want := []place{
		{s.agent, s.room, s.user},
		{s.agent, room.ID, s.user},
		{s.agent, s.room, alan},
		{other, s.room, s.user},
		{other, room.ID, alan},
	}
	for _, p := range want {
		require.NoError(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: p.agent, RoomID: p.room, EntityID: p.entity}))
	}
	require.NoError(t, s.SetParticipantState(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: alan}, core.ParticipantMuted))

	var got []place
	query := core.ParticipantQuery{Limit: 2}
	for {
		page, err := s.Participations(ctx, query)
		require.NoError(t, err)
		for _, p := range page {
			require.False(t, p.CreatedAt.IsZero())
			got = append(got, place{p.AgentID, p.RoomID, p.EntityID})
			query.After = p
		}
		if len(page) < query.Limit {
			break
		}
	}
	require.Equal(t, want, got)
	for _, tt := range []struct {
		query core.ParticipantQuery
		want  int
	}{
		{core.ParticipantQuery{}, 5},
		{core.ParticipantQuery{AgentID: s.agent}, 3},
		{core.ParticipantQuery{RoomID: room.ID}, 2},
		{core.ParticipantQuery{EntityID: s.user}, 3},
		{core.ParticipantQuery{EntityID: s.user, AgentID: s.agent}, 2},
		{core.ParticipantQuery{State: new(core.ParticipantDefault)}, 4},
		{core.ParticipantQuery{State: new(core.ParticipantMuted)}, 1},
		{core.ParticipantQuery{State: new(core.ParticipantFollowed)}, 0},
		{core.ParticipantQuery{State: new(core.ParticipantState("' OR true --"))}, 0},
	} {
		list, err := s.Participations(ctx, tt.query)
		require.NoError(t, err)
		require.Len(t, list, tt.want, "%+v", tt.query)
		n, err := s.CountParticipations(ctx, tt.query)
		require.NoError(t, err)
		require.Equal(t, tt.want, n, "%+v", tt.query)
	}
}
