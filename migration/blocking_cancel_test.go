package migration_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
)

// cancelRequest is the code with which a connection begins that asks the server
// to cancel another one's statement:
// https://www.postgresql.org/docs/current/protocol-message-formats.html
const cancelRequest = 80877102

// dialled counts the requests to cancel among what is sent first.
type dialled struct {
	net.Conn
	cancels *atomic.Int64
}

func (d dialled) Write(b []byte) (int, error) {
	if len(b) == 16 && binary.BigEndian.Uint32(b[4:]) == cancelRequest {
		d.cancels.Add(1)
	}
	return d.Conn.Write(b)
}

// A run that ends while it looks for the session that blocks it asks for no
// statement to be cancelled: PgBouncer 1.18 does not survive it if the program
// ends, too.
func TestTheEndOfARunCancelsNothing(t *testing.T) {
	t.Parallel()
	config, err := pgx.ParseConfig(pgtest.Database(t))
	require.NoError(t, err)
	var cancels atomic.Int64
	dial := config.DialFunc
	config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return dialled{conn, &cancels}, nil
	}
	db := stdlib.OpenDB(*config)
	defer db.Close()
	// It looks all the time, a millisecond after a look.
	e, err := migration.New(migration.Config{DB: db, TableTimeout: 4 * time.Millisecond, LockTimeout: 30 * time.Second})
	require.NoError(t, err)
	for i := range 30 {
		_, err := e.Run(t.Context(), []migration.Unit{plugin(fmt.Sprint("p", i), []*schema.Table{table("t")})}, migration.Options{})
		require.NoError(t, err)
	}
	require.Zero(t, cancels.Load())
}
