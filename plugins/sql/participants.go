package sql

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/ent/agent"
	"github.com/elizago/elizago/ent/entity"
	"github.com/elizago/elizago/ent/participant"
	"github.com/elizago/elizago/ent/predicate"
	"github.com/elizago/elizago/ent/room"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// AddParticipant implements core.ParticipantStore.
func (d *Database) AddParticipant(ctx context.Context, key core.ParticipantKey) error {
	_, err := d.AddParticipants(ctx, key.AgentID, key.RoomID, key.EntityID)
	return err
}

const insertParticipants = `
INSERT INTO public.participants (id, agent_id, room_id, entity_id, created_at, updated_at)
SELECT id, agent_id, room_id, entity_id, created_at, created_at
FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, agent_id uuid, room_id uuid, entity_id uuid, created_at timestamptz)
ON CONFLICT (room_id, entity_id, agent_id) DO NOTHING`

// AddParticipants implements core.ParticipantStore.
func (d *Database) AddParticipants(ctx context.Context, agentID, roomID uuid.UUID, entityIDs ...uuid.UUID) (int, error) {
	type row struct {
		ID        uuid.UUID `json:"id"`
		AgentID   uuid.UUID `json:"agent_id"`
		RoomID    uuid.UUID `json:"room_id"`
		EntityID  uuid.UUID `json:"entity_id"`
		CreatedAt string    `json:"created_at"`
	}
	if err := value.Required(value.IDField("agentID", agentID), value.IDField("roomID", roomID)); err != nil {
		return 0, err
	}
	rows, at := make([]row, len(entityIDs)), value.JSONTime(d.clock.Now())
	for i, entityID := range entityIDs {
		if err := value.Required(value.IDField("entityID", entityID)); err != nil {
			return 0, err
		}
		// New ids are ordered by creation, so that participants of one call
		// keep their order.
		rows[i] = row{core.NewID(), agentID, roomID, entityID, at}
	}
	slices.SortFunc(rows, func(a, b row) int { return bytes.Compare(a.EntityID[:], b.EntityID[:]) })
	return insertBatch(ctx, d, "could not add participants to room "+roomID.String(), insertParticipants, rows)
}

// RemoveParticipant implements core.ParticipantStore.
func (d *Database) RemoveParticipant(ctx context.Context, key core.ParticipantKey) error {
	n, err := d.client.Participant.Delete().Where(participantKey(key)).Exec(ctx)
	if err == nil && n == 0 {
		err = core.ErrNotFound
	}
	return pgtx.Explain(participantName(key), err)
}

// participantKey selects the one row with the key.
func participantKey(key core.ParticipantKey) predicate.Participant {
	return participant.And(participant.RoomID(key.RoomID), participant.EntityID(key.EntityID), participant.AgentID(key.AgentID))
}

// participantName names a participant in errors.
func participantName(key core.ParticipantKey) string {
	return fmt.Sprintf("entity %s in room %s", key.EntityID, key.RoomID)
}

// IsParticipant implements core.ParticipantStore.
func (d *Database) IsParticipant(ctx context.Context, key core.ParticipantKey) (bool, error) {
	is, err := d.client.Participant.Query().Where(participantKey(key)).Exist(ctx)
	return is, pgtx.Explain(participantName(key), err)
}

// Participants implements core.ParticipantStore.
func (d *Database) Participants(ctx context.Context, agentID, roomID uuid.UUID) ([]*core.Entity, error) {
	rows, err := d.client.Entity.Query().Where(inRoom(agentID, roomID)).All(ctx)
	if err != nil {
		return nil, pgtx.Explain("could not list who is in room "+roomID.String(), err)
	}
	if len(rows) == 0 {
		if err := d.checkExists(ctx, agent.Table, agentID, 0); err != nil {
			return nil, err
		}
		return []*core.Entity{}, d.checkExists(ctx, room.Table, roomID, 0)
	}
	return convert(rows, entityFrom), nil
}

