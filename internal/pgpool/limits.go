package pgpool

import (
	"context"
	"database/sql/driver"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// limits ends statements of a pool that take too long, where their callers have
// set no limit: by closing the connection, for which pgx asks the server to
// cancel the statement as well. A timer for each statement would cost more than
// a tick for all, and PgBouncer has no parameter for it.
type limits struct {
	most  time.Duration // of a statement
	ticks atomic.Int64

	mu       sync.Mutex
	sessions map[*session]struct{}
	once     sync.Once
	stop     chan struct{}
	stopped  sync.WaitGroup
}

// tick is how exactly a limit is kept.
const tick = 250 * time.Millisecond

func newLimits(most time.Duration) *limits {
	l := &limits{most: most, sessions: map[*session]struct{}{}, stop: make(chan struct{})}
	l.ticks.Store(1)
	l.stopped.Go(l.run)
	return l
}

// now returns the number of ticks, which is never zero.
func (l *limits) now() int64 { return l.ticks.Load() }

func (l *limits) run() {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			l.check(l.ticks.Add(1))
		case <-l.stop:
			return
		}
	}
}

// check ends the statements that have run for too long.
func (l *limits) check(now int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for s := range l.sessions {
		began := s.began.Load()
		if began != 0 && time.Duration(now-began)*tick > l.most && s.began.CompareAndSwap(began, 0) {
			_ = s.conn.Conn().SetDeadline(time.Unix(1, 0)) // a closed connection needs none
		}
	}
}

func (l *limits) add(s *session) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sessions[s] = struct{}{}
}

func (l *limits) remove(s *session) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.sessions, s)
}

// forget makes all connections prepare their statements again.
func (l *limits) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for s := range l.sessions {
		s.outdated.Store(true)
	}
}

func (l *limits) close() {
	l.once.Do(func() { close(l.stop) })
	l.stopped.Wait()
}

// Limit makes the pool's limit of a statement apply to those of a connection
// until it is released, where their contexts have no deadline.
func Limit(conn *pgx.Conn) {
	if s := sessionOf(conn); s != nil {
		s.limited.Store(true)
	}
}

// named is a connector of connections whose holders are known: through
// database/sql, they may have them for longer than a statement.
type named struct {
	driver.Connector
	limited bool // their statements have a limit
}

// Connect implements driver.Connector.
func (n named) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := n.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	if s := sessionOf(conn.(*stdlib.Conn).Conn()); s != nil {
		s.name(1)
		s.limited.Store(n.limited)
	}
	return conn, nil
}
