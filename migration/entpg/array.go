package entpg

import (
	"errors"
	"fmt"
	"strings"
)

// elements parses a one-dimensional array in PostgreSQL's text format. It calls
// each with every element, and with "" and true for a NULL.
func elements(text string, each func(elem string, null bool) error) error {
	wrong := func(err error) error {
		return fmt.Errorf("entpg: %.40q is not a one-dimensional array: %w", text, err)
	}
	if len(text) < 2 || text[0] != '{' || text[len(text)-1] != '}' {
		return wrong(errors.New("no braces around it"))
	}
	for rest := text[1 : len(text)-1]; rest != ""; {
		elem, null, n, err := element(rest)
		if err == nil {
			err = each(elem, null)
		}
		if err != nil {
			return wrong(err)
		}
		rest = rest[n:]
		if rest == "" {
			break
		}
		if rest[0] != ',' || len(rest) == 1 {
			return wrong(errors.New("separator expected"))
		}
		rest = rest[1:]
	}
	return nil
}

// element parses the array element at the start of text and returns its length
// in bytes.
func element(text string) (elem string, null bool, n int, err error) {
	if text[0] != '"' {
		n := strings.IndexByte(text, ',')
		if n < 0 {
			n = len(text)
		}
		switch v := text[:n]; {
		case v == "" || strings.ContainsAny(v, `{}"\`):
			return "", false, 0, fmt.Errorf("malformed element %q", v)
		case v == "NULL":
			return "", true, n, nil
		default:
			return v, false, n, nil
		}
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '"':
			return b.String(), false, i + 1, nil
		case '\\':
			if i++; i == len(text) {
				return "", false, 0, errors.New("open escape")
			}
		}
		b.WriteByte(text[i])
	}
	return "", false, 0, errors.New("open quote")
}

// arrayText returns the array text that a driver passes to Scan. The second
// result is false for NULL.
func arrayText(src any, sqlType string) (string, bool, error) {
	switch v := src.(type) {
	case nil:
		return "", false, nil
	case string:
		return v, true, nil
	case []byte:
		return string(v), true, nil
	default:
		return "", false, fmt.Errorf("entpg: cannot read a %T as %s", src, sqlType)
	}
}
