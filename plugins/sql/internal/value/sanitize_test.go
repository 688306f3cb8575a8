package value

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

type texts []string

func TestSanitizeArgs(t *testing.T) {
	t.Parallel()
	args := []any{"a\x00b", "plain", 3, nil, json.RawMessage(`{"a":"x\u0000y","b":"\\u0000"}`), []byte("\x00binary\\u0000"), texts{"a", "\x00"}}
	got := SanitizeArgs(args)
	require.Equal(t, []any{"ab", "plain", 3, nil, json.RawMessage(`{"a":"xy","b":"\\u0000"}`), []byte("\x00binary\\u0000"), texts{"a", ""}}, got)
	require.Equal(t, "a\x00b", args[0], "the caller's list is not changed")
	require.Equal(t, "no list", SanitizeArgs("no list"))
}

func TestSanitizeArg(t *testing.T) {
	t.Parallel()
	type name string
	text := "a\x00"
	tests := map[string]struct{ arg, want any }{
		"a type of one's own": {name("a\x00"), "a"},
		"a pointer":           {&text, "a"},
		"a raw message":       {json.RawMessage(`"\u0000a"`), json.RawMessage(`"a"`)},
		"a high surrogate":    {json.RawMessage(`"\ud800"`), json.RawMessage(`"\ufffd"`)},
		"a low surrogate":     {json.RawMessage(`{"\uDFFF":1}`), json.RawMessage(`{"\ufffd":1}`)},
		"two high ones":       {json.RawMessage(`"\ud83d\ud83d\ude00"`), json.RawMessage(`"\ufffd\ud83d\ude00"`)},
		"a pair cut by NUL":   {json.RawMessage(`"\ud83d\u0000\ude00"`), json.RawMessage(`"\ufffd\ufffd"`)},
		"bytes in JSON":       {json.RawMessage("\"\xff\""), json.RawMessage("\"\uFFFD\"")},
	}
	for what, tt := range tests {
		got, changed := sanitizeArg(tt.arg)
		require.True(t, changed, what)
		require.Equal(t, tt.want, got, what)
	}
	for _, arg := range []any{(*string)(nil), nil, name("a"), 1, json.RawMessage(`"\ud83d\ude00 \\ud800"`), json.RawMessage("\xff no JSON"), json.RawMessage(nil), []byte(`"\u0000"`), []int{1}} {
		got, changed := sanitizeArg(arg)
		require.False(t, changed, "%v", arg)
		require.Equal(t, arg, got)
	}
}

var replaced = regexp.MustCompile("\uFFFD+")

// Sanitized JSON is valid, needs no second pass, and means the same but for the
// characters that cannot be stored.
func FuzzSanitizeJSON(f *testing.F) {
	for _, text := range []string{`{"a":"x\u0000y\\u0000\\\u0000"}`, `"\ud800\udc00\udc00"`, "\"\xff\"", `"\ud800`, `"\\ud800"`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !json.Valid([]byte(text)) {
			return
		}
		clean := SanitizeJSON([]byte(text))
		require.True(t, json.Valid(clean), "%q", clean)
		require.True(t, utf8.Valid(clean), "%q", clean)
		again, changed := sanitizeArg(json.RawMessage(clean))
		require.False(t, changed, "%q became %q", clean, again)
		var before, after any
		require.NoError(t, json.Unmarshal([]byte(text), &before))
		require.NoError(t, json.Unmarshal(clean, &after))
		if b, ok := before.(string); ok {
			// Several bytes in a row may become one U+FFFD.
			require.Equal(t, replaced.ReplaceAllString(strings.ReplaceAll(b, "\x00", ""), "?"), replaced.ReplaceAllString(after.(string), "?"))
		}
	})
}
