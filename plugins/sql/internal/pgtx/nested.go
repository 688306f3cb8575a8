package pgtx

import (
	"context"
	stdsql "database/sql"
	"errors"
	"sync"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/jackc/pgx/v5"
)

// errInnerOpen keeps statements out of a savepoint that they do not know of,
// whose rollback would undo them silently.
var errInnerOpen = errors.New("a transaction inside this one is open: use that one until it has ended, or end it")

// scope is a transaction or savepoint from its begin to its end. It makes every
// use at the wrong time an error: after the end, where a statement would become
// part of what is around it; while one inside is open; and a commit while one
// inside is open, which would commit that without anybody having said so.
type scope struct {
	outer *scope // nil for the outermost
	conn  *txConn

	mu        sync.Mutex
	ended     bool
	innerOpen bool // a scope inside is open
}

// scoped returns the driver of a transaction that was just begun, within its
// scope.
func scoped(t *tx) *Driver {
	s := &scope{conn: t.txConn}
	if inner, ok := t.end.(innerEnd); ok {
		s.outer = inner.outer
	}
	t.end = scopeEnd{t.end, s}
	d := t.driver()
	d.Conn = entsql.Conn{ExecQuerier: scopedConn{d.ExecQuerier, s}}
	d.withConn, d.withBorrowed = whileUsable(d.withConn, s), whileUsable(d.withBorrowed, s)
	begin := d.begin
	d.begin = func(ctx context.Context, options *stdsql.TxOptions) (*tx, error) {
		if err := s.beginInner(); err != nil {
			return nil, err
		}
		inner, err := begin(ctx, options)
		if err != nil {
			s.endInner()
			return nil, err
		}
		inner.end = innerEnd{inner.end, s}
		return inner, nil
	}
	return d
}

// checkUsable says why a statement may not run now.
func (s *scope) checkUsable() error {
	if s.conn.borrowed.Load() {
		return errBorrowed
	}
	if s.hasEnded() {
		return stdsql.ErrTxDone
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.innerOpen {
		return errInnerOpen
	}
	return nil
}

// hasEnded reports that the scope has ended, or one around it.
func (s *scope) hasEnded() bool {
	for at := s; at != nil; at = at.outer {
		at.mu.Lock()
		ended := at.ended
		at.mu.Unlock()
		if ended {
			return true
		}
	}
	return false
}

// beginInner is called when a scope inside begins, leave when it ends.
func (s *scope) beginInner() error {
	if err := s.checkUsable(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.innerOpen { // since: somebody else has come first
		return errInnerOpen
	}
	s.innerOpen = true
	return nil
}

func (s *scope) endInner() { s.set(&s.innerOpen, false) }

func (s *scope) set(field *bool, value bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*field = value
}

// ender is how transactions and savepoints end.
type ender interface {
	Commit() error
	Rollback() error
}

// scopeEnd ends a scope with its transaction. A commit that fails leaves nothing
// open: what cannot be committed is rolled back, so that what is around it can
// go on.
type scopeEnd struct {
	ender
	scope *scope
}

func (e scopeEnd) Commit() error {
	err := e.scope.checkUsable()
	if errors.Is(err, stdsql.ErrTxDone) || errors.Is(err, errBorrowed) {
		return err
	}
	if err == nil {
		err = e.ender.Commit()
	}
	e.scope.set(&e.scope.ended, true)
	if err != nil {
		_ = e.ender.Rollback() // the reason is in err; where nothing is left to roll back, this fails
	}
	return err
}

func (e scopeEnd) Rollback() error {
	if e.scope.conn.borrowed.Load() {
		return errBorrowed
	}
	if e.scope.hasEnded() {
		return stdsql.ErrTxDone
	}
	e.scope.set(&e.scope.ended, true)
	return e.ender.Rollback()
}

// innerEnd tells the scope around that the one inside has ended.
type innerEnd struct {
	ender
	outer *scope
}

func (l innerEnd) Commit() error {
	err := l.ender.Commit()
	if err == nil {
		l.outer.endInner() // else the rollback follows
	}
	return err
}

// Rollback that fails leaves the part that was to be undone in the transaction
// around, which then cannot be used or committed any more.
func (l innerEnd) Rollback() error {
	err := l.ender.Rollback()
	if err == nil || nothingToRollBack(err) {
		l.outer.endInner()
	}
	return err
}

// scopedConn lets statements run while their scope may be used.
type scopedConn struct {
	entsql.ExecQuerier
	scope *scope
}

func (g scopedConn) ExecContext(ctx context.Context, statement string, args ...any) (stdsql.Result, error) {
	if err := g.scope.checkUsable(); err != nil {
		return nil, err
	}
	return g.ExecQuerier.ExecContext(ctx, statement, args...)
}

func (g scopedConn) QueryContext(ctx context.Context, statement string, args ...any) (*stdsql.Rows, error) {
	if err := g.scope.checkUsable(); err != nil {
		return nil, err
	}
	return g.ExecQuerier.QueryContext(ctx, statement, args...)
}

// whileUsable lends the connection while its scope may be used.
func whileUsable(whole func(context.Context, func(*pgx.Conn) error) error, s *scope) func(context.Context, func(*pgx.Conn) error) error {
	return func(ctx context.Context, do func(conn *pgx.Conn) error) error {
		if err := s.checkUsable(); err != nil {
			return err
		}
		return whole(ctx, do)
	}
}
