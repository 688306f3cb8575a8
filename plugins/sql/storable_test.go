package sql

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// cleaned is what is left of a text that went through JSON, which makes U+FFFD
// of every byte that is no UTF-8.
func cleaned(t require.TestingT, text string) string {
	encoded, err := json.Marshal(text)
	require.NoError(t, err)
	var decoded string
	require.NoError(t, json.Unmarshal(encoded, &decoded))
	return strings.ReplaceAll(decoded, "\x00", "")
}

type texts []string

func TestStorable(t *testing.T) {
	t.Parallel()
	args := []any{"a\x00b", "plain", 3, nil, []byte(`{"a":"x\u0000y","b":"\\u0000"}`), []byte("\x00binary\\u0000"), texts{"a", "\x00"}}
	got := storable(args)
	require.Equal(t, []any{"ab", "plain", 3, nil, []byte(`{"a":"xy","b":"\\u0000"}`), []byte("\x00binary\\u0000"), texts{"a", ""}}, got)
	require.Equal(t, "a\x00b", args[0], "the caller's list is not changed")
	require.Equal(t, "no list", storable("no list"))
}

func FuzzWithoutNUL(f *testing.F) {
	f.Add(`{"a":"x\u0000y\\u0000\\\u0000"}`)
	f.Fuzz(func(t *testing.T, text string) {
		if !json.Valid([]byte(text)) {
			return
		}
		clean := withoutNUL([]byte(text))
		require.True(t, json.Valid(clean), "%q", clean)
		var value any
		require.NoError(t, json.Unmarshal(clean, &value))
		again, err := json.Marshal(value)
		require.NoError(t, err)
		require.NotContains(t, strings.ReplaceAll(string(again), `\\`, ""), `\u0000`)
	})
}
