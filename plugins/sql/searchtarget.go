package sql

import (
	"fmt"

	"github.com/pgvector/pgvector-go"
)

// target is the vector of a search as a parameter, and the column that it is
// compared with, of a table of embeddings that is called e.
type target struct{ parameter, column string }

func (n nearest) target(c *conditions) target {
	return target{c.arg(pgvector.NewVector(n.vector)) + "::public.vector", "e." + vectorColumn(len(n.vector))}
}

// distance is that of a row.
func (t target) distance() string {
	return t.column + " OPERATOR(public.<=>) " + t.parameter
}

// about is nearly the distance of a row: that of half vectors, for which the
// row alone is read. A row with two vectors, as there are while they are
// rebuilt, has no half, and one whose vector has another length no distance.
func (t target) about() string {
	return fmt.Sprintf("CASE WHEN %s IS NOT NULL THEN COALESCE(e.half OPERATOR(public.<=>) %s, %s) END",
		t.column, t.half(), t.distance())
}

// half is the vector as the column half has it. Behind a SELECT it is made once,
// and not anew for every row.
func (t target) half() string {
	return "(SELECT public.l2_normalize(" + t.parameter + ")::public.halfvec)"
}

// inFull compares candidates in full, which have the columns memory_id, vector
// and about, and leaves the nearest. Vectors too large to be compared in full,
// which others than elizago may have saved, have a distance by their halves alone:
// they stand where others would, and are not to be left out after that.
func (n nearest) inFull(c *conditions, t target, candidates string) string {
	return fmt.Sprintf(`SELECT e.memory_id, COALESCE(NULLIF(e.vector OPERATOR(public.<=>) %s, 'NaN'), e.about) AS distance
		FROM (%s) e ORDER BY distance, e.memory_id LIMIT %s`, t.parameter, candidates, c.limit(n.count))
}

// compared is how many are compared in full where so many are wanted: some more,
// since half vectors put those in another order that differ by a hundred
// thousandth. A component of a half is wrong by up to 2^-11 of its value, this way
// or that, and of the sum of some hundreds of them that is what is left.
func compared(wanted int) int { return wanted + 1 + wanted/10 }

// halfError is about how far the distance of two half vectors is from the true
// one.
const halfError = 1e-5
