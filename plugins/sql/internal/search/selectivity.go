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

// CountLimit is where counting the rows that pass a filter ends.
const CountLimit = 10_000

// selectivityTTL is how long an estimate is used before it is renewed.
const selectivityTTL = 10 * time.Second

// Selectivity is an estimate for a filter: the number of rows that pass it, up to
// CountLimit, of vectors of that dimension in the HNSW index, of all agents, and
// of rows of the table. Zero: unknown.
type Selectivity struct {
	Passing, Indexed, Rows int
	measuredAt             time.Time
}

// stale reports whether the estimate should be renewed.
func (c Selectivity) stale() bool { return time.Since(c.measuredAt) >= selectivityTTL }

// mostlyUnindexed reports whether most rows that pass are not yet indexed.
func (c Selectivity) mostlyUnindexed() bool { return 2*c.Indexed < c.Passing }

// nearlyAll reports whether the filter excludes few rows of the table. It is false
// if counting ended at CountLimit in a larger table.
func (c Selectivity) nearlyAll() bool { return c.Rows > 0 && 4*c.Passing >= 3*c.Rows }

// FilterKey is equal for searches with the same filter and dimension. Times count
// as equal if they are about as far from the present, since the same time seldom
// comes twice.
type FilterKey struct {
	agent               uuid.UUID
	kind                string
	length              int
	room, world, entity uuid.UUID
	since, until        int
	unique, same        bool
	metadata            [sha256.Size]byte
}

// FilterKey returns the key of the query.
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

// age returns the distance of a time from the present in steps, each half as long
// again as the one before; zero for a zero time.
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

// known returns the last estimate, however old.
func (p *Planner) known(n Query) (Selectivity, bool) {
	key := n.FilterKey()
	p.mu.Lock()
	defer p.mu.Unlock()
	known, ok := p.selectivities[key]
	return known, ok
}

// store keeps an estimate.
func (p *Planner) store(n Query, c Selectivity) {
	c.measuredAt = time.Now()
	key := n.FilterKey()
	p.mu.Lock()
	defer p.mu.Unlock()
	evict(p.selectivities)
	p.selectivities[key] = c
}

// selectivity returns an estimate for the query's filter, and renews it if it is
// stale.
func (p *Planner) selectivity(ctx context.Context, d *pgtx.Driver, n Query) (Selectivity, error) {
	if last, ok := p.known(n); ok && !last.stale() {
		return last, nil
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

// selectivitySQL counts the rows that pass, up to a limit. The number of indexed
// vectors follows from the size of the index, whose first page has none, and the
// number of rows from the size of the table, once it was analyzed.
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
