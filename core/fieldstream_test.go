package core_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/elizago/elizago/core"
)

// However a model's answer is cut into pieces, the pieces of the field make up
// what ParseXML finds in the whole.
func TestFieldStreamEqualsParseXML(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{
			"a", " ", "\n", "é", "<", "<b>", "</", "</te", "&amp;", "&", "&lt;", "&lt", "; ", "</b>", "&#39;", "x y", "<text>",
		})).Draw(t, "text"), "")
		answer := "Sure!\n<response>\n<thought>t</thought> <text>" + text + "</text>\n</response> bye"
		fields, ok := core.ParseXML(answer, "response")
		require.True(t, ok)

		var got strings.Builder
		stream := core.FieldStream{Root: "response", Field: "text", Emit: func(s string) error {
			got.WriteString(s)
			return nil
		}}
		for rest := answer; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "n")
			require.NoError(t, stream.Write(rest[:n]))
			rest = rest[n:]
		}
		require.Equal(t, fields["text"], got.String())
	})
}

func TestFieldStreamOpen(t *testing.T) {
	t.Parallel()
	var seen map[string]string
	stream := core.FieldStream{
		Root: "response", Field: "text",
		Open: func(fields map[string]string) bool { seen = fields; return false },
		Emit: func(string) error { t.Error("a field that is kept back was emitted"); return nil },
	}
	require.NoError(t, stream.Write("<response><actions>A,B</actions><text>hello</text></response>"))
	require.Equal(t, map[string]string{"actions": "A,B"}, seen)
}

func TestParseXML(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		want map[string]string
		ok   bool
	}{
		"plain":               {"<r><a>1</a><b> two </b></r>", map[string]string{"a": "1", "b": "two"}, true},
		"text around":         {"Here:\n```xml\n<r><a>1</a></r>\n```", map[string]string{"a": "1"}, true},
		"entities":            {"<r><a>x &lt;&amp;&gt; y</a></r>", map[string]string{"a": "x <&> y"}, true},
		"markup in a field":   {"<r><a>so <b>bold</b></a></r>", map[string]string{"a": "so <b>bold</b>"}, true},
		"cut off":             {"<r><a>1</a><b>and then", map[string]string{"a": "1", "b": "and then"}, true},
		"the first one wins":  {"<r><a>1</a><a>2</a></r>", map[string]string{"a": "1"}, true},
		"empty field":         {"<r><a></a></r>", map[string]string{"a": ""}, true},
		"other root":          {"<x><a>1</a></x>", nil, false},
		"no fields":           {"<r>hello</r>", map[string]string{}, false},
		"escaped is no field": {"<r>&lt;a&gt;1&lt;/a&gt;</r>", map[string]string{}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := core.ParseXML(tt.text, "r")
			require.Equal(t, tt.ok, ok)
			require.Equal(t, tt.want, got)
		})
	}
}

func FuzzParseXML(f *testing.F) {
	f.Add("<response><text>hi</text></response>")
	f.Add("<response><text>&lt;")
	f.Fuzz(func(t *testing.T, text string) {
		fields, ok := core.ParseXML(text, "response")
		require.Equal(t, len(fields) > 0, ok)
	})
}
