package sql

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
	// retryFor is how long a server may take to come back: crash recovery of a
	// small database, or a restart.
	retryFor = 10 * time.Second
	// firstPause doubles up to lastPause.
	firstPause = 10 * time.Millisecond
	lastPause  = 500 * time.Millisecond
)

// again calls do until it succeeds, fails for another reason than a lost
// connection, or the server has been away for too long.
func again(ctx context.Context, do func() error) error {
	deadline := time.Now().Add(retryFor)
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
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
