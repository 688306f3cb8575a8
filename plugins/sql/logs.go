package sql

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
)

// CreateLog implements core.LogStore.
func (d *Database) CreateLog(ctx context.Context, entry *core.Log) error {
	if entry.ID == uuid.Nil {
		entry.ID = core.NewID()
	}
	if entry.CreatedAt.IsZero() {
		entry.CreatedAt = now()
	}
	err := d.client.LogEntry.Create().
		SetID(entry.ID).
		SetAgentID(entry.AgentID).
		SetEntityID(entry.EntityID).
		SetNillableRoomID(optional(entry.RoomID)).
		SetType(entry.Type).
		SetBody(orObject(entry.Body)).
		SetCreatedAt(entry.CreatedAt).
		Exec(ctx)
	return explain(fmt.Sprintf("could not save a log of type %q", entry.Type), err)
}
