package pgtx

import (
	"context"
	stdsql "database/sql"

	"github.com/jackc/pgx/v5"

	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// Hand-written statements take the same way as ent's: through the driver, and so
// into its transaction if there is one, with sanitized arguments.

// Scanner is a row of database/sql or pgx.
type Scanner interface{ Scan(into ...any) error }

// Query sends a read-only query and returns its rows as scan converts them. It is
// sent again if its connection was lost, unless in a transaction.
func Query[T any](ctx context.Context, d *Driver, query string, args []any, scan func(row Scanner) (T, error)) (list []T, err error) {
	if d.InTx() {
		return send(ctx, d, query, args, scan)
	}
	err = d.again(ctx, true, func() error {
		list, err = send(ctx, d, query, args, scan)
		return err
	})
	return list, err
}

// ExecReturning is Query for a statement that changes rows. It is sent again only
// if it has certainly not arrived.
func ExecReturning[T any](ctx context.Context, d *Driver, statement string, args []any, scan func(row Scanner) (T, error)) (list []T, err error) {
	err = d.again(ctx, false, func() error {
		list, err = send(ctx, d, statement, args, scan)
		return err
	})
	return list, err
}

// send sends a statement once. It bypasses database/sql, which costs a tenth of the
// time of a short query.
func send[T any](ctx context.Context, d *Driver, statement string, args []any, scan func(row Scanner) (T, error)) (list []T, err error) {
	args, _ = value.SanitizeArgs(args).([]any)
	err = d.WithConn(ctx, func(conn *pgx.Conn) error {
		return onVectors(ctx, conn, statement, func(statement string) error {
			rows, err := conn.Query(ctx, statement, args...)
			if err != nil {
				return err
			}
			list, err = scanRows(rows, scan)
			return err
		})
	})
	return list, markDeletion(statement, err)
}

// Once, as the first argument of a statement that a process hardly sends again,
// makes it one round trip: it is not prepared.
const Once = pgx.QueryExecModeExec

// Settings is a statement that changes settings until the end of the transaction.
type Settings struct {
	Statement string
	Args      []any
}

// QueryWith is Query with settings, in the same round trip. Outside a transaction
// the statements of a batch are one, whose end resets the settings; inside, a
// savepoint is rolled back for it.
func QueryWith[T any](ctx context.Context, d *Driver, with Settings, query string, args []any, scan func(row Scanner) (T, error)) (list []T, err error) {
	args, _ = value.SanitizeArgs(args).([]any)
	ask := func() error {
		list = nil
		return d.WithConn(ctx, func(conn *pgx.Conn) error {
			inside := conn.PgConn().TxStatus() != 'I'
			return onVectors(ctx, conn, query, func(query string) error {
				var batch pgx.Batch
				if inside {
					batch.Queue("SAVEPOINT elizago_search")
				}
				batch.Queue(with.Statement, with.Args...)
				batch.Queue(query, args...).Query(func(rows pgx.Rows) (err error) {
					list, err = scanRows(rows, scan)
					return err
				})
				if inside {
					batch.Queue("ROLLBACK TO SAVEPOINT elizago_search")
					batch.Queue("RELEASE SAVEPOINT elizago_search")
				}
				return conn.SendBatch(ctx, &batch).Close()
			})
		})
	}
	err = d.again(ctx, true, ask)
	return list, err
}

// scanRows reads and closes the rows.
func scanRows[T any](rows pgx.Rows, scan func(row Scanner) (T, error)) (list []T, err error) {
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

// First returns the first row of Query or ExecReturning, or ErrNoRows for none,
// which Explain turns into core.ErrNotFound.
func First[T any](list []T, err error) (one T, _ error) {
	if err == nil && len(list) == 0 {
		err = stdsql.ErrNoRows
	}
	if err != nil {
		return one, err
	}
	return list[0], nil
}

// ScanOne scans a row of a single value.
func ScanOne[T any](row Scanner) (value T, err error) {
	err = row.Scan(&value)
	return value, err
}

// Exec sends a statement that changes rows, and returns their number.
func Exec(ctx context.Context, d *Driver, statement string, args ...any) (changed int64, err error) {
	args, _ = value.SanitizeArgs(args).([]any)
	err = d.again(ctx, false, func() error {
		return d.WithConn(ctx, func(conn *pgx.Conn) error {
			return onVectors(ctx, conn, statement, func(statement string) error {
				done, err := conn.Exec(ctx, statement, args...)
				changed = done.RowsAffected()
				return err
			})
		})
	})
	return changed, markDeletion(statement, err)
}
