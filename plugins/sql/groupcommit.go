package sql

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// groupCommitter saves memories that are created at the same time by one
// statement. A memory that is saved alone is a statement of its own. For many
// at once, most of the server's work is the same for all: it reads the CHECKs,
// plans the index expressions, prepares the foreign keys, waits for the disk.
// So memories that arrive while maxInFlight statements are running wait, and
// are flushed together: each is saved about as soon as alone, and nearly twice
// as many in the same time.
//
// An error or a lock of one memory does not affect the others: if a flush is
// refused, or does not get its locks soon, each caller sends its own statement.
type groupCommitter struct {
	// patience is how long a caller waits for a flush to begin. All that are in
	// flight may be waiting for locks.
	patience time.Duration

	flushing sync.WaitGroup     // goroutines of flush
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

// stop waits until the running flushes have ended, or ctx. Callers that still
// wait, or come later, send their own statement.
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
	g.cancel() // cancels the flushes
	<-sent
	return context.Cause(ctx)
}

const (
	// maxInFlight is the number of statements in flight before others wait.
	maxInFlight = 2
	// maxBatch is the number of rows of a flush, and maxCheckedBatch that number
	// with duplicate checks.
	maxBatch        = 64
	maxCheckedBatch = 16
)

// pendingInsert is a memory that waits for a flush.
type pendingInsert struct {
	ctx   context.Context
	row   memoryRow       // a copy: the caller may return earlier and change its own
	check *duplicateCheck // duplicate check to pass before insert; nil: none
	done  chan struct{}   // closed after the flush
	// alone: the flush saved nothing, and the caller sends its own statement.
	alone bool
	// skipped: the memory is a duplicate of duplicateOf, which is in the same
	// batch, or if that is nil, of a saved one.
	skipped     bool
	duplicateOf *pendingInsert
	err         error
}

// insert saves a memory with its vector, alone or in a flush. It reports false
// if the agent is unknown or does not accept the vector, or the check has found
// a duplicate to skip.
func (g *groupCommitter) insert(ctx context.Context, d *Database, row memoryRow, u *duplicateCheck) (bool, error) {
	one, first := g.enqueue(ctx, row, u)
	if first {
		defer g.next(d)
	}
	if one != nil {
		if err := g.await(ctx, one); err != nil {
			// Unless it was withdrawn it may be saved or not, as with any statement
			// that is cancelled.
			return false, pgtx.Explain("could not save memory "+row.ID.String(), err)
		}
		if !one.alone {
			row.Duplicate = one.row.Duplicate
			return one.err == nil && !one.skipped, one.err
		}
	}
	return row.insert(ctx, d.driver, u)
}

// enqueue returns the memory as a pending insert, or nil if the caller sends it
// at once: first reports that it counts as in flight, and has to call next
// afterwards.
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

// await waits until a memory was flushed, or has to be sent alone, as no flush
// has begun within patience. It returns the error of ctx if that ends first.
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

// withdraw removes a memory that waits, and reports whether it was not in a
// flush yet.
func (g *groupCommitter) withdraw(one *pendingInsert) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := slices.Index(g.waiting, one)
	if at >= 0 {
		g.waiting = slices.Delete(g.waiting, at, at+1)
	}
	return at >= 0
}

// next begins a flush of memories that wait, or ends the one in flight.
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

// most returns the largest batch that a memory can be in.
func (one *pendingInsert) most() int {
	if one.check != nil {
		return maxCheckedBatch
	}
	return maxBatch
}

// goesWith reports whether two memories can be in one batch: those of one
// agent, with vectors of one dimension, and checks of the same filter.
func (one *pendingInsert) goesWith(other *pendingInsert) bool {
	if one.row.AgentID != other.row.AgentID || len(one.row.Embedding) != len(other.row.Embedding) {
		return false
	}
	if one.check == nil || other.check == nil {
		return one.check == other.check
	}
	return one.check.FilterKey() == other.check.FilterKey()
}
