package sql

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

// countCap is where the counting of what passes ends.
const countCap = 10_000

// countFor is after how long rows are counted again.
const countFor = 10 * time.Second

// counted is how many rows pass a filter, up to countCap, how many vectors of
// that length the graph has, of all agents, and how many rows the table has,
// about; zero: that is not known.
type counted struct {
	passing, indexed, rows int
	at                     time.Time
}

// old says that it should be counted again.
func (c counted) old() bool { return time.Since(c.at) >= countFor }

// mostlyFresh says that the graph does not have most of what passes.
func (c counted) mostlyFresh() bool { return 2*c.indexed < c.passing }

// nearlyAll says that the filter leaves out few rows of the table. It is false
// where so many pass that they were not all counted.
func (c counted) nearlyAll() bool { return c.rows > 0 && 4*c.passing >= 3*c.rows }

// countKey is the same for all searches behind the same filter. Limits of time
// are seldom the same twice; those count as the same that are about as far from
// the present.
type countKey struct {
	agent               uuid.UUID
	kind                string
	length              int
	room, world, entity uuid.UUID
	since, until        int
	unique, same        bool
	metadata            [sha256.Size]byte
}

func (n nearest) countKey() countKey {
	f := n.filter
	key := countKey{
		agent: f.agent, kind: f.kind, length: len(n.vector), room: f.room, world: f.world, entity: f.entity,
		since: ago(f.since), until: ago(f.until), unique: f.unique, same: f.same,
	}
	if len(f.metadata) > 0 {
		text, _ := json.Marshal(f.metadata) // which was checked
		key.metadata = sha256.Sum256(text)
	}
	return key
}

// ago is how far a time is from the present, zero where there is none: each step
// is half as far again.
func ago(at time.Time) int {
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
func (p *searchPlanner) known(n nearest) (counted, bool) {
	key := n.countKey()
	p.mu.Lock()
	defer p.mu.Unlock()
	known, ok := p.counts[key]
	return known, ok
}

func (p *searchPlanner) remember(n nearest, c counted) {
	c.at = time.Now()
	key := n.countKey()
	p.mu.Lock()
	defer p.mu.Unlock()
	keepSmall(p.counts)
	p.counts[key] = c
}

// count says how many rows pass a search's filter, and counts them if that was
// not done of late.
func (p *searchPlanner) count(ctx context.Context, d *pgtx.Driver, n nearest) (counted, error) {
	if known, ok := p.known(n); ok && !known.old() {
		return known, nil
	}
	query, args, err := countSQL(n)
	if err != nil {
		return counted{}, err
	}
	found, err := pgtx.First(pgtx.Query(ctx, d, query, args, func(row pgtx.Scanner) (c counted, err error) {
		err = row.Scan(&c.passing, &c.indexed, &c.rows)
		return c, err
	}))
	if err != nil {
		return counted{}, err
	}
	p.remember(n, found)
	return found, nil
}

// countSQL counts what passes, up to a limit. How many vectors the graph has is
// told by the size of its index, which is always known; its first page has none.
// The same goes for the rows of the table, once it was analyzed.
func countSQL(n nearest) (string, []any, error) {
	var c conditions
	from, where, err := n.from(&c)
	if err != nil {
		return "", nil, err
	}
	length := len(n.vector)
	perPage := max(1, 8192/(2*length+300))
	return fmt.Sprintf(`SELECT (SELECT count(*) FROM (SELECT FROM %s WHERE %s LIMIT %s) passing),
		COALESCE((pg_relation_size(to_regclass('public.idx_embeddings_dim_%d')) / 8192 - 1) * %d, 0),
		(SELECT CASE WHEN relpages > 0 THEN reltuples / relpages * (pg_relation_size(oid) / current_setting('block_size')::int) ELSE 0 END
			FROM pg_catalog.pg_class WHERE oid = 'public.embeddings'::regclass)::bigint`,
		from, where, c.limit(countCap), length, perPage), c.args, nil
}
