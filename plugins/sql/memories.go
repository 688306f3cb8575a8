package sql

import (
	"context"
	"errors"
	"fmt"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/ent/memory"
	"github.com/elizago/elizago/ent/predicate"
)

// CreateMemory implements core.MemoryStore.
func (d *Database) CreateMemory(ctx context.Context, m *core.Memory) error {
	if m.Type == "" {
		return errors.New("sql: a memory has no type: set Memory.Type, core.MemoryMessages for messages")
	}
	if m.ID == uuid.Nil {
		m.ID = core.NewID()
	}
	if m.CreatedAt.IsZero() {
		m.CreatedAt = now()
	}
	if len(m.Embedding) == 0 {
		return d.insertMemory(ctx, m)
	}
	return d.InTx(ctx, func(tx core.Database) error {
		t := tx.(*Database)
		if err := t.insertMemory(ctx, m); err != nil {
			return err
		}
		return t.insertEmbedding(ctx, m.AgentID, m.ID, m.Embedding)
	})
}

func (d *Database) insertMemory(ctx context.Context, m *core.Memory) error {
	err := d.client.Memory.Create().
		SetID(m.ID).
		SetType(m.Type).
		SetAgentID(m.AgentID).
		SetNillableEntityID(optional(m.EntityID)).
		SetNillableRoomID(optional(m.RoomID)).
		SetNillableWorldID(optional(m.WorldID)).
		SetContent(m.Content).
		SetMetadata(m.Metadata).
		SetCreatedAt(m.CreatedAt).
		Exec(ctx)
	return explain("could not save memory "+m.ID.String(), err)
}

// Memory implements core.MemoryStore.
func (d *Database) Memory(ctx context.Context, id uuid.UUID) (*core.Memory, error) {
	row, err := d.client.Memory.Query().Where(memory.ID(id)).WithEmbedding().Only(ctx)
	if err != nil {
		return nil, explain("memory "+id.String(), err)
	}
	m := memoryFrom(row)
	if row.Edges.Embedding != nil {
		m.Embedding = vectorOf(row.Edges.Embedding)
	}
	return m, nil
}

// Memories implements core.MemoryStore.
func (d *Database) Memories(ctx context.Context, query core.MemoryQuery) ([]*core.Memory, error) {
	if query.Limit < 0 || query.Offset < 0 {
		return nil, fmt.Errorf("sql: memories with limit %d and offset %d: neither may be negative", query.Limit, query.Offset)
	}
	if query.Limit == 0 {
		query.Limit = 50
	}
	where := []predicate.Memory{memory.AgentID(query.AgentID), memory.Type(query.Type)}
	if query.RoomID != uuid.Nil {
		where = append(where, memory.RoomID(query.RoomID))
	}
	if query.WorldID != uuid.Nil {
		where = append(where, memory.WorldID(query.WorldID))
	}
	if query.EntityID != uuid.Nil {
		where = append(where, memory.EntityID(query.EntityID))
	}
	if !query.Since.IsZero() {
		where = append(where, memory.CreatedAtGTE(query.Since))
	}
	if !query.Until.IsZero() {
		where = append(where, memory.CreatedAtLT(query.Until))
	}
	rows, err := d.client.Memory.Query().
		Where(where...).
		Order(memory.ByCreatedAt(entsql.OrderDesc()), memory.ByID(entsql.OrderDesc())).
		Limit(query.Limit).
		Offset(query.Offset).
		All(ctx)
	if err != nil {
		return nil, explain(fmt.Sprintf("could not list memories of type %q", query.Type), err)
	}
	memories := make([]*core.Memory, len(rows))
	for i, row := range rows {
		memories[i] = memoryFrom(row)
	}
	return memories, nil
}

func memoryFrom(row *ent.Memory) *core.Memory {
	return &core.Memory{
		ID: row.ID, Type: row.Type, AgentID: row.AgentID, EntityID: row.EntityID, RoomID: row.RoomID,
		WorldID: row.WorldID, CreatedAt: row.CreatedAt, Content: row.Content, Metadata: row.Metadata,
	}
}

// now is the present in PostgreSQL's resolution, so that what is saved equals
// what is read back.
func now() time.Time { return time.Now().Truncate(time.Microsecond) }
