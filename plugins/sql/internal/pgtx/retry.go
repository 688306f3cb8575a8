package pgtx

import (
	"context"
	"time"

	"github.com/elizago/elizago/internal/pgerr"
)

// A server that restarts, or a pooler that drops connections, leaves dead ones
// in the pool. Whoever gets one of those has done nothing yet, so beginning
// anew is safe; so is reading again. A write that may have arrived is not, and
// fails.

const (
	// retryTimeout is how long a server may take to come back: crash recovery of a
	// small database, or a restart.
	retryTimeout = 10 * time.Second
	// minPause doubles up to lastPause.
	minPause = 10 * time.Millisecond
	maxPause = 500 * time.Millisecond
)

// retry calls do until it succeeds, fails for another reason than a lost
// connection, or the server has been away for too long.
func retry(ctx context.Context, do func() error) error {
	deadline := time.Now().Add(retryTimeout)
	for pause := minPause; ; pause = min(2*pause, maxPause) {
		err := do()
		if err == nil || !pgerr.ConnectionLost(err) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return err
		}
	}
}
