package migration

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// begin begins the transaction on a connection that together can be called on
// as well. end returns it.
func (r *run) begin(ctx context.Context) (*sql.Tx, error) {
	for tries := 1; ; tries++ {
		conn, err := r.engine.db.Conn(ctx)
		if err != nil {
			return nil, err
		}
		tx, err := conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
		if err == nil {
			r.conn = conn
			return tx, nil
		}
		err = errors.Join(err, conn.Close())
		if !errors.Is(err, driver.ErrBadConn) || tries == 3 {
			return nil, err
		}
	}
}

// end returns the connection of a transaction that has ended.
func (r *run) end() {
	_ = r.conn.Close() // it fails where the connection is gone
}

// together executes statements in the transaction, in one round trip: over a
// network, hundreds of statements one after the other take a minute. After one
// that fails, the others are not executed; there are as many results as
// statements were. Of each, the server refuses to execute more than one
// statement.
func together(ctx context.Context, conn *sql.Conn, statements []string) (results []*pgconn.Result, err error) {
	if len(statements) == 0 {
		return nil, nil
	}
	var batch pgconn.Batch
	for _, statement := range statements {
		batch.ExecParams(statement, nil, nil, nil, nil)
	}
	raw := conn.Raw(func(driverConn any) error {
		c, ok := driverConn.(interface{ Conn() *pgx.Conn })
		if !ok {
			return fmt.Errorf("a connection is %T and not pgx's: Config.DB must be pgx's", driverConn)
		}
		// An error that was returned here could close the connection, for which
		// database/sql waits for the end of the transaction.
		results, err = c.Conn().PgConn().ExecBatch(ctx, &batch).ReadAll()
		return nil
	})
	return results, errors.Join(raw, err)
}