// inRoom selects the entities in a room, in the order in which they were added.
func inRoom(agentID, roomID uuid.UUID) predicate.Entity {
	return func(s *entsql.Selector) {
		p := entsql.Table(participant.Table).Schema("public")
		s.Join(p).On(s.C(entity.FieldID), p.C(participant.FieldEntityID))
		s.Where(entsql.And(entsql.EQ(p.C(participant.FieldAgentID), agentID), entsql.EQ(p.C(participant.FieldRoomID), roomID)))
		s.OrderBy(p.C(participant.FieldCreatedAt), p.C(participant.FieldID))
	}
}

// Participations implements core.ParticipantStore.
func (d *Database) Participations(ctx context.Context, query core.ParticipantQuery) ([]*core.Participant, error) {
	if err := value.CheckPage("participants", &query.Limit, 0, value.DefaultLimit); err != nil {
		return nil, err
	}
	where := participantsWhere(query)
	last := uuid.Nil
	if query.After != nil {
		key := core.ParticipantKey{AgentID: query.After.AgentID, RoomID: query.After.RoomID, EntityID: query.After.EntityID}
		row, err := d.client.Participant.Query().Where(participantKey(key)).OnlyID(ctx)
		if err != nil {
			return nil, pgtx.Explain("the page after "+participantName(key), err)
		}
		last = row
		where = append(where, after(participant.Table, last))
	}
	rows, err := d.client.Participant.Query().Where(where...).Order(oldestFirst).Limit(query.Limit).All(ctx)
	if err != nil {
		return nil, pgtx.Explain("could not list participants", err)
	}
	return convert(rows, participantFrom), d.checkAfter(ctx, participant.Table, last, len(rows))
}

// CountParticipations implements core.ParticipantStore.
func (d *Database) CountParticipations(ctx context.Context, query core.ParticipantQuery) (int, error) {
	n, err := d.client.Participant.Query().Where(participantsWhere(query)...).Count(ctx)
	return n, pgtx.Explain("could not count participants", err)
}

func participantsWhere(query core.ParticipantQuery) []predicate.Participant {
	var where []predicate.Participant
	if query.AgentID != uuid.Nil {
		where = append(where, participant.AgentID(query.AgentID))
	}
	if query.RoomID != uuid.Nil {
		where = append(where, participant.RoomID(query.RoomID))
	}
	if query.EntityID != uuid.Nil {
		where = append(where, participant.EntityID(query.EntityID))
	}
	switch {
	case query.State == nil:
	case *query.State == core.ParticipantDefault:
		where = append(where, participant.RoomStateIsNil())
	default:
		where = append(where, participant.RoomState(string(*query.State)))
	}
	return where
}

// ParticipantState implements core.ParticipantStore.
func (d *Database) ParticipantState(ctx context.Context, key core.ParticipantKey) (core.ParticipantState, error) {
	row, err := d.client.Participant.Query().Where(participantKey(key)).Only(ctx)
	if err != nil {
		return "", pgtx.Explain(participantName(key), err)
	}
	return participantFrom(row).State, nil
}

// SetParticipantState implements core.ParticipantStore.
func (d *Database) SetParticipantState(ctx context.Context, key core.ParticipantKey, state core.ParticipantState) error {
	if !state.Valid() {
		return value.Invalid("sql: the state of a participant is %s: it must be FOLLOWED, MUTED or empty", value.Quote(string(state)))
	}
	change := d.client.Participant.Update().Where(participantKey(key))
	if state == core.ParticipantDefault {
		change.ClearRoomState()
	} else {
		change.SetRoomState(string(state))
	}
	n, err := change.Save(ctx)
	if err == nil && n == 0 {
		err = core.ErrNotFound
	}
	return pgtx.Explain(participantName(key), err)
}

func participantFrom(row *ent.Participant) *core.Participant {
	p := &core.Participant{AgentID: row.AgentID, RoomID: row.RoomID, EntityID: row.EntityID, CreatedAt: row.CreatedAt}
	if row.RoomState != nil {
		p.State = core.ParticipantState(*row.RoomState)
	}
	return p
}
