package core_test

import (
	"encoding/json"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/elizago/elizago/core"
)

var metadataOfTests = map[string]string{
	"empty":   `{}`,
	"message": `{"type": "message", "scope": "room", "source": "discord", "sourceId": "0197b1c8-6c1f-7c3a-9c1d-6a1b2c3d4e5f", "timestamp": 1753000000000}`,
	"fragment": `{"tags": ["a", "b"], "type": "fragment", "position": 12, "timestamp": 1753000000000,
		"documentId": "0197b1c8-6c1f-7c3a-9c1d-6a1b2c3d4e5f"}`,
	"extra": `{"type": "message", "source": "discord", "mine": {"score": 4.5}, "entityName": "Grace"}`,
}

func BenchmarkMemoryMetadata(b *testing.B) {
	for name, text := range metadataOfTests {
		b.Run("read/"+name, func(b *testing.B) {
			b.ReportAllocs()
			data := []byte(text)
			for b.Loop() {
				var m core.MemoryMetadata
				if err := m.UnmarshalJSON(data); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("write/"+name, func(b *testing.B) {
			b.ReportAllocs()
			var m core.MemoryMetadata
			require.NoError(b, m.UnmarshalJSON([]byte(text)))
			for b.Loop() {
				if _, err := json.Marshal(m); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func metadataFrom(t require.TestingT, text string) (m core.MemoryMetadata) {
	require.NoError(t, json.Unmarshal([]byte(text), &m), text)
	return m
}

func TestMemoryMetadataTakesExactNames(t *testing.T) {
	t.Parallel()
	require.Equal(t, core.MemoryMetadata{Source: "cli", Extra: map[string]any{"Source": "mine", "SCOPE": "x", "Tags": 5.0}},
		metadataFrom(t, `{"Source": "mine", "source": "cli", "SCOPE": "x", "Tags": 5}`))
	require.Equal(t, core.MemoryMetadata{Source: "\"ä\n", Tags: []string{}, Extra: map[string]any{"\"": nil}},
		metadataFrom(t, ` { "s\u006furce" : "\"ä\n" , "tags" : [ ] , "\"" : null } `), "escapes and spaces")
	require.Equal(t, core.MemoryMetadata{Timestamp: -5, Extra: map[string]any{"scope": 1.0}},
		metadataFrom(t, `{"timestamp":1,"timestamp":-5,"scope":"a","scope":1}`), "the last of a name counts")
	require.Equal(t, core.MemoryMetadata{}, metadataFrom(t, `null`))
}

// What elizaOS wrote must not make a list fail, and is not lost when the memory
// is saved again.
func TestMemoryMetadataKeepsOtherTypes(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"timestamp":"2024-05-01T00:00:00Z","type":"document"}`, `{"timestamp":1714521600000.5}`, `{"timestamp":1e400}`,
		`{"tags":"a, b"}`, `{"tags":["a",null]}`, `{"tags":["a",["b"]]}`, `{"type":null}`, `{"position":"3"}`, `{"position":2.5}`,
		`{"documentId":"none"}`, `{"documentId":7}`, `{"source":{"a":[1,"]}"]}}`, `{"scope":true,"sourceId":42}`,
	} {
		written, err := json.Marshal(metadataFrom(t, text))
		require.NoError(t, err, text)
		require.Equal(t, text, string(written))
	}
	m := metadataFrom(t, `{"timestamp":"yesterday"}`)
	m.Timestamp = 7
	written, err := json.Marshal(m)
	require.NoError(t, err)
	require.JSONEq(t, `{"timestamp":7}`, string(written), "a field that is set goes before")
}

func TestMemoryMetadataRefusesWhatIsNoObject(t *testing.T) {
	t.Parallel()
	for _, text := range []string{``, ` `, `{`, `{"a"`, `{"a":1,}`, `[]`, `"a"`, `7`, `{"a":}`, `{} {}`, `{"type":"\x"}`} {
		var m core.MemoryMetadata
		require.Error(t, m.UnmarshalJSON([]byte(text)), text)
	}
}

func someMetadata() *rapid.Generator[core.MemoryMetadata] {
	name := rapid.OneOf(rapid.String(), rapid.Custom(func(t *rapid.T) string { // a field's, in another case
		name := []byte(rapid.SampledFrom([]string{"type", "source", "sourceId", "scope", "timestamp", "tags", "documentId", "position"}).Draw(t, "name"))
		at := rapid.IntRange(0, len(name)-1).Draw(t, "at")
		name[at] ^= 'a' ^ 'A'
		return string(name)
	}))
	value := rapid.OneOf(rapid.Just(any(nil)), rapid.Float64().AsAny(), rapid.String().AsAny(), rapid.Bool().AsAny(),
		rapid.Custom(func(t *rapid.T) any {
			return map[string]any{rapid.String().Draw(t, "key"): []any{rapid.String().Draw(t, "element"), 1.0}}
		}))
	return rapid.Custom(func(t *rapid.T) core.MemoryMetadata {
		m := core.MemoryMetadata{
			Type: rapid.String().Draw(t, "type"), Source: rapid.String().Draw(t, "source"), SourceID: rapid.String().Draw(t, "source id"),
			Scope: rapid.String().Draw(t, "scope"), Timestamp: rapid.Int64().Draw(t, "timestamp"),
			Tags: rapid.SliceOf(rapid.String()).Draw(t, "tags"), Extra: rapid.MapOf(name, value).Draw(t, "extra"),
		}
		if rapid.Bool().Draw(t, "of a document") {
			m.DocumentID, m.Position = new(uuid.New()), new(rapid.Int().Draw(t, "position"))
		}
		if len(m.Tags) == 0 {
			m.Tags = nil
		}
		if len(m.Extra) == 0 {
			m.Extra = nil
		}
		return m
	})
}

func TestMemoryMetadataRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := someMetadata().Draw(t, "metadata")
		text, err := json.Marshal(m)
		require.NoError(t, err)
		require.Equal(t, m, metadataFrom(t, string(text)), "%s", text)
		indented, err := json.MarshalIndent(m, " ", "\t")
		require.NoError(t, err)
		require.Equal(t, m, metadataFrom(t, string(indented)))
	})
}

// What is read is the same object when it is written, but for the spaces.
func FuzzMemoryMetadata(f *testing.F) {
	for _, text := range metadataOfTests {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var m core.MemoryMetadata
		err := m.UnmarshalJSON(text)
		var object map[string]json.RawMessage
		if json.Unmarshal(text, &object) != nil {
			require.Error(t, err, "%s", text)
			return
		}
		require.NoError(t, err, "%s", text)
		written, err := json.Marshal(m)
		require.NoError(t, err)
		var again core.MemoryMetadata
		require.NoError(t, again.UnmarshalJSON(written))
		rewritten, err := json.Marshal(again)
		require.NoError(t, err)
		require.JSONEq(t, string(written), string(rewritten), "%s", text)
	})
}
