package sql

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/pgvector/pgvector-go"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent/schema"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/search"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// defaultDuplicateThreshold is the similarity from which on a memory is a
// duplicate by default, as in elizaOS.
const defaultDuplicateThreshold = 0.95

// CreateMemoryOnce implements core.MemoryStore.
func (d *Database) CreateMemoryOnce(ctx context.Context, m *core.Memory, how core.Deduplication) (bool, error) {
	if how.Threshold == 0 {
		how.Threshold = defaultDuplicateThreshold
	}
	if math.IsNaN(how.Threshold) || how.Threshold < 0 || how.Threshold > 1 {
		return false, value.Invalid("sql: the threshold %v of a deduplication is out of range: give it 0 to 1", how.Threshold)
	}
	row, err := d.newMemoryRow(m)
	if err != nil {
		return false, err
	}
	m.Duplicate = false
	if len(m.Embedding) == 0 || search.CheckDirection(m.Embedding) != nil {
		err := d.saveMemory(ctx, row, nil)
		return err == nil, err
	}
	like := search.Query{
		Filter: search.Filter{Agent: m.AgentID, Type: m.Type, Room: m.RoomID, World: m.WorldID, Entity: m.EntityID, MatchNull: true},
		Vector: m.Embedding, Limit: 1,
	}
	count, another, err := d.indexedDuplicate(ctx, like, how.Threshold)
	switch {
	case err != nil:
		return false, pgtx.Explain("could not look for memories like "+m.ID.String(), err)
	case another == notDecided:
		began := time.Now()
		err := d.saveMemory(ctx, row, &duplicateCheck{like, how, count})
		d.planner.Observe(like, time.Since(began))
		return err == nil && !m.Duplicate, err
	}
	m.Duplicate = another == isDuplicate
	if m.Duplicate && how.Skip {
		return false, nil
	}
	err = d.saveMemory(ctx, row, nil)
	return err == nil && !m.Duplicate, err
}

// duplicateAnswer is the answer of the HNSW index about a duplicate.
type duplicateAnswer int

const (
	notDecided duplicateAnswer = iota // not by the index
	notDuplicate
	isDuplicate
)

// indexedDuplicate looks for a memory at least as similar by a scan of the HNSW
// index, if the planner prefers that.
func (d *Database) indexedDuplicate(ctx context.Context, n search.Query, similarity float64) (search.Selectivity, duplicateAnswer, error) {
	count, ef := d.planner.Plan(n)
	if ef == 0 || count.Passing < search.CountLimit {
		return count, notDecided, nil // the prefix vectors miss none, and take little longer
	}
	found, scanned, err := search.IndexScan(ctx, d.driver, n, search.IDs, ef)
	switch {
	case err != nil || scanned < n.Limit:
		return count, notDecided, err
	case len(found) > 0 && 1-found[0].Distance >= similarity:
		return count, isDuplicate, nil
	}
	return count, notDuplicate, nil
}

// duplicateCheck is the check of a memory before its insert: a comparison with
// all memories that pass a filter. It is faster than a search, as nothing is
// sorted.
type duplicateCheck struct {
	search.Query
	options     core.Deduplication
	selectivity search.Selectivity
}

// similar returns conditions that hold for a row at least as similar to the
// vector: roughly, by the prefix vector, if the row has one, and the distance;
// and truly, by the expression that a search sorts by. The rough one excludes
// distances that are NaN, which compare as greater than all others.
func (u duplicateCheck) similar(c *search.Conditions) (roughly, truly string) {
	t := u.Target(c)
	prefix, distance := prefixVector(u.Vector, u.options.Threshold)
	parameter := "(SELECT " + c.Arg(pgvector.NewVector(prefix)) + "::@pgvector.vector::@pgvector.halfvec)"
	roughly = fmt.Sprintf(`CASE WHEN e.%s IS NULL THEN false
		WHEN COALESCE(e.sketch OPERATOR(@pgvector.<->) %s <= %s::float8, true) THEN %s <= %s::float8 END`,
		search.Column(len(u.Vector)), parameter, c.Arg(distance), t.Distance(), c.Arg(1.000001-u.options.Threshold))
	return roughly, "1 - (" + t.Distance() + ") >= " + c.Arg(u.options.Threshold) + "::float8"
}

// prefixVector returns the normalized prefix of a vector, and the largest
// Euclidean distance between the prefix vectors of two vectors with a
// similarity: the whole vectors are sqrt(2 - 2 cos) apart, by the law of
// cosines, and no part of them more. The margin covers the precision of a half
// vector, 2^-11, and that of pgvector's cosine, which adds up to 3,072 products
// of 32-bit floats, unvectorized with an error of up to 3072 / 2^24 in each of
// three sums.
func prefixVector(vector []float32, similarity float64) (prefix []float32, distance float64) {
	squares := 0.0
	for _, value := range vector {
		squares += float64(value) * float64(value)
	}
	prefix = make([]float32, len(vector)/schema.SketchPart)
	for i := range prefix {
		prefix[i] = float32(float64(vector[i]) / math.Sqrt(squares))
	}
	return prefix, math.Sqrt(2-2*similarity+1e-3) + 0.001
}

