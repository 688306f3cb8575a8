package pgtx

import (
	"context"
	stdsql "database/sql"
	"errors"
	"sync"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/jackc/pgx/v5"
)

// errInnerOpen refuses a statement of the outer transaction while a savepoint is
// open, whose rollback would silently undo it.
var errInnerOpen = errors.New("a transaction inside this one is open: use that one until it has ended, or end it")

// scope is a transaction or savepoint from its begin to its end. It returns an
// error for every use at the wrong time: a statement after the end, which would
// become part of the outer transaction; a statement or a commit while an inner
// scope is open, which would decide on that one as well.
type scope struct {
	outer *scope // nil for the outermost
	conn  *txConn

	mu        sync.Mutex
	ended     bool
	innerOpen bool
}

// scoped returns the driver of a transaction that has just begun, guarded by a new
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

// checkUsable returns an error if a statement may not run now.
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

// hasEnded reports whether the scope or an outer one has ended.
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

// beginInner is called when an inner scope begins, endInner when it ends.
func (s *scope) beginInner() error {
	if err := s.checkUsable(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.innerOpen { // another goroutine was faster
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

// ender ends a transaction or a savepoint.
type ender interface {
	Commit() error
	Rollback() error
}

// scopeEnd ends a scope with its transaction. A failed commit is rolled back, so
// that the outer transaction can go on.
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

// innerEnd ends an inner scope, and releases the outer one.
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

// Rollback leaves the outer scope unusable if it fails: the part that was to be
// undone would be committed with it.
func (l innerEnd) Rollback() error {
	err := l.ender.Rollback()
	if err == nil || nothingToRollBack(err) {
		l.outer.endInner()
	}
	return err
}

// scopedConn runs statements while their scope is usable.
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

// whileUsable returns a function that hands over the connection while the scope
// is usable.
func whileUsable(whole func(context.Context, func(*pgx.Conn) error) error, s *scope) func(context.Context, func(*pgx.Conn) error) error {
	return func(ctx context.Context, do func(conn *pgx.Conn) error) error {
		if err := s.checkUsable(); err != nil {
			return err
		}
		return whole(ctx, do)
	}
}
