package entpg

import (
	"database/sql/driver"
	"fmt"
	"strconv"

	"entgo.io/ent/dialect/entsql"
)

// Int64s is the Go type of a bigint[] column. A nil slice is written as NULL,
// an empty one as '{}'. NULL elements, which this package never writes, are
// read as 0.
type Int64s []int64

// Int64Array returns a bigint[] column, NOT NULL and empty by default.
//
//	"scores" bigint[] NOT NULL DEFAULT '{}'
func Int64Array(name string) *Field {
	return custom(name, Int64s(nil), "bigint[]").
		Default(func() Int64s { return Int64s{} }).
		Annotations(entsql.DefaultExpr("'{}'"))
}

// Value implements driver.Valuer with PostgreSQL's array text.
func (s Int64s) Value() (driver.Value, error) {
	if s == nil {
		return nil, nil
	}
	text := []byte{'{'}
	for i, v := range s {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, v, 10)
	}
	return string(append(text, '}')), nil
}

// Scan implements sql.Scanner. NULL becomes nil.
func (s *Int64s) Scan(src any) error {
	text, ok, err := arrayText(src, "bigint[]")
	if err != nil || !ok {
		*s = nil
		return err
	}
	out := Int64s{}
	if err := elements(text, func(elem string, null bool) error {
		var v int64
		if !null {
			var err error
			if v, err = strconv.ParseInt(elem, 10, 64); err != nil {
				return fmt.Errorf("malformed element %q", elem)
			}
		}
		out = append(out, v)
		return nil
	}); err != nil {
		return err
	}
	*s = out
	return nil
}
