package classic

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func cosine(a, b string) float64 {
	x, y := embed(a), embed(b)
	sum := 0.0
	for i := range x {
		sum += float64(x[i]) * float64(y[i])
	}
	return sum
}

func TestEmbedProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		vectors, err := embeddingModel{}.Embed(t.Context(), []string{text, text})
		require.NoError(t, err)
		require.Len(t, vectors, 2)
		require.Len(t, vectors[0], dimensions)
		require.Equal(t, vectors[0], vectors[1], "the same text has the same vector")
		square := 0.0
		for _, x := range vectors[0] {
			require.False(t, math.IsNaN(float64(x)) || math.IsInf(float64(x), 0))
			square += float64(x) * float64(x)
		}
		require.InDelta(t, 1, square, 1e-5)
	})
}

// A word said more often never makes a text point away from it.
func TestEmbedFindsItsWords(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-z]{4,10}`).Draw(t, "word")
		times := rapid.IntRange(1, 20).Draw(t, "times")
		require.InDelta(t, 1, cosine(word, strings.Repeat(word+" ", times)), 1e-5)
	})
}

func TestEmbedWithoutWords(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", " ", "...", "👍", "\x00\xff", "'"} {
		v := embed(text)
		assert.Equal(t, float32(1), v[0], "%q", text)
	}
}

// Vectors are stored in databases, so they must not change from one version to
// the next. Another result here means: every stored vector must be computed
// again.
func TestEmbedGolden(t *testing.T) {
	t.Parallel()
	var got []string
	for i, x := range embed("Ada adopted a cat named Miso, and the cat naps.") {
		if math.Abs(float64(x)) > 0.2 {
			got = append(got, fmt.Sprintf("%d:%+.4f", i, x))
		}
	}
	assert.Equal(t, golden, strings.Join(got, " "))
}

func TestEmbedSimilarity(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, near, far string }{
		{"I have a cat named Miso", "what did I say about my cat?", "the weather in Oslo is cold"},
		{"I adopted two dogs", "do you remember my dog?", "I prefer dark theme"},
		{"my sister is getting married in June", "who is married?", "postgres keeps my data"},
		{"I prefer dark theme and Spanish", "which theme do I prefer?", "my boss lost the keys"},
		{"databases are fun", "tell me about a database", "tell me about a horse"},
		{"the colour green", "my favorite color", "my favorite food"},
		{"我喜欢猫", "猫", "天气"},
		{"programming in Go", "he programs computers", "she sings in a choir"},
	} {
		t.Logf("%.2f %.2f %q", cosine(c.text, c.near), cosine(c.text, c.far), c.near)
		near, far := cosine(c.text, c.near), cosine(c.text, c.far)
		assert.Greater(t, near, far, "%q should be nearer to %q than to %q", c.text, c.near, c.far)
		assert.Greater(t, near, 0.1, "%q to %q", c.text, c.near)
	}
}

func BenchmarkEmbed(b *testing.B) {
	for b.Loop() {
		embed("I prefer dark theme and Spanish language, and my cat is named Miso")
	}
}

const golden = "102:-0.3118 179:+0.3118 224:-0.3118 256:+0.2091 269:+0.5279 296:+0.3118 343:+0.3118"
