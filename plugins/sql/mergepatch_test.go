package sql

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// The examples of RFC 7396, appendix A, whose patch is an object.
func TestMergePatch(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ target, patch, want string }{
		{`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`},
		{`{"a":"b"}`, `{"a":null}`, `{}`},
		{`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`},
		{`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`},
		{`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`},
		{`{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`},
		{`{"e":null}`, `{"a":1}`, `{"e":null,"a":1}`},
		{`[1,2]`, `{"a":"b","c":null}`, `{"a":"b"}`},
		{`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`},
	} {
		var target, patch any
		require.NoError(t, json.Unmarshal([]byte(tt.target), &target))
		require.NoError(t, json.Unmarshal([]byte(tt.patch), &patch))
		got, err := json.Marshal(mergePatch(target, patch))
		require.NoError(t, err)
		require.JSONEq(t, tt.want, string(got), "%s with %s", tt.target, tt.patch)
		before, err := json.Marshal(target)
		require.NoError(t, err)
		require.JSONEq(t, tt.target, string(before), "the target is not changed")
	}
}

// A merge writes the whole column, and must not round what it does not name.
func TestAMergeKeepsAllDigits(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	const digits = `{"large": 12345678901234567890123, "exact": 0.1000000000000000000001}`
	for table, update := range map[string]func() error{
		"agents": func() error {
			return s.UpdateAgent(t.Context(), s.agent, core.AgentUpdate{Settings: map[string]any{"new": 1}})
		},
		"worlds": func() error {
			return s.UpdateWorld(t.Context(), s.world, core.WorldUpdate{Metadata: map[string]any{"new": 1}})
		},
	} {
		column := map[string]string{"agents": "settings", "worlds": "metadata"}[table]
		_, err := s.Pool().ExecContext(t.Context(), "UPDATE public."+table+" SET "+column+" = $1", digits)
		require.NoError(t, err)
		require.NoError(t, update())
		var kept bool
		require.NoError(t, s.Pool().QueryRowContext(t.Context(),
			"SELECT "+column+" - 'new' = $1::jsonb AND "+column+" ? 'new' FROM public."+table, digits).Scan(&kept))
		require.True(t, kept, table)
	}
}

func TestPlainJSON(t *testing.T) {
	t.Parallel()
	got, err := plainJSON(map[string]any{"a\x00": []string{"\x00b"}, "n": uint64(1<<64 - 1), "m": map[string]bool{"x": true}})
	require.NoError(t, err)
	require.Equal(t, map[string]any{
		"a": []any{"b"}, "n": json.Number("18446744073709551615"), "m": map[string]any{"x": true},
	}, got)
	got, err = plainJSON(nil)
	require.NoError(t, err)
	require.Nil(t, got)
	_, err = plainJSON(map[string]any{"f": func() {}})
	require.Error(t, err)
}
