package runtime

import (
	"context"
	"sync"

	"github.com/google/uuid"
)

// rooms serializes messages by room, and remembers places, and which of them have
// been saved. The zero value is ready to use.
type rooms struct {
	mu     sync.Mutex
	busy   map[uuid.UUID]*queue
	places map[address]place
	known  map[place]bool
}

// queue is the lock of one room, with the number of holders and waiters.
type queue struct {
	turn    chan struct{}
	waiting int
}

// maxKnown bounds the number of remembered places. Beyond it all are forgotten,
// and each is looked up and saved once more.
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

// place returns what keep has kept for an address.
func (r *rooms) place(from address) (place, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	found, ok := r.places[from]
	return found, ok
}

func (r *rooms) keep(from address, found place) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.places == nil || len(r.places) >= maxKnown {
		r.places = map[address]place{}
	}
	r.places[from] = found
}

func (r *rooms) knows(where place) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.known[where]
}

func (r *rooms) remember(where place) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil || len(r.known) >= maxKnown {
		r.known = map[place]bool{}
	}
	r.known[where] = true
}
