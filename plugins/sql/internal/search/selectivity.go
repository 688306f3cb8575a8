package search

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// CountLimit is where the counting of what passes ends.
const CountLimit = 10_000

// selectivityTTL is after how long rows are counted again.
const selectivityTTL = 10 * time.Second

// Selectivity is how many rows pass a filter, up to countCap, how many vectors of
// that length the graph has, of all agents, and how many rows the table has,
// about; zero: that is not known.
type Selectivity struct {
	Passing, Indexed, Rows int
	measuredAt             time.Time
}

// stale says that it should be counted again.
func (c Selectivity) stale() bool { return time.Since(c.measuredAt) >= selectivityTTL }

// mostlyUnindexed says that the graph does not have most of what passes.
func (c Selectivity) mostlyUnindexed() bool { return 2*c.Indexed < c.Passing }

// nearlyAll says that the filter leaves out few rows of the table. It is false
// where so many pass that they were not all counted.
func (c Selectivity) nearlyAll() bool { return c.Rows > 0 && 4*c.Passing >= 3*c.Rows }

// FilterKey is the same for all searches behind the same filter. Limits of time
// are seldom the same twice; those count as the same that are about as far from
// the present.
type FilterKey struct {
	agent               uuid.UUID
	kind                string
	length              int
	room, world, entity uuid.UUID
	since, until        int
	unique, same        bool
	metadata            [sha256.Size]byte
}

func (n Query) FilterKey() FilterKey {
	f := n.Filter
	key := FilterKey{
		agent: f.Agent, kind: f.Type, length: len(n.Vector), room: f.Room, world: f.World, entity: f.Entity,
		since: age(f.Since), until: age(f.Until), unique: f.Unique, same: f.MatchNull,
	}
	if len(f.Metadata) > 0 {
		text, _ := json.Marshal(f.Metadata) // which was checked
		key.metadata = sha256.Sum256(text)
	}
	return key
}

// age is how far a time is from the present, zero where there is none: each step
// is half as far again.
func age(at time.Time) int {
	if at.IsZero() {
		return 0
	}
	seconds := time.Since(at).Seconds()
	steps := 1 + int(math.Log(1+math.Abs(seconds))/math.Log(1.5))
	if seconds < 0 {
		return -steps
	}
	return steps
}

// known is what was counted last, be it long ago.
func (p *Planner) known(n Query) (Selectivity, bool) {
	key := n.FilterKey()
	p.mu.Lock()
	defer p.mu.Unlock()
	known, ok := p.selectivities[key]
	return known, ok
}

func (p *Planner) store(n Query, c Selectivity) {
	c.measuredAt = time.Now()
	key := n.FilterKey()
	p.mu.Lock()
	defer p.mu.Unlock()
	evict(p.selectivities)
	p.selectivities[key] = c
}

// selectivity says how many rows pass a search's filter, and counts them if that was
// not done of late.
func (p *Planner) selectivity(ctx context.Context, d *pgtx.Driver, n Query) (Selectivity, error) {
	if known, ok := p.known(n); ok && !known.stale() {
		return known, nil
	}
	query, args, err := selectivitySQL(n)
	if err != nil {
		return Selectivity{}, err
	}
	found, err := pgtx.First(pgtx.Query(ctx, d, query, args, func(row pgtx.Scanner) (c Selectivity, err error) {
		err = row.Scan(&c.Passing, &c.Indexed, &c.Rows)
		return c, err
	}))
	if err != nil {
		return Selectivity{}, err
	}
	p.store(n, found)
	return found, nil
}

// selectivitySQL counts what passes, up to a limit. How many vectors the graph has is
// told by the size of its index, which is always known; its first page has none.
// The same goes for the rows of the table, once it was analyzed.
func selectivitySQL(n Query) (string, []any, error) {
	var c Conditions
	from, where, err := n.From(&c)
	if err != nil {
		return "", nil, err
	}
	length := len(n.Vector)
	perPage := max(1, 8192/(2*length+300))
	return fmt.Sprintf(`SELECT (SELECT count(*) FROM (SELECT FROM %s WHERE %s LIMIT %s) passing),
		COALESCE((pg_relation_size(to_regclass('public.idx_embeddings_dim_%d')) / 8192 - 1) * %d, 0),
		(SELECT CASE WHEN relpages > 0 THEN reltuples / relpages * (pg_relation_size(oid) / current_setting('block_size')::int) ELSE 0 END
			FROM pg_catalog.pg_class WHERE oid = 'public.embeddings'::regclass)::bigint`,
		from, where, c.Limit(CountLimit), length, perPage), c.Args, nil
}
