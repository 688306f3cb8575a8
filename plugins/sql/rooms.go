package sql

import (
	"bytes"
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/ent/predicate"
	"github.com/elizago/elizago/ent/room"
	"github.com/elizago/elizago/ent/world"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// SaveRoom implements core.RoomStore.
func (d *Database) SaveRoom(ctx context.Context, r *core.Room) error {
	if err := checkRoom(r); err != nil {
		return err
	}
	value.EnsureID(&r.ID)
	err := d.client.Room.Create().
		SetID(r.ID).
		SetAgentID(r.AgentID).
		SetNillableWorldID(value.NullableID(r.WorldID)).
		SetNillableMessageServerID(value.NullableID(r.MessageServerID)).
		SetSource(r.Source).
		SetType(string(r.Type)).
		SetName(r.Name).
		SetChannelID(r.ChannelID).
		SetMetadata(value.Object(r.Metadata)).
		OnConflict(overwriteOwn(room.Table, room.FieldWorldID, room.FieldMessageServerID)...).
		Exec(ctx)
	if pgtx.IsNoRows(err) {
		return d.ownedByAnother(ctx, room.Table, "room", r.ID, r.AgentID)
	}
	return pgtx.Explain("could not save room "+r.ID.String(), err)
}

func checkRoom(r *core.Room) error {
	if err := value.NotNil("the room", r); err != nil {
		return err
	}
	if err := value.Required(value.IDField("Room.AgentID", r.AgentID), value.TextField("Room.Type", string(r.Type))); err != nil {
		return err
	}
	if err := value.Indexable("Room.ChannelID", r.ChannelID); err != nil {
		return err
	}
	if err := value.CheckJSON("Room.Metadata", r.Metadata); err != nil {
		return err
	}
	return checkChannelType("Room.Type", r.Type)
}

// checkChannelType returns an error for an unknown type of channel.
func checkChannelType(field string, kind core.ChannelType) error {
	if kind.Valid() {
		return nil
	}
	return value.Invalid("sql: %s is %s: it may be one of %v", field, value.Quote(string(kind)), core.ChannelTypes())
}

const insertRooms = `
INSERT INTO public.rooms (id, agent_id, world_id, message_server_id, source, type, name, channel_id, metadata,
	created_at, updated_at)
SELECT id, agent_id, world_id, message_server_id, source, type, name, channel_id, metadata, created_at, created_at
FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, agent_id uuid, world_id uuid, message_server_id uuid,
	source text, type text, name text, channel_id text, metadata jsonb, created_at timestamptz)`

// roomRow is a row for insertRooms.
type roomRow struct {
	ID              uuid.UUID        `json:"id"`
	AgentID         uuid.UUID        `json:"agent_id"`
	WorldID         *uuid.UUID       `json:"world_id"`
	MessageServerID *uuid.UUID       `json:"message_server_id"`
	Source          string           `json:"source"`
	Type            core.ChannelType `json:"type"`
	Name            string           `json:"name"`
	ChannelID       string           `json:"channel_id"`
	Metadata        map[string]any   `json:"metadata"`
	CreatedAt       string           `json:"created_at"`
}

// CreateRooms implements core.RoomStore.
func (d *Database) CreateRooms(ctx context.Context, rooms ...*core.Room) error {
	_, err := d.insertRooms(ctx, insertRooms, rooms)
	return err
}

// EnsureRooms implements core.RoomStore.
func (d *Database) EnsureRooms(ctx context.Context, rooms ...*core.Room) (int, error) {
	return d.insertRooms(ctx, insertRooms+doNothingOnConflict, rooms)
}

func (d *Database) insertRooms(ctx context.Context, statement string, rooms []*core.Room) (int, error) {
	for _, r := range rooms {
		if err := checkRoom(r); err != nil {
			return 0, err
		}
	}
	at := value.JSONTime(d.clock.Now())
	list := convert(rooms, func(r *core.Room) roomRow {
		value.EnsureID(&r.ID)
		return roomRow{
			r.ID, r.AgentID, value.NullableID(r.WorldID), value.NullableID(r.MessageServerID),
			value.SanitizeText(r.Source), r.Type, value.SanitizeText(r.Name), value.SanitizeText(r.ChannelID), value.Object(r.Metadata), at,
		}
	})
	slices.SortFunc(list, func(a, b roomRow) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	return insertBatch(ctx, d, "could not create rooms", statement, list)
}

// Room implements core.RoomStore.
func (d *Database) Room(ctx context.Context, id uuid.UUID) (*core.Room, error) {
	row, err := d.client.Room.Get(ctx, id)
	if err != nil {
		return nil, pgtx.Explain("room "+id.String(), err)
	}
	return roomFrom(row), nil
}

// RoomsByID implements core.RoomStore.
func (d *Database) RoomsByID(ctx context.Context, ids []uuid.UUID) ([]*core.Room, error) {
	var rooms []*core.Room
	for some := range slices.Chunk(ids, batchSize) {
		rows, err := d.client.Room.Query().Where(room.IDIn(some...)).All(ctx)
		if err != nil {
			return nil, pgtx.Explain("could not read rooms", err)
		}
		rooms = append(rooms, convert(rows, roomFrom)...)
	}
	return orderByID(ids, rooms, func(r *core.Room) uuid.UUID { return r.ID }), nil
}

// Rooms implements core.RoomStore.
func (d *Database) Rooms(ctx context.Context, query core.RoomQuery) ([]*core.Room, error) {
	if err := value.CheckPage("rooms", &query.Limit, 0, value.DefaultLimit); err != nil {
		return nil, err
	}
	where := roomsWhere(query)
	if query.After != uuid.Nil {
		where = append(where, after(room.Table, query.After))
	}
	rows, err := d.client.Room.Query().Where(where...).Order(oldestFirst).Limit(query.Limit).All(ctx)
	if err != nil {
		return nil, pgtx.Explain("could not list rooms", err)
	}
	return convert(rows, roomFrom), d.checkAfter(ctx, room.Table, query.After, len(rows))
}

// CountRooms implements core.RoomStore.
func (d *Database) CountRooms(ctx context.Context, query core.RoomQuery) (int, error) {
	n, err := d.client.Room.Query().Where(roomsWhere(query)...).Count(ctx)
	return n, pgtx.Explain("could not count rooms", err)
}

func roomsWhere(query core.RoomQuery) []predicate.Room {
	var where []predicate.Room
	if query.AgentID != uuid.Nil {
		where = append(where, room.AgentID(query.AgentID))
	}
	if query.WorldID != uuid.Nil {
		where = append(where, room.WorldID(query.WorldID))
	}
	if query.MessageServerID != uuid.Nil {
		where = append(where, room.MessageServerID(query.MessageServerID))
	}
	if len(query.EntityIDs) > 0 {
		where = append(where, inRooms("room_id", "entity_id", query.EntityIDs, uuid.Nil))
	}
	if query.Source != "" {
		where = append(where, room.Source(query.Source))
	}
	if query.ChannelID != "" {
		where = append(where, room.ChannelID(query.ChannelID))
	}
	if query.Type != "" {
		where = append(where, room.Type(string(query.Type)))
	}
	return where
}

// UpdateRoom implements core.RoomStore.
func (d *Database) UpdateRoom(ctx context.Context, id uuid.UUID, update core.RoomUpdate) error {
	const query = `SELECT metadata FROM public.rooms WHERE id = $1 FOR NO KEY UPDATE`
	if update.Type != nil {
		if err := checkChannelType("RoomUpdate.Type", *update.Type); err != nil {
			return err
		}
	}
	if update.ChannelID != nil {
		if err := value.Indexable("RoomUpdate.ChannelID", *update.ChannelID); err != nil {
			return err
		}
	}
	return d.updateMerging(ctx, "could not update room "+id.String(), query, id, update.Metadata,
		func(tx *Database, metadata map[string]any) error {
			change := tx.client.Room.UpdateOneID(id).
				SetNillableName(update.Name).
				SetNillableSource(update.Source).
				SetNillableType((*string)(update.Type)).
				SetNillableChannelID(update.ChannelID)
			if metadata != nil {
				change.SetMetadata(metadata)
			}
			value.SetOrClear(update.WorldID, change.SetWorldID, change.ClearWorldID)
			value.SetOrClear(update.MessageServerID, change.SetMessageServerID, change.ClearMessageServerID)
			return change.Exec(ctx)
		})
}

// DeleteRoom implements core.RoomStore.
func (d *Database) DeleteRoom(ctx context.Context, id uuid.UUID) error {
	return d.deleteOwned(ctx, "could not delete room "+id.String(), []owned{{room.Table, "t.id = $1::uuid", []any{id}}}, func(tx *Database) error {
		return tx.client.Room.DeleteOneID(id).Exec(ctx)
	})
}

// DeleteRoomsOfWorld implements core.RoomStore. The foreign keys delete what
// belongs to the rooms.
func (d *Database) DeleteRoomsOfWorld(ctx context.Context, agentID, worldID uuid.UUID) (int, error) {
	what := "could not delete the rooms of world " + worldID.String()
	where, rows := []predicate.Room{room.WorldID(worldID)}, []owned(nil)
	if agentID != uuid.Nil {
		where = append(where, room.AgentID(agentID))
		rows = []owned{{room.Table, "t.world_id = $1::uuid AND t.agent_id = $2::uuid", []any{worldID, agentID}}}
	}
	n := 0
	err := d.deleteOwned(ctx, what, rows, func(tx *Database) (err error) {
		n, err = tx.client.Room.Delete().Where(where...).Exec(ctx)
		return err
	})
	if err != nil || n > 0 {
		return n, err
	}
	return 0, d.checkExists(ctx, world.Table, worldID, n)
}

func roomFrom(row *ent.Room) *core.Room {
	return &core.Room{
		ID: row.ID, AgentID: row.AgentID, WorldID: row.WorldID, Name: row.Name, Source: row.Source,
		Type: core.ChannelType(row.Type), ChannelID: row.ChannelID, MessageServerID: row.MessageServerID,
		Metadata: value.Object(row.Metadata),
	}
}
