package entpg

import (
	"fmt"
	"strconv"

	"github.com/pgvector/pgvector-go"
)

// Vector returns a column of 32-bit floats with n dimensions (zero: any
// number), a pgvector.Vector in Go. HNSW indexes it up to 2,000 dimensions;
// above that index it as a half vector (see HNSWHalf).
//
//	"embedding" vector(384) NOT NULL
func Vector(name string, n int) *Field {
	return custom(name, pgvector.Vector{}, dimensioned("vector", n))
}

// HalfVector returns a column of 16-bit floats with n dimensions (zero: any
// number), a pgvector.HalfVector in Go. It takes half the space of a Vector and
// HNSW indexes it up to 4,000 dimensions.
//
//	"embedding" halfvec(1024) NOT NULL
func HalfVector(name string, n int) *Field {
	return custom(name, pgvector.HalfVector{}, dimensioned("halfvec", n))
}

// SparseVector returns a sparse vector column with n dimensions (zero: any
// number), a Sparse in Go. HNSW indexes it up to 1,000 non-zero elements.
//
//	"terms" sparsevec(30000) NOT NULL
func SparseVector(name string, n int) *Field {
	return custom(name, Sparse{}, dimensioned("sparsevec", n))
}

func dimensioned(typ string, n int) string {
	if n == 0 {
		return typ
	}
	return fmt.Sprintf("%s(%d)", typ, n)
}

// Operator classes of pgvector for the indexes below. A query uses the index
// only with the operator of its class: <=> for cosine, <-> for L2, <#> for
// inner product.
const (
	VectorCosine = "vector_cosine_ops"
	VectorL2     = "vector_l2_ops"
	VectorIP     = "vector_ip_ops"

	HalfVectorCosine = "halfvec_cosine_ops"
	HalfVectorL2     = "halfvec_l2_ops"
	HalfVectorIP     = "halfvec_ip_ops"

	SparseVectorCosine = "sparsevec_cosine_ops"
	SparseVectorL2     = "sparsevec_l2_ops"
	SparseVectorIP     = "sparsevec_ip_ops"
)

// HNSW returns an approximate nearest-neighbour index over the rows that have a
// vector. Set With on the result for m and ef_construction.
//
//	CREATE INDEX "idx_notes_embedding" ON "notes"
//	USING hnsw ("embedding" vector_cosine_ops) WHERE embedding IS NOT NULL
func HNSW(name, column, opClass string) Index {
	return Index{
		Name:  name,
		Using: "hnsw",
		Parts: []Part{{Column: column, OpClass: opClass}},
		Where: column + " IS NOT NULL",
	}
}

// HNSWHalf is HNSW over a Vector column of n dimensions cast to half vectors,
// for 2,000 to 4,000 dimensions. A query uses it with the same cast.
//
//	CREATE INDEX "idx_notes_embedding" ON "notes"
//	USING hnsw ((embedding::halfvec(3072)) halfvec_cosine_ops) WHERE embedding IS NOT NULL
func HNSWHalf(name, column string, n int, opClass string) Index {
	return Index{
		Name:  name,
		Using: "hnsw",
		Parts: []Part{{Expr: fmt.Sprintf("%s::halfvec(%d)", column, n), OpClass: opClass}},
		Where: column + " IS NOT NULL",
	}
}

// IVFFlat returns an approximate nearest-neighbour index that clusters the
// vectors into lists when it is created: create it when there are rows, with
// about one list per thousand. It is smaller and faster to build than HNSW,
// with lower recall. It cannot index a SparseVector.
//
//	CREATE INDEX "idx_notes_embedding" ON "notes"
//	USING ivfflat ("embedding" vector_l2_ops) WITH (lists = 100) WHERE embedding IS NOT NULL
func IVFFlat(name, column, opClass string, lists int) Index {
	i := HNSW(name, column, opClass)
	i.Using = "ivfflat"
	i.With = map[string]string{"lists": strconv.Itoa(lists)}
	return i
}
