package entpg

import (
	"database/sql/driver"
	"fmt"
	"strings"

	"entgo.io/ent/dialect/entsql"
)

// Strings is the Go side of a text[] column. A nil slice is written as NULL,
// an empty one as '{}'. NULL elements, which this package never writes, are
// read as empty strings.
type Strings []string

// TextArray is a column of strings, NOT NULL and empty by default.
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
	switch v := src.(type) {
	case nil:
		*s = nil
		return nil
	case string:
		return s.parse(v)
	case []byte:
		return s.parse(string(v))
	default:
		return fmt.Errorf("entpg: cannot read a %T as text[]", src)
	}
}

// parse reads a one-dimensional array as PostgreSQL prints it: elements bare
// or in double quotes, with a backslash before a quoted quote or backslash.
func (s *Strings) parse(text string) error {
	if len(text) < 2 || text[0] != '{' || text[len(text)-1] != '}' {
		return fmt.Errorf("entpg: %.40q is not a one-dimensional array", text)
	}
	out := Strings{}
	for rest := text[1 : len(text)-1]; rest != ""; {
		elem, n, err := element(rest)
		if err != nil {
			return fmt.Errorf("entpg: %.40q is not a one-dimensional array: %w", text, err)
		}
		out = append(out, elem)
		rest = rest[n:]
		if rest == "" {
			break
		}
		if rest[0] != ',' || len(rest) == 1 {
			return fmt.Errorf("entpg: %.40q is not a one-dimensional array: separator expected", text)
		}
		rest = rest[1:]
	}
	*s = out
	return nil
}

// element reads the array element at the start of text and says how many bytes
// it took.
func element(text string) (string, int, error) {
	if text[0] != '"' {
		n := strings.IndexByte(text, ',')
		if n < 0 {
			n = len(text)
		}
		switch v := text[:n]; {
		case v == "" || strings.ContainsAny(v, `{}"\`):
			return "", 0, fmt.Errorf("malformed element %q", v)
		case v == "NULL":
			return "", n, nil
		default:
			return v, n, nil
		}
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '"':
			return b.String(), i + 1, nil
		case '\\':
			if i++; i == len(text) {
				return "", 0, fmt.Errorf("open escape")
			}
		}
		b.WriteByte(text[i])
	}
	return "", 0, fmt.Errorf("open quote")
}
