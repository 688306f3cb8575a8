// Package background runs the adapter's background goroutines: the indexer, the
// calibration of searches, the deletion of expired rows.
//
//	task := background.Start(func(ctx context.Context) {
//		for background.Sleep(ctx, time.Minute) {
//			sweep(ctx)
//		}
//	})
//	defer task.Stop(ctx)
package background

import (
	"context"
	"time"
)

// Task is a goroutine, from Start to Stop.
type Task struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// Start runs a function on a goroutine, with a context that Stop cancels.
func Start(run func(ctx context.Context)) *Task {
	ctx, cancel := context.WithCancel(context.Background())
	b := &Task{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(b.done)
		run(ctx)
	}()
	return b
}

// Stop cancels the function's context and waits for its return, until ctx ends.
func (b *Task) Stop(ctx context.Context) error {
	b.cancel()
	select {
	case <-b.done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Sleep returns true after d, or false when the context ends.
func Sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
