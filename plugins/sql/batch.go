package sql

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// batchSize is how many rows one statement inserts.
const batchSize = 1000

// insertBatch inserts rows with a statement that takes them as one JSON list,
// all of them or none, and says how many it inserted. One parameter for all
// keeps the statement the same whatever their number, and below PostgreSQL's
// limit of 65,535. The rows must be sorted by what makes them unique: two
// statements that insert the same ones in different orders would wait for each
// other.
func insertBatch[R any](ctx context.Context, d *Database, what, statement string, rows []R) (int, error) {
	if len(rows) == 0 {
		return 0, nil
	}
	insert := func(d *Database, rows []R) (int, error) {
		text, err := json.Marshal(rows)
		if err != nil {
			return 0, pgtx.Explain(what, err)
		}
		n, err := pgtx.Exec(ctx, d.driver, statement, json.RawMessage(text))
		return int(n), pgtx.Explain(what, err)
	}
	if len(rows) <= batchSize {
		return insert(d, rows)
	}
	inserted := 0
	err := d.InTx(ctx, func(tx core.Database) error {
		for len(rows) > 0 {
			size := min(len(rows), batchSize)
			n, err := insert(tx.(*Database), rows[:size])
			if err != nil {
				return err
			}
			inserted += n
			rows = rows[size:]
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return inserted, nil
}

// orderByID puts rows into the order of the ids that were asked for, each once.
func orderByID[R any](ids []uuid.UUID, rows []R, id func(R) uuid.UUID) []R {
	byID := make(map[uuid.UUID]R, len(rows))
	for _, row := range rows {
		byID[id(row)] = row
	}
	ordered := make([]R, 0, len(rows))
	for _, id := range ids {
		if row, ok := byID[id]; ok {
			ordered = append(ordered, row)
			delete(byID, id)
		}
	}
	return ordered
}
