package runtime

import (
	"context"
	"errors"

	"github.com/elizago/elizago/core"
)

// saveMemory saves a memory under an id chosen before, in one statement, and
// again if the connection was lost. A conflict then means that an earlier
// attempt was committed.
func saveMemory(ctx context.Context, db core.Database, memory *core.Memory) error {
	err := db.CreateMemory(core.Retry(ctx), memory)
	if !errors.Is(err, core.ErrConflict) {
		return err
	}
	if stored, lookUp := db.Memory(ctx, memory.ID); lookUp != nil || stored.EntityID != memory.EntityID || stored.RoomID != memory.RoomID {
		return err
	}
	return nil
}
