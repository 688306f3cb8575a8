package sql

import (
	"encoding/json"
	"fmt"
	"math"
)

// jsonOf is a value as JSON that PostgreSQL can store. It is a string because
// a slice of bytes would be sent as bytea where statements are not prepared.
func jsonOf(value any) (string, error) {
	if number, ok := value.(float64); ok && (math.IsNaN(number) || math.IsInf(number, 0)) {
		return "", invalid("it is %v: numbers must be finite", number)
	}
	text, err := json.Marshal(value)
	if err != nil {
		return "", invalid("it cannot be written as JSON: %w", err)
	}
	if err := checkReadableJSON(text, 0); err != nil {
		return "", err
	}
	return string(storableJSON(text)), nil
}

// jsonArg encodes an object for a statement by hand, as text, which every way of
// sending statements takes for JSON. Nil is NULL.
func jsonArg(name string, object *map[string]any) (any, error) {
	if object == nil {
		return nil, nil
	}
	text, err := jsonOf(orObject(*object))
	if err != nil {
		return nil, fmt.Errorf("sql: %s: %w", name, err)
	}
	return text, nil
}
