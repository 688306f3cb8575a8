package search

import (
	"fmt"
	"math"
	"slices"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// Dimensions are the dimensions of vectors that have a column.
var Dimensions = []int{384, 512, 768, 1024, 1536, 3072}

// Column returns the column of embeddings for vectors of a dimension.
func Column(length int) string { return fmt.Sprintf("dim_%d", length) }

// CheckDimension returns core.ErrDimension if no column has the dimension.
func CheckDimension(length int) error {
	if !slices.Contains(Dimensions, length) {
		return fmt.Errorf("sql: %w: a vector of length %d has no column (there are %v): take an embedding model of one of these lengths, "+
			"or have the model shorten its vectors (many have a setting \"dimensions\")", core.ErrDimension, length, Dimensions)
	}
	return nil
}

// pgvector sums the squares of components as float32. Outside these limits the sum
// becomes zero or infinite, and similarities are silently wrong.
const (
	minSquares = 1e-30
	maxSquares = 1e38
)

// CheckVector returns an error for a vector that PostgreSQL cannot store or compare.
func CheckVector(vector []float32) error {
	if err := CheckDimension(len(vector)); err != nil {
		return err
	}
	squares := 0.0
	for _, value := range vector {
		squares += float64(value) * float64(value)
	}
	if math.IsNaN(squares) || math.IsInf(squares, 0) { // no finite float32 does that
		for i, component := range vector {
			if math.IsNaN(float64(component)) || math.IsInf(float64(component), 0) {
				return value.Invalid("sql: component %d of the vector is %v: only finite numbers can be compared", i, component)
			}
		}
	}
	if squares != 0 && (squares < minSquares || squares > maxSquares) {
		return value.Invalid("sql: the vector's norm is %.3g: only norms from 1e-15 to 1e19 can be compared; to scale it changes no similarity",
			math.Sqrt(squares))
	}
	return nil
}

// CheckDirection is CheckVector that also refuses a vector of zeros.
func CheckDirection(vector []float32) error {
	if err := CheckVector(vector); err != nil {
		return err
	}
	for _, value := range vector {
		if value != 0 {
			return nil
		}
	}
	return value.Invalid("sql: the vector of a search is all zeros: it has no direction, so nothing is near to it")
}
