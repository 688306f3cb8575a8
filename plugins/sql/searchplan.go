package sql

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
)

// There are two ways to find the nearest vectors. The exact one compares with
// all that pass the filter; its time grows with their number. The HNSW index
// looks at few, but how many it must look at in order to find the true nearest
// depends on the data: 40 of 10,000 where they lie in clusters, as embeddings
// do, and 400 where they lie anywhere, when the exact way is faster. And behind
// a narrow filter it looks at many that do not pass.
//
// So it is measured. The first searches of an agent in this process go both
// ways, with their own vectors (see trial); what follows takes the smallest
// setting of the index that found what the exact way did, if that was faster.
// A walk that ended with fewer memories than were asked for, as it does behind a
// filter that only distant ones pass, is not taken for an answer.
//
// How many rows pass a filter has to be known for that. Until it is, the first
// few that pass are compared: mostly that is all of them, and the answer (see
// searchFew).

// alwaysExact is how many rows are compared in less time than it takes to
// think about it.
const alwaysExact = 1000

// countCap is where the counting of what passes ends.
const countCap = 10_000

// countFor is how long a count is believed.
const countFor = 10 * time.Second

// searchPlanner knows what was measured. It is safe for concurrent use.
type searchPlanner struct {
	mu       sync.Mutex
	version  *bool // whether pgvector has iterative scans; nil: not looked up
	counts   map[countKey]counted
	profiles map[profileKey]*profile
	few      map[fewKey]few
	bounds   map[boundKey]*bounds
}

// counted is how many rows pass a filter, up to countCap, how many vectors of
// that length the index has, of all agents, how many there are at least, and
// how many rows the table has, about; zero: that is not known.
type counted struct {
	passing, indexed, all, rows int
	at                          time.Time
}

// nearlyAll says that the filter leaves out few rows of the table. It is false
// where so many pass that they were not all counted.
func (c counted) nearlyAll() bool { return c.rows > 0 && 4*c.passing >= 3*c.rows }

// profileKey names what is measured together.
type profileKey struct {
	agent  uuid.UUID
	kind   string
	length int
}

func (n nearest) profileKey() profileKey {
	return profileKey{n.filter.agent, n.filter.kind, len(n.vector)}
}

func newSearchPlanner() *searchPlanner {
	return &searchPlanner{
		counts:   map[countKey]counted{},
		profiles: map[profileKey]*profile{},
		few:      map[fewKey]few{},
		bounds:   map[boundKey]*bounds{},
	}
}

// planned answers a search in the better way.
func planned[T any](ctx context.Context, d *Database, n nearest, s shape[T]) ([]T, error) {
	count, known := d.planner.known(n)
	if !known {
		found, answered, err := searchFew(ctx, d, n, s)
		if answered || err != nil {
			return found, err
		}
		if count, err = d.planner.count(ctx, d, n); err != nil {
			return nil, err
		}
	}
	ef, err := d.planner.way(ctx, d, n, count)
	if err != nil {
		return nil, err
	}
	if ef > 0 {
		found, walked, err := runIndex(ctx, d, n, s, ef)
		if err != nil || walked == n.count {
			return found, err
		}
	}
	return runExact(ctx, d, n, s, count)
}

// way chooses the setting of the index for a search, zero for the exact way.
func (p *searchPlanner) way(ctx context.Context, d *Database, n nearest, count counted) (ef int, err error) {
	if count.passing <= alwaysExact {
		return 0, nil
	}
	iterates, err := p.iterates(ctx, d)
	if err != nil || !iterates {
		return 0, err
	}
	measured := p.profile(n.profileKey())
	ef, try := measured.choose(n, count)
	if try {
		defer measured.endTrial()
	}
	// A trial that fails would spoil the transaction that it is in.
	if try && !d.driver.inTx() {
		err = measured.trial(ctx, d, n, count)
	}
	return ef, err
}

// known is what was counted of late.
func (p *searchPlanner) known(n nearest) (counted, bool) {
	key := n.countKey()
	p.mu.Lock()
	defer p.mu.Unlock()
	known, ok := p.counts[key]
	return known, ok && time.Since(known.at) < countFor
}

