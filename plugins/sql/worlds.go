package sql

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
)

// SaveWorld implements core.WorldStore.
func (d *Database) SaveWorld(ctx context.Context, world *core.World) error {
	err := d.client.World.Create().
		SetID(world.ID).
		SetAgentID(world.AgentID).
		SetName(world.Name).
		SetMetadata(orObject(world.Metadata)).
		OnConflict(overwrite()...).
		Exec(ctx)
	return explain(fmt.Sprintf("could not save world %q", world.Name), err)
}

// SaveRoom implements core.WorldStore.
func (d *Database) SaveRoom(ctx context.Context, room *core.Room) error {
	err := d.client.Room.Create().
		SetID(room.ID).
		SetAgentID(room.AgentID).
		SetNillableWorldID(optional(room.WorldID)).
		SetSource(room.Source).
		SetType(string(room.Type)).
		SetName(room.Name).
		SetChannelID(room.ChannelID).
		SetMetadata(orObject(room.Metadata)).
		OnConflict(overwrite()...).
		Exec(ctx)
	return explain(fmt.Sprintf("could not save room %q", room.Name), err)
}

// Room implements core.WorldStore.
func (d *Database) Room(ctx context.Context, id uuid.UUID) (*core.Room, error) {
	row, err := d.client.Room.Get(ctx, id)
	if err != nil {
		return nil, explain("room "+id.String(), err)
	}
	return &core.Room{
		ID: row.ID, AgentID: row.AgentID, WorldID: row.WorldID, Name: row.Name, Source: row.Source,
		Type: core.ChannelType(row.Type), ChannelID: row.ChannelID, Metadata: row.Metadata,
	}, nil
}

// optional makes NULL of a zero id.
func optional(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

// orObject makes {} of nil.
func orObject(object map[string]any) map[string]any {
	if object == nil {
		return map[string]any{}
	}
	return object
}
