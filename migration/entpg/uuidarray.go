package entpg

import (
	"database/sql/driver"
	"fmt"

	"entgo.io/ent/dialect/entsql"
	"github.com/google/uuid"
)

// UUIDs is the Go type of a uuid[] column. A nil slice is written as NULL, an
// empty one as '{}'. NULL elements, which this package never writes, are read
// as uuid.Nil.
type UUIDs []uuid.UUID

// UUIDArray returns a uuid[] column, NOT NULL and empty by default.
//
//	"watchers" uuid[] NOT NULL DEFAULT '{}'
func UUIDArray(name string) *Field {
	return custom(name, UUIDs(nil), "uuid[]").
		Default(func() UUIDs { return UUIDs{} }).
		Annotations(entsql.DefaultExpr("'{}'"))
}

// Value implements driver.Valuer with PostgreSQL's array text.
func (s UUIDs) Value() (driver.Value, error) {
	if s == nil {
		return nil, nil
	}
	text := []byte{'{'}
	for i, v := range s {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(text, v.String()...)
	}
	return string(append(text, '}')), nil
}

// Scan implements sql.Scanner. NULL becomes nil.
func (s *UUIDs) Scan(src any) error {
	text, ok, err := arrayText(src, "uuid[]")
	if err != nil || !ok {
		*s = nil
		return err
	}
	out := UUIDs{}
	if err := elements(text, func(elem string, null bool) error {
		var v uuid.UUID
		if !null {
			var err error
			if v, err = uuid.Parse(elem); err != nil {
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
