package entpg

import (
	"database/sql/driver"
	"fmt"
	"strings"

	"entgo.io/ent/dialect/entsql"
)

// Strings is the Go type of a text[] column. A nil slice is written as NULL, an
// empty one as '{}'. NULL elements, which this package never writes, are read
// as empty strings.
type Strings []string

// TextArray returns a text[] column, NOT NULL and empty by default.
//
//	"tags" text[] NOT NULL DEFAULT '{}'
func TextArray(name string) *Field {
	return custom(name, Strings(nil), "text[]").
		Default(func() Strings { return Strings{} }).
		Annotations(entsql.DefaultExpr("'{}'"))
}

// Value implements driver.Valuer with PostgreSQL's array text.
func (s Strings) Value() (driver.Value, error) {
	if s == nil {
		return nil, nil
	}
	var b strings.Builder
	b.WriteByte('{')
	for i, v := range s {
		if strings.IndexByte(v, 0) >= 0 {
			return nil, fmt.Errorf("entpg: element %d of a text[] holds a zero byte, which PostgreSQL cannot store", i)
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('"')
		for j := 0; j < len(v); j++ {
			if v[j] == '"' || v[j] == '\\' {
				b.WriteByte('\\')
			}
			b.WriteByte(v[j])
		}
		b.WriteByte('"')
	}
	b.WriteByte('}')
	return b.String(), nil
}

// Scan implements sql.Scanner. NULL becomes nil.
func (s *Strings) Scan(src any) error {
	text, ok, err := arrayText(src, "text[]")
	if err != nil || !ok {
		*s = nil
		return err
	}
	out := Strings{}
	if err := elements(text, func(elem string, _ bool) error {
		out = append(out, elem)
		return nil
	}); err != nil {
		return err
	}
	*s = out
	return nil
}
