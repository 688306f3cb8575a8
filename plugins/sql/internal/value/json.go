package value

import (
	"encoding/json"
	"fmt"
	"math"
)

// JSON encodes a value as JSON that PostgreSQL can store and encoding/json can
// decode. It returns a string, since a []byte is sent as bytea where statements
// are not prepared.
func JSON(value any) (string, error) {
	if number, ok := value.(float64); ok && (math.IsNaN(number) || math.IsInf(number, 0)) {
		return "", Invalid("it is %v: numbers must be finite", number)
	}
	text, err := json.Marshal(value)
	if err != nil {
		return "", Invalid("it cannot be written as JSON: %w", err)
	}
	if err := CheckJSONText(text, 0); err != nil {
		return "", err
	}
	return string(SanitizeJSON(text)), nil
}

// NullableJSON encodes an object as a parameter of a hand-written statement. Nil
// is NULL.
func NullableJSON(name string, object *map[string]any) (any, error) {
	if object == nil {
		return nil, nil
	}
	text, err := JSON(Object(*object))
	if err != nil {
		return nil, fmt.Errorf("sql: %s: %w", name, err)
	}
	return text, nil
}
