package search

import (
	"fmt"

	"github.com/pgvector/pgvector-go"
)

// Target is the vector of a query as a parameter, and the column of embeddings e
// that it is compared with.
type Target struct {
	parameter, column string
	length            int
}

// Target adds the vector to the parameters.
func (n Query) Target(c *Conditions) Target {
	length := len(n.Vector)
	return Target{c.Arg(pgvector.NewVector(n.Vector)) + "::@pgvector.vector", "e." + Column(length), length}
}

// Distance returns the cosine distance of a row, in full precision.
func (t Target) Distance() string {
	return t.column + " OPERATOR(@pgvector.<=>) " + t.parameter
}

// HalfDistance returns the distance of the half vectors, which are stored in the
// row. A row with two vectors, as during a rebuild, has no half vector and is
// compared in full; one with a vector of another dimension has no distance.
func (t Target) HalfDistance() string {
	return fmt.Sprintf("CASE WHEN %s IS NOT NULL THEN COALESCE(e.half OPERATOR(@pgvector.<=>) %s, %s) END",
		t.column, t.halfParameter(), t.Distance())
}

// halfParameter returns the parameter as a half vector. As a scalar subquery it is
// computed once, and not for every row.
func (t Target) halfParameter() string { return "(SELECT " + t.halfVector(t.parameter) + ")" }

// halfVector returns the expression that the HNSW index is declared over.
func (t Target) halfVector(vector string) string {
	return fmt.Sprintf("@pgvector.l2_normalize(%s)::@pgvector.halfvec(%d)", vector, t.length)
}

// Candidate returns the SELECT of a row for Rerank.
func (t Target) Candidate() string {
	return "SELECT e.memory_id, " + t.column + " AS vector, " + t.HalfDistance() + " AS about"
}

// Rerank returns a query for the full distances of candidates. Vectors too large or
// too small for pgvector's sums of 32-bit floats, which other programs may have
// saved, have a full distance that is NaN, 0 or 1: the distance of their half
// vectors is used. The OFFSET keeps PostgreSQL from comparing twice.
func (t Target) Rerank(candidates string) string {
	return fmt.Sprintf(`SELECT e.memory_id, CASE WHEN abs(e.distance - e.about) < %g THEN e.distance ELSE e.about END AS distance
		FROM (SELECT e.memory_id, e.about, e.vector OPERATOR(@pgvector.<=>) %s AS distance FROM (%s) e OFFSET 0) e`,
		maxHalfDeviation, t.parameter, candidates)
}

const (
	// maxHalfError is the largest expected difference between the distance of two
	// half vectors and the true one. A component of a half vector is off by up to
	// 2^-11 of its value. In a sum of hundreds the errors nearly cancel out, to
	// 1e-5; this is the error if only few components are not small.
	maxHalfError = 3e-4
	// maxHalfDeviation is a difference that the precision of a half vector does not
	// explain.
	maxHalfDeviation = 1e-3
)

// rerankCount returns the number of rows to compare in full for a limit: some more,
// since half vectors may order those differently that differ by less than
// maxHalfError.
func rerankCount(wanted int) int { return wanted + 1 + wanted/10 }
