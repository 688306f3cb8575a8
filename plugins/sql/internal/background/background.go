package background

import (
	"context"
	"time"
)

// Task is a goroutine of the adapter, from startBackground to stop.
type Task struct {
	cancel context.CancelFunc
	done   chan struct{}
}

func Start(run func(ctx context.Context)) *Task {
	ctx, cancel := context.WithCancel(context.Background())
	b := &Task{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(b.done)
		run(ctx)
	}()
	return b
}

// Stop ends what runs and waits for it, no longer than ctx lasts.
func (b *Task) Stop(ctx context.Context) error {
	b.cancel()
	select {
	case <-b.done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Sleep reports false if the context ended.
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
