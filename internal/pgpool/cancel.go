package pgpool

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
)

// heedCancel is how long a server may take to end a statement that it was asked
// to end. Then its connection is given up, as it is without asking.
const heedCancel = 2 * time.Second

// KeepWhenCancelled sets what happens to a connection if the context of a
// statement on it is done. With keep, the server is asked to cancel the
// statement, so that the connection stays open, and with it the transaction
// around a savepoint; this takes a round trip on another connection, or two
// seconds if the server does not answer. Without keep, the default, the
// connection is closed.
//
// It does nothing for connections that are not from a pool of this package.
func KeepWhenCancelled(conn *pgx.Conn, keep bool) {
	if s := sessionOf(conn); s != nil {
		s.keep.Store(keep)
	}
}

// watch ends statements whose context ends, in one of two ways.
type watch struct {
	keep            atomic.Bool
	closing, asking ctxwatch.Handler
	began           ctxwatch.Handler // the way that was chosen for this statement
}

// HandleCancel implements ctxwatch.Handler.
func (w *watch) HandleCancel(ctx context.Context) {
	w.began = w.closing
	if w.keep.Load() {
		w.began = w.asking
	}
	w.began.HandleCancel(ctx)
}

// HandleUnwatchAfterCancel implements ctxwatch.Handler.
func (w *watch) HandleUnwatchAfterCancel() { w.began.HandleUnwatchAfterCancel() }

// asking asks the server to end the statement. pgx's own handler hangs up when
// the statement has ended, before it knows that the request has been dealt
// with: it has to guess how long that one may still hit the next statement, and
// PgBouncer 1.18 ends itself over a client that hangs up then. This one waits
// until the server has sent its signal, which the caller learns by the end of
// the connection that the request went by.
type asking struct {
	conn  *pgconn.PgConn
	asked chan struct{}
}

func (a *asking) HandleCancel(context.Context) {
	deadline := time.Now().Add(heedCancel)
	_ = a.conn.Conn().SetDeadline(deadline) // a closed connection needs none
	asked := make(chan struct{})
	a.asked = asked
	go func() {
		defer close(asked)
		ctx, cancel := context.WithDeadline(context.Background(), deadline)
		defer cancel()
		_ = a.conn.CancelRequest(ctx) // where it fails, the deadline is left
	}()
}

func (a *asking) HandleUnwatchAfterCancel() {
	<-a.asked
	_ = a.conn.Conn().SetDeadline(time.Time{})
}
