package sql

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Behind a room, a world or an entity mostly few rows pass, and to count them
// takes up to a third of the search. So when some such filters of an agent have
// let few pass, and none many, the next is taken for one of them, and what passes
// is compared without being counted. The answer is exact all the same; and if it
// took long, and every so often, what passes is counted.

const (
	// fewCounts is how many filters in a row must have let few pass.
	fewCounts = 3
	// fewEvery is of how many searches one counts all the same.
	fewEvery = 64
)

// fewKey names filters of one kind.
type fewKey struct {
	profileKey
	room, world, entity bool
}

// few is what is known of filters of one kind.
type few struct {
	many     bool          // one of them let many pass: nothing is expected any more
	counts   int           // how many let few pass
	fastest  time.Duration // of the searches that counted
	expected int           // how many searches have not counted
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
	if fastest, ok := d.planner.expectsFew(n); ok {
		found, err = runExact(ctx, d, n, s, counted{})
		if time.Since(began) > 5*fastest+time.Millisecond {
			d.planner.learnFew(n, func(f *few) { f.counts = 0 })
		}
		return found, true, err
	}
	found, passing, err := runFew(ctx, d, n, s, alwaysExact)
	if err != nil {
		return nil, false, err
	}
	if passing > alwaysExact {
		d.planner.learnFew(n, func(f *few) { f.many = true })
		return nil, false, nil
	}
	took := time.Since(began)
	d.planner.remember(n, counted{passing: passing})
	d.planner.learnFew(n, func(f *few) {
		if f.counts++; f.counts == 1 || took < f.fastest {
			f.fastest = took
		}
	})
	return found, true, nil
}

// expectsFew reports whether few are expected to pass, and how long a search
// that counted them took at least.
func (p *searchPlanner) expectsFew(n nearest) (fastest time.Duration, expected bool) {
	p.learnFew(n, func(f *few) {
		if f.many || f.counts < fewCounts {
			return
		}
		f.expected++
		fastest, expected = f.fastest, f.expected%fewEvery != 0
	})
	return fastest, expected
}

// learnFew changes what is known of filters of the search's kind.
func (p *searchPlanner) learnFew(n nearest, change func(f *few)) {
	key, ok := n.fewKey()
	if !ok {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	keepSmall(p.few)
	known := p.few[key]
	change(&known)
	p.few[key] = known
}
