package sql

import (
	"context"
	stdsql "database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// Statements by hand go the same way as ent's: through the driver, and so into
// the transaction if there is one, with their texts made storable.

// scanner is a row, of database/sql or of pgx.
type scanner interface{ Scan(into ...any) error }

// collect sends a query that changes nothing, again when its connection was
// lost, and returns what scan makes of its rows.
func collect[T any](ctx context.Context, d *driver, query string, args []any, scan func(row scanner) (T, error)) (list []T, err error) {
	if d.inTx() {
		return ask(ctx, d, query, args, scan)
	}
	err = again(ctx, func() error {
		list, err = ask(ctx, d, query, args, scan)
		return err
	})
	return list, err
}

// change is collect for a statement that changes something.
func change[T any](ctx context.Context, d *driver, statement string, args []any, scan func(row scanner) (T, error)) (list []T, err error) {
	err = d.changing(func() error {
		list, err = ask(ctx, d, statement, args, scan)
		return err
	})
	return list, err
}

// changing sends what changes something, again only if it has certainly not
// arrived.
func (d *driver) changing(send func() error) error {
	for try := 1; ; try++ {
		err := send()
		if d.inTx() || try == 3 || !pgconn.SafeToRetry(err) {
			return err
		}
	}
}

// ask sends a statement once, past database/sql, which takes a tenth of the time
// of a short query for itself.
func ask[T any](ctx context.Context, d *driver, statement string, args []any, scan func(row scanner) (T, error)) (list []T, err error) {
	args, _ = value.SanitizeArgs(args).([]any)
	err = d.onPgx(ctx, func(conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, statement, args...)
		if err != nil {
			return err
		}
		list, err = scanAll(rows, scan)
		return err
	})
	return list, blame(statement, err)
}

// setting is a statement that sets something until the end of the transaction.
type setting struct {
	statement string
	args      []any
}

// collectWith is collect for a query that wants settings of its own, in the same
// round trip. Without a transaction around them, the statements of a batch are
// one, whose end undoes the settings; inside one, a savepoint that is rolled back
// does.
func collectWith[T any](ctx context.Context, d *driver, with setting, query string, args []any, scan func(row scanner) (T, error)) (list []T, err error) {
	args, _ = value.SanitizeArgs(args).([]any)
	ask := func() error {
		list = nil
		return d.onPgx(ctx, func(conn *pgx.Conn) error {
			inside := conn.PgConn().TxStatus() != 'I'
			var batch pgx.Batch
			if inside {
				batch.Queue("SAVEPOINT elizago_search")
			}
			batch.Queue(with.statement, with.args...)
			batch.Queue(query, args...).Query(func(rows pgx.Rows) (err error) {
				list, err = scanAll(rows, scan)
				return err
			})
			if inside {
				batch.Queue("ROLLBACK TO SAVEPOINT elizago_search")
				batch.Queue("RELEASE SAVEPOINT elizago_search")
			}
			return conn.SendBatch(ctx, &batch).Close()
		})
	}
	if d.inTx() {
		err = ask()
	} else {
		err = again(ctx, ask)
	}
	return list, err
}

// scanAll reads all rows, and closes them.
func scanAll[T any](rows pgx.Rows, scan func(row scanner) (T, error)) (list []T, err error) {
	defer rows.Close()
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, rows.Err()
}

// first is the first row that collect or change returned, and ErrNoRows for
// none, which explain makes core.ErrNotFound of.
func first[T any](list []T, err error) (one T, _ error) {
	if err == nil && len(list) == 0 {
		err = stdsql.ErrNoRows
	}
	if err != nil {
		return one, err
	}
	return list[0], nil
}

// scanOne is a scan where a row is a single value.
func scanOne[T any](row scanner) (value T, err error) {
	err = row.Scan(&value)
	return value, err
}

// write sends a statement that changes something and returns no rows, and says
// how many rows it changed.
func write(ctx context.Context, d *driver, statement string, args ...any) (changed int64, err error) {
	args, _ = value.SanitizeArgs(args).([]any)
	err = d.changing(func() error {
		return d.onPgx(ctx, func(conn *pgx.Conn) error {
			done, err := conn.Exec(ctx, statement, args...)
			changed = done.RowsAffected()
			return err
		})
	})
	return changed, blame(statement, err)
}