// skips reports whether a memory is not saved, as the check has found a
// duplicate of it. A nil check skips nothing.
func (u *duplicateCheck) skips(row memoryRow) bool {
	return u != nil && row.Duplicate && u.options.Skip
}

// takesDimension returns a condition that holds if the agent accepts vectors of
// the dimension: during a rebuild, new ones of the target dimension are
// compared with each other.
func (u duplicateCheck) takesDimension(c *search.Conditions) string {
	return fmt.Sprintf("(SELECT %s::int IN (a.embedding_dimension, a.embedding_target) FROM public.agents a WHERE a.id = %s::uuid)",
		c.Arg(len(u.Vector)), c.Arg(u.Filter.Agent))
}

// insertChecked checks and inserts in one statement. It sets the memory's
// Duplicate, and reports whether the memory was inserted.
func (r memoryRow) insertChecked(ctx context.Context, d *pgtx.Driver, u duplicateCheck) (bool, error) {
	c := search.Conditions{Args: r.args()}
	roughly, truly := u.similar(&c)
	from, where, err := u.From(&c)
	if err != nil {
		return false, err
	}
	among := u.Among("CASE WHEN "+roughly+" THEN "+truly+" END", from, where, u.selectivity)
	const none = "NOT EXISTS (SELECT FROM another)"
	with, insert := insertVectorSQL(len(r.Embedding), none, "WHERE "+none+" OR NOT "+c.Arg(u.options.Skip)+"::bool")
	type outcome struct{ inserted, another bool }
	got, err := pgtx.First(pgtx.ExecReturning(ctx, d, fmt.Sprintf(`
WITH another AS MATERIALIZED (SELECT FROM %s AND %s LIMIT 1),
%s, embedding AS (%s RETURNING memory_id)
SELECT EXISTS (SELECT FROM embedding), EXISTS (SELECT FROM another)`, among, u.takesDimension(&c), with, insert), c.Args,
		func(row pgtx.Scanner) (o outcome, err error) {
			err = row.Scan(&o.inserted, &o.another)
			return o, err
		}))
	r.Duplicate = got.another
	return got.inserted, pgtx.Explain("could not save memory "+r.ID.String(), err)
}

// checkDuplicates compares the memories of a batch with saved ones and with
// each other, in their order. It sets the Duplicate of each, and returns those
// to insert.
func (d *Database) checkDuplicates(ctx context.Context, batch []*pendingInsert) (wanted []*pendingInsert, err error) {
	another, taken, err := d.findDuplicates(ctx, batch)
	if err != nil || !taken {
		return nil, err // each alone: the vectors were not compared
	}
	for i, one := range batch {
		one.row.Duplicate = another[i]
		for _, earlier := range wanted {
			if !one.row.Duplicate && similarity(earlier.row.Embedding, one.row.Embedding) >= one.check.options.Threshold-similarityError {
				one.row.Duplicate, one.duplicateOf = true, earlier
			}
		}
		if one.skipped = one.row.Duplicate && one.check.options.Skip; !one.skipped {
			wanted = append(wanted, one)
		}
	}
	return wanted, nil
}

// findDuplicates compares all memories of a batch with each row in one pass: to
// fetch a row takes longer than another comparison. taken reports whether the
// agent accepted such vectors at that time.
func (d *Database) findDuplicates(ctx context.Context, batch []*pendingInsert) (another []bool, taken bool, err error) {
	var (
		c       search.Conditions
		first   = batch[0].check
		likeAny []string
		answer  []string
	)
	from, where, err := first.From(&c)
	if err != nil {
		return nil, false, err
	}
	for _, one := range batch {
		roughly, truly := one.check.similar(&c)
		likeAny = append(likeAny, roughly)
		answer = append(answer, "COALESCE(bool_or("+truly+"), false)")
	}
	among := first.Among("("+strings.Join(likeAny, " OR ")+")", from, where, first.selectivity)
	query := fmt.Sprintf("SELECT COALESCE(%[1]s, false), %[2]s FROM %[3]s AND %[1]s", first.takesDimension(&c), strings.Join(answer, ", "), among)
	another = make([]bool, len(batch))
	into := []any{&taken}
	for i := range another {
		into = append(into, &another[i])
	}
	_, err = pgtx.Query(ctx, d.driver, query, c.Args, func(row pgtx.Scanner) (struct{}, error) { return struct{}{}, row.Scan(into...) })
	return another, taken, err
}

// similarityError is about the error of pgvector's cosine: a vector and itself
// have a similarity of 1 for it, whatever their norm.
const similarityError = 1e-6

// similarity returns the cosine similarity of two vectors of one dimension,
// neither of them zero.
func similarity(a, b []float32) float64 {
	var product, squaresA, squaresB float64
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		product += x * y
		squaresA += x * x
		squaresB += y * y
	}
	return product / math.Sqrt(squaresA*squaresB)
}
