package badrow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// Decode returns JSON that the column's type decodes: the text itself, or what
// is left of it with an error.
type Decode func(text []byte) ([]byte, error)

// Object is the Decode of a column of JSON objects.
func Object(text []byte) ([]byte, error) {
	if kind := firstByte(text); kind != '{' && kind != 'n' {
		return []byte("{}"), errors.New("it is JSON, but no object")
	}
	return Any(text)
}

// Any is the Decode of a column of any JSON. A number beyond float64 becomes a
// string.
func Any(text []byte) ([]byte, error) {
	bad := value.CheckJSONText(text, 0)
	if bad == nil {
		return text, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var read any
	if err := decoder.Decode(&read); err != nil {
		return []byte("null"), bad
	}
	text, err := json.Marshal(numbersAsText(read))
	if err != nil {
		return []byte("null"), err
	}
	return text, bad
}

// numbersAsText replaces numbers that a float64 does not hold by their text.
func numbersAsText(of any) any {
	switch v := of.(type) {
	case json.Number:
		if _, err := strconv.ParseFloat(string(v), 64); err != nil {
			return string(v)
		}
	case map[string]any:
		for name, one := range v {
			v[name] = numbersAsText(one)
		}
	case []any:
		for i, one := range v {
			v[i] = numbersAsText(one)
		}
	}
	return of
}

// As returns the Decode of a column that is decoded into a T. Where that is not
// possible, the column is null.
func As[T any](text []byte) ([]byte, error) {
	var into T
	if err := json.Unmarshal(text, &into); err != nil {
		return []byte("null"), fmt.Errorf("it cannot be decoded: %w", err)
	}
	return text, nil
}

func firstByte(text []byte) byte {
	if text = bytes.TrimSpace(text); len(text) == 0 {
		return 0
	}
	return text[0]
}
