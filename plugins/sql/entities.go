package sql

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/ent/participant"
)

// SaveEntity implements core.EntityStore.
func (d *Database) SaveEntity(ctx context.Context, entity *core.Entity) error {
	err := d.client.Entity.Create().
		SetID(entity.ID).
		SetAgentID(entity.AgentID).
		SetNames(orEmpty(entity.Names)).
		SetMetadata(orObject(entity.Metadata)).
		OnConflict(overwrite()...).
		Exec(ctx)
	return explain(fmt.Sprintf("could not save entity %q", entity.Name()), err)
}

// Entity implements core.EntityStore.
func (d *Database) Entity(ctx context.Context, id uuid.UUID) (*core.Entity, error) {
	row, err := d.client.Entity.Get(ctx, id)
	if err != nil {
		return nil, explain("entity "+id.String(), err)
	}
	return entityFrom(row), nil
}

// AddParticipant implements core.EntityStore.
func (d *Database) AddParticipant(ctx context.Context, agentID, roomID, entityID uuid.UUID) error {
	err := d.client.Participant.Create().
		SetAgentID(agentID).
		SetRoomID(roomID).
		SetEntityID(entityID).
		OnConflict(
			sql.ConflictColumns(participant.FieldRoomID, participant.FieldEntityID, participant.FieldAgentID),
			sql.DoNothing(),
		).
		Exec(ctx)
	if isNoRows(err) {
		return nil // it was there already, so nothing came back
	}
	return explain(fmt.Sprintf("could not add entity %s to room %s", entityID, roomID), err)
}

// Participants implements core.EntityStore.
func (d *Database) Participants(ctx context.Context, agentID, roomID uuid.UUID) ([]*core.Entity, error) {
	rows, err := d.client.Participant.Query().
		Where(participant.AgentID(agentID), participant.RoomID(roomID)).
		Order(participant.ByCreatedAt(), participant.ByID()).
		WithEntity().
		All(ctx)
	if err != nil {
		return nil, explain(fmt.Sprintf("could not list who is in room %s", roomID), err)
	}
	entities := make([]*core.Entity, len(rows))
	for i, row := range rows {
		entities[i] = entityFrom(row.Edges.Entity)
	}
	return entities, nil
}

func entityFrom(row *ent.Entity) *core.Entity {
	return &core.Entity{ID: row.ID, AgentID: row.AgentID, Names: row.Names, Metadata: row.Metadata}
}
