package core

import (
	"bytes"
	"encoding/json"
	"math/big"
	"strconv"

	"github.com/google/uuid"
	"github.com/tidwall/gjson"
)

// The JSON objects of a memory are read field by field rather than by
// encoding/json, which would accept "Source" for "source", fail on a field of
// another type, and take several times as long on the path of every list and
// search of memories.

// readObject reads a JSON object: its fields as readFields does, the others into
// extra. What is no object is read by encoding/json into plain, the same struct
// without methods, which says what is wrong; null is nothing.
func readObject(data []byte, extra *map[string]any, field func(name string, value gjson.Result) bool, plain any) error {
	object := gjson.ParseBytes(data)
	if !json.Valid(data) || !object.IsObject() {
		return json.Unmarshal(data, plain)
	}
	*extra = readFields(object, field)
	return nil
}

// readFields calls field for each field of an object, and returns those that it
// does not take; nil if there are none. Of two fields of one name, the last one
// counts.
func readFields(object gjson.Result, field func(name string, value gjson.Result) bool) map[string]any {
	var extra map[string]any
	object.ForEach(func(key, value gjson.Result) bool {
		name := key.String()
		if field(name, value) {
			delete(extra, name)
			return true
		}
		if extra == nil {
			extra = map[string]any{}
		}
		extra[name] = anyJSON(value.Raw)
		return true
	})
	if len(extra) == 0 {
		return nil
	}
	return extra
}

// withExtra encodes the fields of a struct and the extra ones as one object.
func withExtra(fields any, extra map[string]any) ([]byte, error) {
	text, err := json.Marshal(fields)
	if err != nil || len(extra) == 0 {
		return text, err
	}
	var set map[string]json.RawMessage
	if err := json.Unmarshal(text, &set); err != nil {
		return nil, err
	}
	all := make(map[string]any, len(extra)+len(set))
	for name, value := range extra {
		all[name] = value
	}
	for name, value := range set {
		if _, is := all[name]; is && string(value) == "false" {
			continue // not omitted, but not set either
		}
		all[name] = value
	}
	return json.Marshal(all)
}

func text(value gjson.Result) (string, bool) { return value.Str, value.Type == gjson.String }

// whole returns the value if it is an integer.
func whole(value gjson.Result) (int64, bool) {
	number, err := strconv.ParseInt(value.Raw, 10, 64)
	if err != nil {
		return 0, false
	}
	return number, true
}

// texts returns the elements of a list that holds only strings.
func texts(list gjson.Result) ([]string, bool) {
	if !list.IsArray() {
		return nil, false
	}
	all, ok := []string{}, true
	list.ForEach(func(_, one gjson.Result) bool {
		all, ok = append(all, one.Str), one.Type == gjson.String
		return ok
	})
	if !ok {
		return nil, false
	}
	return all, true
}

// canonicalID returns the id if it is written in canonical form. The database
// compares ids in JSON as text, so any other form is another id.
func canonicalID(value gjson.Result) (*uuid.UUID, bool) {
	id, err := uuid.Parse(value.Str)
	if err != nil || id.String() != value.Str {
		return nil, false
	}
	return &id, true
}

// anyJSON returns the value as encoding/json decodes it, or the raw text if
// encoding/json cannot decode it, such as a number out of range. A number that
// a float64 would change, such as the id of a platform, is a json.Number.
func anyJSON(raw string) any {
	decoder := json.NewDecoder(bytes.NewReader([]byte(raw)))
	decoder.UseNumber()
	var read any
	if decoder.Decode(&read) != nil {
		return json.RawMessage(raw)
	}
	read, ok := exactNumbers(read)
	if !ok {
		return json.RawMessage(raw)
	}
	return read
}

// exactNumbers replaces every json.Number that a float64 holds exactly, or
// prints as it was. It returns false for a number out of range.
func exactNumbers(value any) (any, bool) {
	ok := true
	switch v := value.(type) {
	case json.Number:
		number, err := strconv.ParseFloat(string(v), 64)
		if err != nil {
			return nil, false
		}
		if len(v) <= 15 || sameNumber(string(v), number) {
			return number, true
		}
	case map[string]any:
		for name := range v {
			if v[name], ok = exactNumbers(v[name]); !ok {
				return nil, false
			}
		}
	case []any:
		for i := range v {
			if v[i], ok = exactNumbers(v[i]); !ok {
				return nil, false
			}
		}
	}
	return value, ok
}

// sameNumber reports whether the number is written with the same value as text.
func sameNumber(text string, number float64) bool {
	was, ok := new(big.Rat).SetString(text)
	is, fine := new(big.Rat).SetString(strconv.FormatFloat(number, 'g', -1, 64))
	return ok && fine && was.Cmp(is) == 0
}
