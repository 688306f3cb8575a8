package runtime

import (
	"context"
	"sync"

	"github.com/google/uuid"
)

// rooms serializes messages by room, and remembers which rooms have been saved.
// The zero value is ready to use.
type rooms struct {
	mu    sync.Mutex
	busy  map[uuid.UUID]*queue
	known map[uuid.UUID]bool
}

// queue is the lock of one room, with the number of holders and waiters.
type queue struct {
	turn    chan struct{}
	waiting int
}

// maxKnown bounds the number of remembered rooms. Beyond it all are forgotten,
// and each room is saved once more.
const maxKnown = 10_000

// lock locks a room, or returns ctx's error.
func (r *rooms) lock(ctx context.Context, room uuid.UUID) (unlock func(), err error) {
	r.mu.Lock()
	if r.busy == nil {
		r.busy = map[uuid.UUID]*queue{}
	}
	q, ok := r.busy[room]
	if !ok {
		q = &queue{turn: make(chan struct{}, 1)}
		r.busy[room] = q
	}
	q.waiting++
	r.mu.Unlock()
	leave := func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if q.waiting--; q.waiting == 0 {
			delete(r.busy, room)
		}
	}
	select {
	case q.turn <- struct{}{}:
		return func() { <-q.turn; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, context.Cause(ctx)
	}
}

func (r *rooms) knows(room uuid.UUID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.known[room]
}

func (r *rooms) remember(room uuid.UUID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil || len(r.known) >= maxKnown {
		r.known = map[uuid.UUID]bool{}
	}
	r.known[room] = true
}
