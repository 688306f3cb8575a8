package value

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
)

// PostgreSQL's jsonb holds numbers and levels of nesting that encoding/json
// cannot decode, and one such row makes every list that contains it fail. So they
// are refused when they are written.

// maxDepth is the number of levels of nesting that encoding/json decodes.
const maxDepth = 10_000

var errTooDeep = Invalid("it is nested more than %d levels deep", maxDepth)

// CheckJSON returns an error if the value of a JSON column could not be decoded
// again. Values of the common types are inspected as they are; others are
// encoded first.
func CheckJSON(name string, value any) error {
	if err := checkDecodable(value, 0); err != nil {
		return Invalid("sql: %s is not JSON that can be decoded again: %w", name, err)
	}
	return nil
}

// checkDecodable is CheckJSON for a value at a depth of other JSON.
func checkDecodable(value any, depth int) error {
	if depth > maxDepth {
		return errTooDeep
	}
	switch v := value.(type) {
	case nil, string, bool, int, int64:
		return nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return Invalid("there is no number %v", v)
		}
		return nil
	case map[string]any:
		for _, one := range v {
			if err := checkDecodable(one, depth+1); err != nil {
				return err
			}
		}
		return nil
	case []any:
		for _, one := range v {
			if err := checkDecodable(one, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return CheckJSONText(text, depth)
}

// CheckJSONText is CheckJSON for a text at a depth of other JSON.
func CheckJSONText(text []byte, depth int) error {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return errTooDeep
			}
		case c == '}' || c == ']':
			depth--
		case c == '-' || '0' <= c && c <= '9':
			end := i + 1
			for end < len(text) && bytes.IndexByte([]byte("0123456789.eE+-"), text[end]) >= 0 {
				end++
			}
			number := text[i:end]
			i = end - 1
			if len(number) <= 300 && !bytes.ContainsAny(number, "eE") {
				continue
			}
			if _, err := strconv.ParseFloat(string(number), 64); errors.Is(err, strconv.ErrRange) {
				return Invalid("the number %s is beyond what a float64 holds", Quote(string(number)))
			}
		}
	}
	return nil
}
