package sql

import (
	"context"
	"fmt"
	"math"

	"github.com/elizago/elizago/core"
)

// likeAnother is the similarity from which on a memory is not new, unless told
// otherwise; elizaOS's.
const likeAnother = 0.95

// CreateMemoryOnce implements core.MemoryStore.
func (d *Database) CreateMemoryOnce(ctx context.Context, m *core.Memory, how core.Deduplication) (bool, error) {
	if how.Threshold == 0 {
		how.Threshold = likeAnother
	}
	if math.IsNaN(how.Threshold) || how.Threshold < 0 || how.Threshold > 1 {
		return false, fmt.Errorf("sql: the threshold %v of a deduplication is out of range: give it 0 to 1", how.Threshold)
	}
	if _, err := newMemoryRow(m); err != nil {
		return false, err
	}
	if len(m.Embedding) > 0 && checkDirection(m.Embedding) == nil {
		found, err := planned(ctx, d, nearest{
			filter: memoryFilter{agent: m.AgentID, kind: m.Type, room: m.RoomID, world: m.WorldID, entity: m.EntityID, same: true},
			vector: m.Embedding, count: 1,
		}, onlyID)
		if err != nil {
			return false, explain("could not look for memories like "+m.ID.String(), err)
		}
		m.Duplicate = len(found) > 0 && 1-found[0].distance >= how.Threshold
	}
	if m.Duplicate && how.Skip {
		return false, nil
	}
	return !m.Duplicate, d.CreateMemory(ctx, m)
}
