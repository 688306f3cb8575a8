package search

import (
	"fmt"

	"github.com/pgvector/pgvector-go"
)

// Target is the vector of a search as a parameter, and the column that it is
// compared with, of a table of embeddings that is called e.
type Target struct {
	parameter, column string
	length            int
}

func (n Query) Target(c *Conditions) Target {
	length := len(n.Vector)
	return Target{c.Arg(pgvector.NewVector(n.Vector)) + "::public.vector", "e." + Column(length), length}
}

// Distance is that of a row.
func (t Target) Distance() string {
	return t.column + " OPERATOR(public.<=>) " + t.parameter
}

// HalfDistance is nearly the distance of a row: that of half vectors, for which nothing
// outside of the row is read. A row with two vectors, as there are while they are
// rebuilt, has no half, and one whose vector has another length no distance.
func (t Target) HalfDistance() string {
	return fmt.Sprintf("CASE WHEN %s IS NOT NULL THEN COALESCE(e.half OPERATOR(public.<=>) %s, %s) END",
		t.column, t.halfParameter(), t.Distance())
}

// halfParameter is the parameter as the column half, and the HNSW index, have vectors.
// Behind a SELECT it is made once, and not anew for every row.
func (t Target) halfParameter() string { return "(SELECT " + t.halfVector(t.parameter) + ")" }

// halfVector is a half vector as the HNSW index is declared over it.
func (t Target) halfVector(vector string) string {
	return fmt.Sprintf("public.l2_normalize(%s)::public.halfvec(%d)", vector, t.length)
}

// Candidate is the SELECT of a row that inFull compares.
func (t Target) Candidate() string {
	return "SELECT e.memory_id, " + t.column + " AS vector, " + t.HalfDistance() + " AS about"
}

// Rerank compares candidates in full. Vectors too large or too small for pgvector's
// sums of 32-bit floats, which others than elizago may have saved, have in full a
// distance that is no number, or 0, or 1: there that of the halves counts. The
// OFFSET keeps PostgreSQL from comparing twice.
func (t Target) Rerank(candidates string) string {
	return fmt.Sprintf(`SELECT e.memory_id, CASE WHEN abs(e.distance - e.about) < %g THEN e.distance ELSE e.about END AS distance
		FROM (SELECT e.memory_id, e.about, e.vector OPERATOR(public.<=>) %s AS distance FROM (%s) e OFFSET 0) e`,
		maxHalfDeviation, t.parameter, candidates)
}

const (
	// maxHalfError is by how much the distance of two half vectors may differ from
	// the true one. A component of a half is wrong by up to 2^-11 of its value,
	// this way or that. Of the sum of some hundreds of them a hundred thousandth is
	// left, and this where few components are not small.
	maxHalfError = 3e-4
	// maxHalfDeviation is a difference that the precision of a half does not explain.
	maxHalfDeviation = 1e-3
)

// rerankCount is how many are compared in full where so many are wanted: some more,
// since half vectors put those in another order that differ by as little as
// halfError.
func rerankCount(wanted int) int { return wanted + 1 + wanted/10 }
