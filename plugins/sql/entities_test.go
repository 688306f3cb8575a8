package sql

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// What elizaOS left empty is read as nothing, never as an error.
func TestRowsOfElizaOSAreRead(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	room, world, entity, component, relationship := core.NewID(), core.NewID(), core.NewID(), core.NewID(), core.NewID()
	for statement, args := range map[string][]any{
		`INSERT INTO public.rooms (id, source, type) VALUES ($1, 'x', 'DM')`:                {room},
		`INSERT INTO public.worlds (id, agent_id, name) VALUES ($1, $2, '')`:                {world, s.agent},
		`INSERT INTO public.entities (id, agent_id) VALUES ($1, $2)`:                        {entity, s.agent},
		`UPDATE public.agents SET username = NULL, system = NULL, bio = NULL WHERE id = $1`: {s.agent},
	} {
		_, err := s.Pool().ExecContext(t.Context(), statement, args...)
		require.NoError(t, err, statement)
	}
	for statement, args := range map[string][]any{
		`INSERT INTO public.components (id, entity_id, agent_id, room_id, type) VALUES ($1, $2, $3, $4, 'x')`:         {component, entity, s.agent, room},
		`INSERT INTO public.relationships (id, source_entity_id, target_entity_id, agent_id) VALUES ($1, $2, $2, $3)`: {relationship, entity, s.agent},
	} {
		_, err := s.Pool().ExecContext(t.Context(), statement, args...)
		require.NoError(t, err, statement)
	}

	r, err := s.Room(t.Context(), room)
	require.NoError(t, err)
	require.Equal(t, &core.Room{ID: room, Source: "x", Type: core.ChannelDM, Metadata: map[string]any{}}, r)
	w, err := s.World(t.Context(), world)
	require.NoError(t, err)
	require.Equal(t, &core.World{ID: world, AgentID: s.agent, Metadata: map[string]any{}}, w)
	e, err := s.EntitiesByID(t.Context(), []uuid.UUID{entity})
	require.NoError(t, err)
	require.Equal(t, []string{}, e[0].Names)
	require.Len(t, e[0].Components, 1)
	require.Equal(t, map[string]any{}, e[0].Components[0].Data)
	rel, err := s.Relationship(t.Context(), relationship)
	require.NoError(t, err)
	require.Equal(t, []string{}, rel.Tags)
	require.Equal(t, map[string]any{}, rel.Metadata)
	a, err := s.Agent(t.Context(), s.agent)
	require.NoError(t, err)
	require.Empty(t, a.Username)

	// A merge into nothing is the patch.
	for _, update := range []func() error{
		func() error {
			return s.UpdateRoom(t.Context(), room, core.RoomUpdate{Metadata: map[string]any{"a": 1}})
		},
		func() error {
			return s.UpdateWorld(t.Context(), world, core.WorldUpdate{Metadata: map[string]any{"a": 1}})
		},
		func() error {
			return s.UpdateRelationship(t.Context(), relationship, core.RelationshipUpdate{Metadata: map[string]any{"a": 1}})
		},
	} {
		require.NoError(t, update())
	}
	r, err = s.Room(t.Context(), room)
	require.NoError(t, err)
	require.Equal(t, map[string]any{"a": 1.0}, r.Metadata)
}

// A write that the database refuses is not sent again. A sequence counts how
// often it came, since that is not rolled back.
func TestARefusedWriteIsSentOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	_, err := s.Pool().ExecContext(t.Context(), `
		CREATE SEQUENCE public.writes;
		CREATE FUNCTION public.count_writes() RETURNS trigger LANGUAGE plpgsql AS $$
			BEGIN PERFORM nextval('public.writes'); RETURN NEW; END $$;
		CREATE TRIGGER count BEFORE INSERT ON public.components FOR EACH ROW EXECUTE FUNCTION public.count_writes()`)
	require.NoError(t, err)
	err = s.CreateComponent(t.Context(), &core.Component{EntityID: core.NewID(), AgentID: s.agent, RoomID: s.room, Type: "x"})
	require.ErrorIs(t, err, core.ErrNotFound)
	var sent int
	require.NoError(t, s.Pool().QueryRowContext(t.Context(), `SELECT last_value FROM public.writes`).Scan(&sent))
	require.Equal(t, 1, sent)
}

// Adding a component to an entity that is being updated does not wait: a merge
// locks no more than it must, or every insert of a memory would queue behind it.
func TestAMergeBlocksNoReferenceToTheRow(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
		require.NoError(t, tx.UpdateEntity(t.Context(), s.user, core.EntityUpdate{Metadata: map[string]any{"a": 1}}))
		require.NoError(t, tx.UpdateRoom(t.Context(), s.room, core.RoomUpdate{Metadata: map[string]any{"a": 1}}))
		require.NoError(t, tx.UpdateAgent(t.Context(), s.agent, core.AgentUpdate{Settings: map[string]any{"a": 1}}))
		// Outside of the transaction, on another connection.
		return s.CreateComponent(t.Context(), &core.Component{EntityID: s.user, AgentID: s.agent, RoomID: s.room, Type: "x"})
	}))
}
