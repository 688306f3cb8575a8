package databasetest

import (
	"encoding/json"
	"strings"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/elizago/elizago/core"
)

// hostile holds texts that stores often get wrong: what PostgreSQL cannot
// store, what is special in SQL, LIKE, arrays and JSON, and what is not ASCII.
var hostile = []string{
	"", " ", "a", "plain text", "a\x00b", "\x00", "\xff\xfe", "ab\xc3", "\u2028", "\U0001F600", "e\u0301", "\uFFFD",
	"'; DROP TABLE agents; --", `"quoted"`, `back\slash`, `\u0000`, `\x00`, "100%", "under_score", "{a,b}", `{"a":1}`,
	"NULL", "null", "$1", "?", "line\nbreak\r\n\ttab", "' OR '1'='1", "[]", "0", "-1", "true",
}

// anyText draws a text, mostly a hostile one.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom(hostile),
		rapid.StringN(0, 20, -1),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 12), func(b []byte) string { return string(b) }),
	)
}

// someText draws a text that is not empty after cleaning.
func someText() *rapid.Generator[string] {
	return anyText().Filter(func(text string) bool { return clean(text) != "" })
}

// anyObject draws an object that survives encoding to JSON, cleaning and
// decoding.
func anyObject() *rapid.Generator[map[string]any] { return objectOf(2) }

func objectOf(depth int) *rapid.Generator[map[string]any] {
	return rapid.Custom(func(t *rapid.T) map[string]any {
		object, seen := map[string]any{}, map[string]bool{}
		for range rapid.IntRange(0, 3).Draw(t, "keys") {
			key := anyText().Draw(t, "key")
			// Of two keys that are equal after cleaning, either may stay.
			if same := cleanKey(key); seen[same] {
				continue
			} else {
				seen[same] = true
			}
			object[key] = anyValue(depth).Draw(t, "value")
		}
		return object
	})
}

func anyValue(depth int) *rapid.Generator[any] {
	values := []*rapid.Generator[any]{
		anyText().AsAny(), rapid.Bool().AsAny(), rapid.Just[any](nil),
		rapid.Float64Range(-1e15, 1e15).AsAny(), rapid.Float64().AsAny(),
	}
	if depth > 0 {
		values = append(values, objectOf(depth-1).AsAny(), rapid.SliceOfN(anyValue(depth-1), 0, 3).AsAny())
	}
	return rapid.OneOf(values...)
}

// cleanKey returns a JSON key as a store keeps it.
func cleanKey(key string) string {
	return strings.ReplaceAll(string([]rune(key)), "\x00", "")
}

// clean returns a text as a store keeps it: NUL bytes are removed, and each run
// of invalid UTF-8 becomes U+FFFD.
func clean(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\uFFFD")
}

// cleanJSON returns a JSON value as a store keeps it: every byte of invalid
// UTF-8 becomes U+FFFD.
func cleanJSON(t require.TestingT, object map[string]any) map[string]any {
	encoded, err := json.Marshal(object)
	require.NoError(t, err)
	var decoded map[string]any
	require.NoError(t, json.Unmarshal(encoded, &decoded))
	return withoutNUL(decoded).(map[string]any)
}

func withoutNUL(value any) any {
	switch v := value.(type) {
	case string:
		return strings.ReplaceAll(v, "\x00", "")
	case []any:
		for i := range v {
			v[i] = withoutNUL(v[i])
		}
		return v
	case map[string]any:
		cleaned := map[string]any{}
		for key, one := range v {
			cleaned[strings.ReplaceAll(key, "\x00", "")] = withoutNUL(one)
		}
		return cleaned
	}
	return value
}

// invalid checks that an error is core.ErrInvalid, and has the names of the
// fields at fault in it, in whatever case and among whatever words.
func invalid(t require.TestingT, err error, fields ...string) {
	require.ErrorIs(t, err, core.ErrInvalid)
	for _, field := range fields {
		require.Contains(t, strings.ToLower(err.Error()), strings.ToLower(field))
	}
	plain(t, err)
}

// plain checks that an error is one sentence for people: no statement, no
// placeholder.
func plain(t require.TestingT, err error) {
	if err == nil {
		return
	}
	for _, part := range []string{"\n", "SELECT ", "INSERT ", "UPDATE ", "DELETE FROM", "public.", "panic"} {
		require.NotContains(t, err.Error(), part)
	}
}
