package sql

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// batchSize is the number of rows of one insert.
const batchSize = 1000

// insertBatch inserts rows by a statement that takes them as one JSON list, all
// of them or none, and returns the number of inserted rows. One parameter keeps
// the statement the same for any number of rows, below PostgreSQL's limit of
// 65,535. The rows must be sorted by their unique key: two statements that
// insert the same keys in different orders would deadlock.
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

// orderByID returns rows in the order of the requested ids, each once.
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

// convert converts each row.
func convert[R, V any](rows []R, from func(R) V) []V {
	values := make([]V, len(rows))
	for i, row := range rows {
		values[i] = from(row)
	}
	return values
}
