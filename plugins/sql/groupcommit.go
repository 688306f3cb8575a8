package sql

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// A memory that is saved alone is a statement of its own. Where many are saved
// at the same time, most of what PostgreSQL does for each is the same for all:
// it reads the CHECKs, plans the expressions of the indexes, prepares the
// foreign keys, waits for the disk. So what comes while some are being saved
// waits for them, and goes together as one statement: about as soon as it would
// alone, and nearly twice as many in the same time.
//
// What one caller gets wrong, or has to wait for, is not the others' concern: a
// statement that was refused, or that did not get its locks soon, is taken
// apart, and each caller sends its own.
type groupCommitter struct {
	// patience is how long a caller waits for a lane. All may be held up by
	// somebody's locks.
	patience time.Duration

	flushing sync.WaitGroup     // goroutines of saveGathered
	ctx      context.Context    // theirs
	cancel   context.CancelFunc // of ctx

	mu       sync.Mutex
	stopped  bool
	inFlight int
	waiting  []*pendingInsert
}

func newGroupCommitter() *groupCommitter {
	g := &groupCommitter{patience: 100 * time.Millisecond}
	g.ctx, g.cancel = context.WithCancel(context.Background())
	return g
}

// stop waits until what goes together has been saved, no longer than ctx lasts.
// Who is still waiting for a lane, or comes later, sends their own.
func (g *groupCommitter) stop(ctx context.Context) error {
	g.mu.Lock()
	g.stopped = true
	for _, one := range g.waiting {
		one.alone = true
		close(one.done)
	}
	g.waiting = nil
	g.mu.Unlock()

	sent := make(chan struct{})
	go func() { g.flushing.Wait(); close(sent) }()
	defer g.cancel()
	select {
	case <-sent:
		return nil
	case <-ctx.Done():
	}
	g.cancel() // they end, and what they wait for with them
	<-sent
	return context.Cause(ctx)
}

const (
	// maxInFlight is how many statements are under way before others gather.
	maxInFlight = 2
	// maxBatch is how many rows go together, gatherUnlike how many if they
	// are first compared with others.
	maxBatch        = 64
	maxCheckedBatch = 16
)

// pendingInsert is a memory that waits to be saved.
type pendingInsert struct {
	ctx   context.Context
	row   memoryRow       // a copy: the caller may give up, and go on with its own
	check *duplicateCheck // what it is to be unlike; nil: nothing
	done  chan struct{}   // closed when it was tried
	// alone says that nothing was saved, and that the caller is to send it.
	alone bool
	// skipped says that it was not to be saved, as there is one like it: because,
	// which goes with it, or if that is nil, one that was there before.
	skipped     bool
	duplicateOf *pendingInsert
	err         error
}

// insert saves a memory with its vector, and reports false where the agent is
// unknown or does not take the vector, or there is one that it is to be unlike.
func (g *groupCommitter) insert(ctx context.Context, d *Database, row memoryRow, u *duplicateCheck) (bool, error) {
	one, first := g.enqueue(ctx, row, u)
	if first {
		defer g.next(d)
	}
	if one != nil {
		if err := g.await(ctx, one); err != nil {
			// Unless it was withdrawn, it may be saved or not, as with any
			// statement that is cut off.
			return false, pgtx.Explain("could not save memory "+row.ID.String(), err)
		}
		if !one.alone {
			row.Duplicate = one.row.Duplicate
			return one.err == nil && !one.skipped, one.err
		}
	}
	return row.insert(ctx, d.driver, u)
}

// enqueue returns the memory as one that waits, or nil if its caller is to send it
// at once: first, if it has taken a lane, and is to hand it on.
func (g *groupCommitter) enqueue(ctx context.Context, row memoryRow, u *duplicateCheck) (one *pendingInsert, first bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.inFlight < maxInFlight {
		g.inFlight++
		return nil, true
	}
	if g.stopped {
		return nil, false
	}
	copied := *row.Memory
	copied.Embedding = slices.Clone(row.Embedding)
	one = &pendingInsert{ctx: ctx, row: memoryRow{&copied, row.content, row.metadata}, done: make(chan struct{})}
	if u != nil {
		own := *u
		own.Vector = copied.Embedding
		one.check = &own
	}
	g.waiting = append(g.waiting, one)
	return one, false
}

// await waits until a memory was tried, or is to be sent alone as no lane has
// become free. It returns the error of ctx if that ends first.
func (g *groupCommitter) await(ctx context.Context, one *pendingInsert) error {
	patient := time.NewTimer(g.patience)
	defer patient.Stop()
	select {
	case <-one.done:
		return nil
	case <-patient.C:
		if g.withdraw(one) {
			one.alone = true
			return nil
		}
	case <-ctx.Done():
		g.withdraw(one)
	}
	select {
	case <-one.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// withdraw reports whether a memory had not been sent yet, and now will not be.
func (g *groupCommitter) withdraw(one *pendingInsert) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := slices.Index(g.waiting, one)
	if at >= 0 {
		g.waiting = slices.Delete(g.waiting, at, at+1)
	}
	return at >= 0
}

// next hands the lane on to those that wait, or gives it up.
func (g *groupCommitter) next(d *Database) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) == 0 {
		g.inFlight--
		return
	}
	first := g.waiting[0]
	var batch, others []*pendingInsert
	for _, one := range g.waiting {
		if len(batch) < first.most() && first.goesWith(one) {
			batch = append(batch, one)
		} else {
			others = append(others, one)
		}
	}
	g.waiting = others
	g.flushing.Go(func() {
		defer g.next(d)
		d.flush(g.ctx, batch)
	})
}

// most is how many go together with this one.
func (one *pendingInsert) most() int {
	if one.check != nil {
		return maxCheckedBatch
	}
	return maxBatch
}

// goesWith reports whether two memories can be saved by one statement: those of
// one agent, with vectors of one length, that are to be compared with the same
// others.
func (one *pendingInsert) goesWith(other *pendingInsert) bool {
	if one.row.AgentID != other.row.AgentID || len(one.row.Embedding) != len(other.row.Embedding) {
		return false
	}
	if one.check == nil || other.check == nil {
		return one.check == other.check
	}
	return one.check.FilterKey() == other.check.FilterKey()
}
