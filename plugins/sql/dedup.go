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
	row, err := newMemoryRow(m)
	if err != nil {
		return false, err
	}
	m.Duplicate = false
	if len(m.Embedding) > 0 && checkDirection(m.Embedding) == nil {
		another, err := d.hasAnother(ctx, nearest{
			filter: memoryFilter{agent: m.AgentID, kind: m.Type, room: m.RoomID, world: m.WorldID, entity: m.EntityID, same: true},
			vector: m.Embedding, count: 1,
		}, how.Threshold)
		if err != nil {
			return false, explain("could not look for memories like "+m.ID.String(), err)
		}
		m.Duplicate = another
	}
	if m.Duplicate && how.Skip {
		return false, nil
	}
	return !m.Duplicate, d.createMemory(ctx, row)
}

// hasAnother reports whether there is a memory at least as similar. The exact
// way is a shorter one than that of a search: nothing has to be sorted, and it
// ends with the first.
func (d *Database) hasAnother(ctx context.Context, n nearest, similarity float64) (bool, error) {
	count, err := d.planner.count(ctx, d, n)
	if err != nil {
		return false, err
	}
	ef, err := d.planner.way(ctx, d, n, count)
	if err != nil {
		return false, err
	}
	if ef > 0 {
		found, walked, err := runIndex(ctx, d, n, onlyID, ef)
		if err != nil || walked == n.count {
			return err == nil && len(found) > 0 && 1-found[0].distance >= similarity, err
		}
	}
	var c conditions
	from, err := n.from(&c)
	if err != nil {
		return false, err
	}
	// The first comparison leaves out nearly all, and distances that are no
	// number, which are greater than all others; the second is that of a search.
	found, err := collect(ctx, d.driver, fmt.Sprintf(`SELECT EXISTS (SELECT FROM %[1]s
		AND %[2]s <= 1.000001 - %[3]s::float8 AND 1 - (%[2]s) >= %[3]s::float8 AND %[4]s)`,
		from, n.distance(&c), c.arg(similarity), n.searched(&c)), c.args, scanOne[bool])
	return err == nil && found[0], err
}
