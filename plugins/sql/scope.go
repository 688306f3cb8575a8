package sql

import (
	"context"
	stdsql "database/sql"
	"errors"
	"sync"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/jackc/pgx/v5"
)

// errOpenInside keeps statements out of a savepoint that they do not know of,
// whose rollback would undo them silently.
var errOpenInside = errors.New("a transaction inside this one is open: use that one until it has ended, or end it")

// scope is a transaction or savepoint from its begin to its end. It makes every
// use at the wrong time an error: after the end, where a statement would become
// part of what is around it; while one inside is open; and a commit while one
// inside is open, which would commit that without anybody having said so.
type scope struct {
	around  *scope // nil for the outermost
	session *session

	mu     sync.Mutex
	ended  bool
	inside bool // a scope inside is open
}

// scoped returns the driver of a transaction that was just begun, within its
// scope.
func scoped(t *tx) *driver {
	s := &scope{session: t.session}
	if inner, ok := t.end.(leaving); ok {
		s.around = inner.scope
	}
	t.end = ending{t.end, s}
	d := t.driver()
	d.Conn = entsql.Conn{ExecQuerier: guarded{d.ExecQuerier, s}}
	d.pgx, d.lend = guardedPgx(d.pgx, s), guardedPgx(d.lend, s)
	begin := d.begin
	d.begin = func(ctx context.Context, options *stdsql.TxOptions) (*tx, error) {
		if err := s.enter(); err != nil {
			return nil, err
		}
		inner, err := begin(ctx, options)
		if err != nil {
			s.leave()
			return nil, err
		}
		inner.end = leaving{inner.end, s}
		return inner, nil
	}
	return d
}

// usable says why a statement may not run now.
func (s *scope) usable() error {
	if s.session.lent.Load() {
		return errLent
	}
	if s.over() {
		return stdsql.ErrTxDone
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inside {
		return errOpenInside
	}
	return nil
}

// over reports that the scope has ended, or one around it.
func (s *scope) over() bool {
	for at := s; at != nil; at = at.around {
		at.mu.Lock()
		ended := at.ended
		at.mu.Unlock()
		if ended {
			return true
		}
	}
	return false
}

// enter is called when a scope inside begins, leave when it ends.
func (s *scope) enter() error {
	if err := s.usable(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inside { // since: somebody else has come first
		return errOpenInside
	}
	s.inside = true
	return nil
}

func (s *scope) leave() { s.set(&s.inside, false) }

func (s *scope) set(field *bool, value bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*field = value
}

// committer is how transactions and savepoints end.
type committer interface {
	Commit() error
	Rollback() error
}

// ending ends a scope with its transaction. A commit that fails leaves nothing
// open: what cannot be committed is rolled back, so that what is around it can
// go on.
type ending struct {
	committer
	scope *scope
}

func (e ending) Commit() error {
	err := e.scope.usable()
	if errors.Is(err, stdsql.ErrTxDone) || errors.Is(err, errLent) {
		return err
	}
	if err == nil {
		err = e.committer.Commit()
	}
	e.scope.set(&e.scope.ended, true)
	if err != nil {
		_ = e.committer.Rollback() // the reason is in err; where nothing is left to roll back, this fails
	}
	return err
}

func (e ending) Rollback() error {
	if e.scope.session.lent.Load() {
		return errLent
	}
	if e.scope.over() {
		return stdsql.ErrTxDone
	}
	e.scope.set(&e.scope.ended, true)
	return e.committer.Rollback()
}

// leaving tells the scope around that the one inside has ended.
type leaving struct {
	committer
	scope *scope
}

func (l leaving) Commit() error {
	err := l.committer.Commit()
	if err == nil {
		l.scope.leave() // else the rollback follows
	}
	return err
}

// Rollback that fails leaves the part that was to be undone in the transaction
// around, which then cannot be used or committed any more.
func (l leaving) Rollback() error {
	err := l.committer.Rollback()
	if err == nil || nothingLeft(err) {
		l.scope.leave()
	}
	return err
}

// guarded lets statements run while their scope may be used.
type guarded struct {
	entsql.ExecQuerier
	scope *scope
}

func (g guarded) ExecContext(ctx context.Context, statement string, args ...any) (stdsql.Result, error) {
	if err := g.scope.usable(); err != nil {
		return nil, err
	}
	return g.ExecQuerier.ExecContext(ctx, statement, args...)
}

func (g guarded) QueryContext(ctx context.Context, statement string, args ...any) (*stdsql.Rows, error) {
	if err := g.scope.usable(); err != nil {
		return nil, err
	}
	return g.ExecQuerier.QueryContext(ctx, statement, args...)
}

// guardedPgx lends the connection while its scope may be used.
func guardedPgx(whole func(context.Context, func(*pgx.Conn) error) error, s *scope) func(context.Context, func(*pgx.Conn) error) error {
	return func(ctx context.Context, do func(conn *pgx.Conn) error) error {
		if err := s.usable(); err != nil {
			return err
		}
		return whole(ctx, do)
	}
}
