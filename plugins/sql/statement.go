package sql

import (
	"context"
	stdsql "database/sql"

	entsql "entgo.io/ent/dialect/sql"
)

// Statements by hand go the same way as ent's: through the driver, and so into
// the transaction if there is one, with their texts cleaned.

// execute runs a statement and returns how many rows it changed.
func (d *Database) execute(ctx context.Context, statement string, args ...any) (int64, error) {
	var result stdsql.Result
	if err := d.driver.Exec(ctx, statement, args, &result); err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// query passes each row of the result to scan.
func (d *Database) query(ctx context.Context, scan func(row *entsql.Rows) error, statement string, args ...any) error {
	var rows entsql.Rows
	if err := d.driver.Query(ctx, statement, args, &rows); err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(&rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// read calls do, which only reads, again when its connection was lost; not in a
// transaction, which is lost with it.
func (d *Database) read(ctx context.Context, do func() error) error {
	if !d.driver.retries {
		return do()
	}
	return again(ctx, do)
}

// queryRow scans the first row of the result; without one it is ErrNoRows.
func (d *Database) queryRow(ctx context.Context, into []any, statement string, args ...any) error {
	found := false
	err := d.query(ctx, func(row *entsql.Rows) error {
		if found {
			return nil
		}
		found = true
		return row.Scan(into...)
	}, statement, args...)
	if err == nil && !found {
		return stdsql.ErrNoRows
	}
	return err
}
