package runtime

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgerr"
)

const (
	// databaseTimeout limits a Database action that sets no Timeout.
	databaseTimeout = 30 * time.Second
	// databaseAttempts is how often a Database action runs while its
	// transaction conflicts with others.
	databaseAttempts = 3
)

// limits makes the server end a statement, and a session that holds locks and
// does nothing: a program that is stopped must not hold them for ever.
const limits = `SELECT set_config('statement_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $1, true)`

// inTransaction carries out a Database action: its writes are committed
// together when it succeeds, and not at all otherwise. What it says is said
// after that.
func (t *turn) inTransaction(ctx context.Context, action core.Action, call core.ActionCall) (*core.ActionResult, error) {
	limit := cmp.Or(action.Timeout, databaseTimeout)
	limited, cancel := within(context.WithValue(ctx, transactionKey{}, true), limit)
	defer cancel()
	var said []core.Content
	var result *core.ActionResult
	call.Stream = func(context.Context, string) error { return nil }
	call.Reply = func(_ context.Context, content core.Content) error {
		said = append(said, content)
		return nil
	}
	for attempt := 1; ; attempt++ {
		said, result = nil, nil
		err := t.db.InTx(limited, func(tx core.Database) (err error) {
			if err := tx.Driver().Exec(limited, limits, []any{strconv.FormatInt(max(1, limit.Milliseconds()), 10)}, nil); err != nil {
				return err
			}
			call.Database, call.Runtime = tx, boundAgent{t.Agent, tx}
			if result, err = action.Handle(limited, call); result != nil {
				err = errors.Join(result.Err, err)
			}
			return err
		})
		if err == nil {
			break
		}
		if pgerr.Conflict(err) && attempt < databaseAttempts {
			continue
		}
		if ctx.Err() == nil && limited.Err() != nil {
			return nil, fmt.Errorf("%w: nothing was saved: %w", context.Cause(limited), err)
		}
		return nil, err
	}
	for _, content := range said {
		if err := t.reply(ctx, content); err != nil {
			return result, err
		}
	}
	return result, nil
}

// transactionKey marks contexts of a Database action.
type transactionKey struct{}

// inTransaction reports whether ctx is that of a Database action.
func inTransaction(ctx context.Context) bool { return ctx.Value(transactionKey{}) != nil }

// boundAgent is the agent as a Database action sees it: its Database is the
// transaction.
type boundAgent struct {
	*Agent
	tx core.Database
}

// Database implements core.Runtime.
func (b boundAgent) Database() core.Database { return b.tx }
