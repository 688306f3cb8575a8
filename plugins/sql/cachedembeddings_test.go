package sql

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// plainLevenshtein is the definition, without a band.
func plainLevenshtein(a, b []rune) int {
	if len(a) == 0 || len(b) == 0 {
		return len(a) + len(b)
	}
	replaced := plainLevenshtein(a[1:], b[1:])
	if a[0] == b[0] {
		return replaced
	}
	return 1 + min(replaced, plainLevenshtein(a[1:], b), plainLevenshtein(a, b[1:]))
}

func TestLevenshtein(t *testing.T) {
	t.Parallel()
	require.Equal(t, 3, levenshtein(t.Context(), []rune("kitten"), "sitting", 10))
	require.Equal(t, 2, levenshtein(t.Context(), []rune("flaw"), "lawn", 2))
	require.Equal(t, 2, levenshtein(t.Context(), []rune("flaw"), "law n", 1), "one more than asked for")
	require.Equal(t, 1, levenshtein(t.Context(), []rune("äpfel"), "apfel", 1), "characters, not bytes")
	require.Zero(t, levenshtein(t.Context(), nil, "", 0))
	ended, end := context.WithCancel(t.Context())
	end()
	long := strings.Repeat("ab", 1000)
	require.Equal(t, 2001, levenshtein(ended, []rune(long), long, 2000), "the caller has gone")
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.SliceOfN(rapid.SampledFrom([]rune("abü")), 0, 6)
		a, b, most := letters.Draw(t, "a"), letters.Draw(t, "b"), rapid.IntRange(0, 7).Draw(t, "most")
		require.Equal(t, min(plainLevenshtein(a, b), most+1), levenshtein(context.Background(), a, string(b), most))
	})
}
