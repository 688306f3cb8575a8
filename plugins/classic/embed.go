package classic

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"strings"
	"unicode"

	"github.com/elizago/elizago/core"
)

// dimensions is the length of the vectors, that of the small sentence models
// which are commonly used, so that one can take over.
const dimensions = 384

// Weights of what a text consists of. Parts of words let "adopt" find
// "adoption"; they count less than the words, and grammar less than meaning.
const (
	wordWeight     = 1.0
	functionWeight = 0.15
	gramWeight     = 0.5 // of all grams of a word together
)

// embeddingModel makes lexical vectors by feature hashing: K. Weinberger et
// al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009,
// arXiv:0902.2206. Texts are near when they share words or parts of words. It
// has no state, and the same text has the same vector on every machine.
type embeddingModel struct{}

var _ core.EmbeddingModel = embeddingModel{}

// Dimensions implements core.EmbeddingModel.
func (embeddingModel) Dimensions() int { return dimensions }

// Embed implements core.EmbeddingModel.
func (embeddingModel) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	for i, text := range texts {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("classic: the embedding was not wanted any more: %w", err)
		}
		vectors[i] = embed(text)
	}
	return vectors, nil
}

// embed returns the vector of a text. Its length is always 1: a text without
// words has a fixed vector, because the cosine distance to a vector of zeros
// is not a number, which no index can order.
func embed(text string) []float32 {
	counts := map[string]int{}
	var order []string // sums of floats depend on it
	for w := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !isWordRune(r) && r != '\'' && r != '’' }) {
		if w = strings.Trim(strings.ReplaceAll(w, "’", "'"), "'"); w == "" {
			continue
		}
		if counts[w] == 0 {
			order = append(order, w)
		}
		counts[w]++
	}
	var sum [dimensions]float64
	for _, w := range order {
		times := 1 + math.Log(float64(counts[w])) // the tenth time says less than the first
		if functionWords[w] {
			addFeature(&sum, "w:"+w, functionWeight*times)
			continue
		}
		root := stem(w)
		weight := gramWeight
		grams, unspaced := wordGrams(root)
		if unspaced {
			weight = wordWeight
		} else {
			addFeature(&sum, "w:"+root, wordWeight*times)
		}
		for _, gram := range grams {
			addFeature(&sum, "g:"+gram, weight*times/math.Sqrt(float64(len(grams))))
		}
	}
	return normalised(&sum)
}

// addFeature adds a feature at its hashed place, with its hashed sign: of
// features that share a place, the signs make the errors cancel on average.
func addFeature(sum *[dimensions]float64, feature string, weight float64) {
	h := fnv.New64a()
	h.Write([]byte(feature))
	x := h.Sum64()
	// FNV changes its high bits little for short texts; this spreads them.
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	if x>>63 == 1 {
		weight = -weight
	}
	sum[x%dimensions] += weight
}

// wordGrams are the runs of three and four letters of a word, with its ends
// marked. Scripts that are unspaced have no words to go by, so there single
// letters and pairs are taken.
func wordGrams(word string) (grams []string, unspaced bool) {
	letters := []rune("^" + word + "$")
	from, to := 3, 4
	unspaced = unicode.In(letters[1], unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai)
	if unspaced {
		letters = letters[1 : len(letters)-1]
		from, to = 1, 2
	}
	for n := from; n <= to; n++ {
		for i := 0; i+n <= len(letters); i++ {
			grams = append(grams, string(letters[i:i+n]))
		}
	}
	return grams, unspaced
}

// normalised scales a vector to length 1.
func normalised(sum *[dimensions]float64) []float32 {
	square := 0.0
	for _, x := range sum {
		square += x * x
	}
	vector := make([]float32, dimensions)
	length := math.Sqrt(square)
	if length < 1e-9 { // no words, or features that cancel out
		vector[0] = 1
		return vector
	}
	for i, x := range sum {
		vector[i] = float32(x / length)
	}
	return vector
}
