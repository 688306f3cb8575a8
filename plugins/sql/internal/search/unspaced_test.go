package search

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPairs(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"":                  nil,
		"payment timeout":   nil,
		"été, ёлка, δρόμος": nil,
		"テスト":               {"テス", "スト"},
		"今日は hello 雨":       {"今日", "日は", "雨"},
		"コーヒー":              {"コー", "ーヒ", "ヒー"},
		"カ\u3099ス":          {"ガス"},
		"大大大":               {"大大"},
		"ไทย":               {"ไท", "ทย"},
	} {
		require.Equal(t, want, Pairs(text), text)
	}
	var long strings.Builder
	for r := rune(0x4e00); r < 0x4f00; r++ {
		long.WriteRune(r)
	}
	require.Len(t, Pairs(long.String()), maxPairs)
}
