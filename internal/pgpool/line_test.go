package pgpool

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

// Eight callers share one connection, and each takes it again as soon as it has
// returned it: all have it equally often, though the server has no other.
func TestCallersOfAFullServerTakeTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var used atomic.Bool
		l := newLine(func() bool { return !used.Load() })
		l.refused(gated{&pgconn.PgError{Code: pgerrcode.TooManyConnections}})
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		had := make([]int, 8)
		var callers sync.WaitGroup
		for i := range had {
			callers.Go(func() {
				for ctx.Err() == nil && l.wait(ctx) {
					got := used.CompareAndSwap(false, true)
					l.leave()
					if got {
						time.Sleep(10 * time.Millisecond)
						used.Store(false)
						had[i]++
					}
				}
			})
		}
		callers.Wait()
		for _, n := range had {
			require.InDelta(t, had[0], n, 2, "%v", had)
			require.Greater(t, n, 15)
		}
	})
}

// The line is kept only after a refusal, and not for long.
func TestALineIsKeptAfterARefusal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(func() bool { return true })
		require.NoError(t, l.kept())
		l.refused(errors.New("of another kind"))
		require.NoError(t, l.kept())
		l.refused(&pgconn.PgError{Code: pgerrcode.TooManyConnections})
		require.Error(t, l.kept())
		time.Sleep(lineKept)
		require.NoError(t, l.kept())
	})
}
