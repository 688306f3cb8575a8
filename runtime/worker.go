package runtime

import (
	"context"
	"sync"
)

// worker processes a queue in the background, so that messages do not wait for
// it. It has one goroutine, from startWorker to stop.
type worker[T any] struct {
	queue chan T
	// finish ends the goroutine when the queue is empty, abort immediately.
	finish, abort context.CancelFunc
	done          chan struct{}
	// pending counts items queued and in progress.
	pending sync.WaitGroup
}

// startWorker starts a worker with a queue of at most size items. do receives
// queued items in order, one to most at a time.
func startWorker[T any](size, most int, do func(ctx context.Context, things []T)) *worker[T] {
	finishing, finish := context.WithCancel(context.Background()) //nolint:gosec // stop calls it
	ctx, abort := context.WithCancel(context.Background())        //nolint:gosec // stop calls it
	w := &worker[T]{queue: make(chan T, size), finish: finish, abort: abort, done: make(chan struct{})}
	work := func(first T) {
		things := []T{first}
		for len(things) < most && len(w.queue) > 0 { // this goroutine is the only receiver
			things = append(things, <-w.queue)
		}
		defer w.pending.Add(-len(things))
		do(ctx, things)
	}
	go func() {
		defer close(w.done)
		for {
			select {
			case first := <-w.queue:
				work(first)
				continue
			case <-finishing.Done():
			}
			for { // drain the queue
				select {
				case first := <-w.queue:
					work(first)
				default:
					return
				}
			}
		}
	}()
	return w
}

// offer queues an item, and returns false if the queue is full or the worker
// has stopped. It never blocks.
func (w *worker[T]) offer(thing T) bool {
	select {
	case <-w.done:
		return false
	default:
	}
	w.pending.Add(1)
	select {
	case w.queue <- thing:
		return true
	default:
		w.pending.Done()
		return false
	}
}

// stop drains the queue. When ctx is done it gives up, and returns how many
// items were left in the queue, without those in progress.
func (w *worker[T]) stop(ctx context.Context) (left int, err error) {
	w.finish()
	defer w.abort()
	select {
	case <-w.done:
		return 0, nil
	case <-ctx.Done():
		left = len(w.queue)
		w.abort()
		<-w.done
		return left, context.Cause(ctx)
	}
}
