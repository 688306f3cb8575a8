package pgpool

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

// Callers of a process that has no connection attempt to get one less and less
// often, and at once after one has succeeded.
func TestAttemptsToConnectBackOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		full := error(&pgconn.PgError{Code: pgerrcode.TooManyConnections})
		g := &gate{}
		// attempts are those that 8 callers make until the context ends, each of
		// them whenever the gate lets it.
		attempts := func(during time.Duration) int {
			ctx, cancel := context.WithTimeout(t.Context(), during)
			defer cancel()
			made := 0
			for ; ctx.Err() == nil; time.Sleep(time.Millisecond) {
				for range 8 {
					err := g.pass(5 * time.Second)
					if err == nil {
						made++
						err = full
					}
					g.refused(err)
				}
			}
			return made
		}
		first := attempts(time.Second)
		require.LessOrEqual(t, first, 10)
		require.GreaterOrEqual(t, first, 3)
		later := attempts(10 * time.Second)
		require.LessOrEqual(t, later, 26)
		require.GreaterOrEqual(t, later, 8, "a connection that is free again is found")
		g.open()
		require.NoError(t, g.pass(time.Second))
		require.GreaterOrEqual(t, attempts(time.Second), 3)

		g.open()
		g.refused(errors.New("of another kind"))
		require.NoError(t, g.pass(time.Second))
	})
}

// After a failure one caller attempts to connect, and the others wait for it.
func TestOneAttemptAtATimeAfterAFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		away := error(&pgconn.PgError{Code: pgerrcode.CannotConnectNow})
		g := &gate{}
		require.NoError(t, g.pass(5*time.Second))
		require.NoError(t, g.pass(5*time.Second), "a pool may grow at once")
		g.refused(away)
		g.refused(away) // it began before
		require.ErrorIs(t, g.pass(5*time.Second), away)
		time.Sleep(75 * time.Millisecond)
		require.NoError(t, g.pass(5*time.Second))
		require.Error(t, g.pass(5*time.Second))
		time.Sleep(4 * time.Second)
		require.Error(t, g.pass(5*time.Second), "the attempt takes long")
		g.again()
		require.NoError(t, g.pass(5*time.Second))
		require.Error(t, g.pass(5*time.Second))
		time.Sleep(5 * time.Second)
		require.NoError(t, g.pass(5*time.Second), "of that attempt nothing was heard")
		g.open()
		require.NoError(t, g.pass(5*time.Second))
		require.NoError(t, g.pass(5*time.Second))
	})
}
