package runtime

import (
	"context"
	"errors"
	"sync"
)

// worker does things in the background, so that nobody who is talking waits
// for them. It has one goroutine from startWorker to stop.
type worker[T any] struct {
	queue chan T
	// finish ends the goroutine when the queue is empty, abort at once.
	finish, abort context.CancelFunc
	done          chan struct{}
	// pending counts what waits and what is in hand.
	pending sync.WaitGroup
}

// errStopped is why nothing more is taken in.
var errStopped = errors.New("the agent is shutting down")

// startWorker starts a worker that at most size things wait for. do is given
// what waits in order, from one thing to most at once.
func startWorker[T any](size, most int, do func(ctx context.Context, things []T)) *worker[T] {
	finishing, finish := context.WithCancel(context.Background()) //nolint:gosec // stop calls it
	ctx, abort := context.WithCancel(context.Background())        //nolint:gosec // stop calls it
	w := &worker[T]{queue: make(chan T, size), finish: finish, abort: abort, done: make(chan struct{})}
	work := func(first T) {
		things := []T{first}
		for len(things) < most && len(w.queue) > 0 { // nobody else takes anything out
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
			for { // what waits is still done
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

// add takes something in. While the queue is full it waits, no longer than ctx
// does.
func (w *worker[T]) add(ctx context.Context, thing T) error {
	w.pending.Add(1)
	select {
	case w.queue <- thing:
		return nil
	case <-w.done:
		w.pending.Done()
		return errStopped
	case <-ctx.Done():
		w.pending.Done()
		return context.Cause(ctx)
	}
}

// offer takes something in unless the queue is full, or nobody empties it any
// more. It never waits.
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

// stop finishes what waits, or gives up on it when ctx ends and says how much
// that was, without what was in hand.
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