// countKey is the same for all searches behind the same filter.
type countKey struct {
	profileKey
	room, world, entity uuid.UUID
	since, until        int64
	unique, same        bool
	metadata            string
}

func (n nearest) countKey() countKey {
	f := n.filter
	key := countKey{n.profileKey(), f.room, f.world, f.entity, f.since.UnixMicro(), f.until.UnixMicro(), f.unique, f.same, ""}
	if len(f.metadata) > 0 {
		key.metadata = fmt.Sprintf("%#v", f.metadata)
	}
	return key
}

// count says how many rows pass a search's filter.
func (p *searchPlanner) count(ctx context.Context, d *Database, n nearest) (counted, error) {
	if known, ok := p.known(n); ok {
		return known, nil
	}
	query, args, err := countSQL(n)
	if err != nil {
		return counted{}, err
	}
	rows, err := collect(ctx, d.driver, query, args, func(row scanner) (c counted, err error) {
		err = row.Scan(&c.passing, &c.indexed, &c.rows)
		return c, err
	})
	if err != nil {
		return counted{}, err
	}
	found := rows[0]
	found.all = max(found.indexed, found.passing)
	p.remember(n, found)
	return found, nil
}

func (p *searchPlanner) remember(n nearest, c counted) {
	c.at = time.Now()
	key := n.countKey()
	p.mu.Lock()
	defer p.mu.Unlock()
	keepSmall(p.counts)
	p.counts[key] = c
}

// keepSmall forgets everything once there is much, of filters by time above all,
// which are seldom the same twice.
func keepSmall[K comparable, V any](known map[K]V) {
	if len(known) >= 1000 {
		clear(known)
	}
}

// countSQL counts on the narrow table. What only memories knows is looked at
// in as many rows, so that a filter that few pass is seen, and the counting
// ends. How many vectors the index has is told by its size, which is always
// known; its first page has none. The same goes for the rows of the table, once
// it was analyzed.
func countSQL(n nearest) (string, []any, error) {
	var c conditions
	c.narrow("e", &n.filter)
	limit, length := c.arg(countCap), len(n.vector)
	inner := fmt.Sprintf(`SELECT e.memory_id FROM public.embeddings e WHERE %s LIMIT %s::bigint`, c.sql.String(), limit)
	if n.filter.wide() {
		var wide conditions
		wide.args = c.args
		if err := wide.broad(&n.filter); err != nil {
			return "", nil, err
		}
		inner = fmt.Sprintf(`SELECT e.memory_id FROM (%s) e JOIN public.memories m ON m.id = e.memory_id WHERE %s`, inner, wide.sql.String())
		c.args = wide.args
	}
	bytes := length * 4
	if length > 2000 {
		bytes = length * 2
	}
	perPage := max(1, 8192/(bytes+300))
	return fmt.Sprintf(`SELECT (SELECT count(*) FROM (%s) passing),
		COALESCE((pg_relation_size(to_regclass('public.idx_embeddings_dim_%d')) / 8192 - 1) * %d, 0),
		(SELECT CASE WHEN relpages > 0 THEN reltuples / relpages * (pg_relation_size(oid) / 8192) ELSE 0 END
			FROM pg_catalog.pg_class WHERE oid = 'public.embeddings'::regclass)::bigint`,
		inner, length, perPage), c.args, nil
}

// iterates reports whether pgvector is of version 0.8 or later, whose index
// goes on until enough rows have passed the filter.
func (p *searchPlanner) iterates(ctx context.Context, d *Database) (bool, error) {
	p.mu.Lock()
	known := p.version
	p.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	versions, err := collect(ctx, d.driver, `SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'vector'`,
		nil, scanOne[string])
	if err != nil {
		return false, err
	}
	var major, minor int
	if len(versions) > 0 {
		_, _ = fmt.Sscanf(versions[0], "%d.%d", &major, &minor) // what cannot be read counts as old
	}
	iterates := major > 0 || minor >= 8
	p.mu.Lock()
	defer p.mu.Unlock()
	p.version = &iterates
	return iterates, nil
}

func (p *searchPlanner) profile(key profileKey) *profile {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := p.profiles[key]
	if found == nil {
		found = &profile{}
		p.profiles[key] = found
	}
	return found
}
