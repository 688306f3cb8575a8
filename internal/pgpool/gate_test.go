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
					err := g.pass()
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
		require.NoError(t, g.pass())
		require.GreaterOrEqual(t, attempts(time.Second), 3)

		g.open()
		g.refused(errors.New("of another kind"))
		require.NoError(t, g.pass())
	})
}
