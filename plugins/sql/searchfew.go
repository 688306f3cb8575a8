package sql

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Behind a room, a world or an entity mostly few rows pass, and to count them
// takes up to a third of the search. So when some such filters of an agent have
// let few pass, the next is taken for one of them, and what passes is compared
// without being counted. The answer is exact all the same; and if it took long,
// filters of this kind are counted again.

// fewCounts is how many filters in a row must have let few pass.
const fewCounts = 3

// fewKey names filters of one kind.
type fewKey struct {
	profileKey
	room, world, entity bool
}

// few is what is known of filters of one kind that let few pass.
type few struct {
	counts  int
	slowest time.Duration // of their searches
}

// fewKey reports false for a filter of which others say nothing.
func (n nearest) fewKey() (fewKey, bool) {
	f := n.filter
	key := fewKey{n.profileKey(), f.room != uuid.Nil, f.world != uuid.Nil, f.entity != uuid.Nil}
	alike := (key.room || key.world || key.entity) && !f.wide() && f.since.IsZero() && f.until.IsZero()
	return key, alike
}

// searchFew answers a search if it is known, or to be expected, that few pass;
// otherwise it says that it did not.
func searchFew[T any](ctx context.Context, d *Database, n nearest, s shape[T]) (found []T, answered bool, err error) {
	began := time.Now()
	if slowest, ok := d.planner.expectsFew(n); ok {
		found, err = runExact(ctx, d, n, s, counted{})
		if time.Since(began) > 3*slowest+time.Millisecond {
			d.planner.forgetFew(n)
		}
		return found, true, err
	}
	found, passing, err := runFew(ctx, d, n, s, alwaysExact)
	if err != nil {
		return nil, false, err
	}
	if passing > alwaysExact {
		d.planner.forgetFew(n)
		return nil, false, nil
	}
	d.planner.remember(n, counted{passing: passing})
	d.planner.learnFew(n, time.Since(began))
	return found, true, nil
}

// expectsFew reports whether few are expected to pass, and how long a search
// among them took at most.
func (p *searchPlanner) expectsFew(n nearest) (slowest time.Duration, expected bool) {
	key, ok := n.fewKey()
	if !ok {
		return 0, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.few[key]
	return known.slowest, known.counts >= fewCounts
}

func (p *searchPlanner) learnFew(n nearest, took time.Duration) {
	key, ok := n.fewKey()
	if !ok {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.few[key]
	p.few[key] = few{known.counts + 1, max(known.slowest, took)}
}

func (p *searchPlanner) forgetFew(n nearest) {
	key, _ := n.fewKey()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.few, key)
}
