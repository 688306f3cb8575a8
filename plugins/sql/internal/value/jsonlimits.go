package value

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
)

// What is stored must be readable again. PostgreSQL's jsonb holds numbers and
// levels of nesting that encoding/json does not read, and one such row would
// make every list fail that has it. So they are refused when they are written.

// maxDepth is how many levels encoding/json reads.
const maxDepth = 10_000

var errTooDeep = Invalid("it is nested more than %d levels deep", maxDepth)

// CheckJSON refuses a value of a JSON column that could not be read again. What
// callers mostly pass is walked as it is; anything else is encoded.
func CheckJSON(name string, value any) error {
	if err := checkDecodable(value, 0); err != nil {
		return Invalid("sql: %s is no json that can be read again: %w", name, err)
	}
	return nil
}

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

// CheckJSONText looks at JSON that stands so many levels deep in other JSON.
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
