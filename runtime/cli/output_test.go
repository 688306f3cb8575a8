package cli

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/elizago/elizago/runtime"
)

func outputs(t require.TestingT, secrets []string, pieces ...string) string {
	var shown bytes.Buffer
	known := runtime.NewSecrets()
	known.Add(secrets...)
	o := &output{raw: &shown, secrets: known}
	for _, piece := range pieces {
		n, err := o.Write([]byte(piece))
		require.NoError(t, err)
		require.Equal(t, len(piece), n)
	}
	require.NoError(t, o.flush())
	return shown.String()
}

func TestTheTerminalObeysNothing(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain\ttext\n":           "plain\ttext\n",
		"\x1b[2J\x1b]0;title\x07": `\u001b[2J\u001b]0;title\u0007`,
		"over\rwritten\b\x7f":     `over\u000dwritten\u0008\u007f`,
		"\u009b2J":                `\u009b2J`,
		"\x9b2J":                  "\uFFFD2J",
		"abc\u202etxt.exe":        `abc\u202etxt.exe`,
		"naïve 日本語 🙂 👩‍👩‍👧 עברית\u200f":  "naïve 日本語 🙂 👩‍👩‍👧 עברית\u200f",
		`{"text":"` + "\u009b" + `31m"}`: `{"text":"\u009b31m"}`,
	} {
		require.Equal(t, want, outputs(t, nil, text))
		require.Equal(t, want, outputs(t, nil, strings.Split(text, "")...), "in pieces")
	}
	var decoded map[string]string
	require.NoError(t, json.Unmarshal([]byte(outputs(t, nil, "{\"a\":\"\u009b\"}")), &decoded))
	require.Equal(t, "\u009b", decoded["a"], "JSON stays what it is")
}

// Bytes may be split anywhere, also within a rune, a sequence or a secret.
func TestOutputInPieces(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.SampledFrom([]string{"hunter2-hunter3", "hunt", "er2", "\x1b", "[0m", "ä", "🙂", "\u009b", "\n", " "})).Draw(t, "parts")
		text := strings.Join(parts, "")
		var pieces []string
		for rest := text; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "n")
			pieces, rest = append(pieces, rest[:n]), rest[n:]
		}
		shown := outputs(t, []string{"hunter2-hunter3"}, pieces...)
		require.Equal(t, escape(strings.ReplaceAll(text, "hunter2-hunter3", "***")), shown)
		require.True(t, utf8.ValidString(shown))
		require.NotContains(t, shown, "\x1b")
	})
}
