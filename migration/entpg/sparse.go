package entpg

import (
	"fmt"
	"strings"

	"github.com/pgvector/pgvector-go"
)

// Sparse is the Go type of a SparseVector column. The zero value has no
// dimensions and cannot be stored.
//
//	entpg.Sparse{SparseVector: pgvector.NewSparseVector([]float32{0, 1, 0})}
type Sparse struct{ pgvector.SparseVector }

// Scan implements sql.Scanner. NULL becomes the zero value.
func (s *Sparse) Scan(src any) (err error) {
	var text string
	switch v := src.(type) {
	case nil:
		*s = Sparse{}
		return nil
	case string:
		text = v
	case []byte:
		text = string(v)
	default:
		return fmt.Errorf("entpg: cannot read a %T as sparsevec", src)
	}
	// pgvector's Parse panics on any other format, and does not accept a zero
	// vector, "{}/8".
	defer func() {
		if recover() != nil || err != nil {
			err = fmt.Errorf("entpg: %.40q is not a sparse vector", text)
		}
	}()
	var v pgvector.SparseVector
	if elements, ok := strings.CutPrefix(text, "{}/"); ok {
		if err := v.Parse("{1:1}/" + elements); err != nil {
			return err
		}
		v = pgvector.NewSparseVectorFromMap(nil, v.Dimensions())
	} else if err := v.Parse(text); err != nil {
		return err
	}
	s.SparseVector = v
	return nil
}
