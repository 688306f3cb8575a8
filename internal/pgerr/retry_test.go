package pgerr_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgerr"
)

// There are at least three retries, and the last is made when ten seconds have
// passed.
func TestRetriesOfTheDefaultPolicy(t *testing.T) {
	t.Parallel()
	policy := pgerr.Retry{}.WithDefaults()
	for range 100 {
		var elapsed time.Duration
		retries := 0
		for {
			pause, ok := policy.Pause(retries+1, elapsed)
			if !ok {
				break
			}
			require.LessOrEqual(t, pause, policy.MaxDelay+policy.Jitter)
			elapsed += pause
			retries++
		}
		require.GreaterOrEqual(t, retries, 3)
		require.GreaterOrEqual(t, elapsed, 10*time.Second)
		require.Less(t, elapsed, 12*time.Second)
	}
	pause, ok := policy.Pause(1, 0)
	require.True(t, ok)
	require.GreaterOrEqual(t, pause, time.Second)
	pause, ok = policy.Pause(64, time.Second)
	require.True(t, ok, "a retry that took no time")
	require.LessOrEqual(t, pause, policy.MaxDelay)
}
