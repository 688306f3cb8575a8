package pgtx

import (
	"context"
	"time"

	"github.com/elizago/elizago/internal/pgerr"
)

// A server that restarts, or a pooler that drops connections, leaves dead
// connections in the pool. To begin a transaction, or to read, can safely be
// repeated on another one. A write that may have arrived cannot, and fails.

const (
	// retryTimeout is how long a server may take to come back, after a restart or
	// the crash recovery of a small database.
	retryTimeout = 10 * time.Second
	// The pause between attempts doubles from minPause to maxPause.
	minPause = 10 * time.Millisecond
	maxPause = 500 * time.Millisecond
)

// retry calls do until it succeeds, fails for another reason than a lost
// connection, or retryTimeout has passed.
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
