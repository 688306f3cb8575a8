package background

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStopWaits(t *testing.T) {
	t.Parallel()
	returned := false
	task := Start(func(ctx context.Context) {
		for Sleep(ctx, time.Microsecond) {
		}
		returned = true
	})
	require.NoError(t, task.Stop(t.Context()))
	require.True(t, returned)
	require.NoError(t, task.Stop(t.Context()), "a second call does nothing")
}

// A caller that cannot wait any longer gets its own context's error.
func TestStopEndsWithItsContext(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	task := Start(func(context.Context) { <-hold })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, task.Stop(ctx), context.Canceled)
	close(hold)
	require.NoError(t, task.Stop(t.Context()))
}
