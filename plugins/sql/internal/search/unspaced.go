package search

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// unspaced are scripts that are written without spaces between words, so that a
// text search configuration takes a whole sentence for one word.
var unspaced = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
}

// maxPairs is the number of different pairs that are searched for.
const maxPairs = 32

// Pairs returns the pairs of neighbouring characters in scripts without spaces,
// each once and in NFC; of a character that stands alone, itself. A text in
// other scripts has none.
func Pairs(text string) []string {
	var pairs []string
	seen := map[string]bool{}
	add := func(pair string) {
		if !seen[pair] && len(pairs) < maxPairs {
			seen[pair] = true
			pairs = append(pairs, pair)
		}
	}
	var run []rune
	end := func() {
		if len(run) == 1 {
			add(string(run))
		}
		for i := 1; i < len(run); i++ {
			add(string(run[i-1 : i+1]))
		}
		run = run[:0]
	}
	for _, r := range norm.NFC.String(text) {
		// Marks and the sign of long vowels belong to the word around them.
		if unicode.In(r, unspaced...) || len(run) > 0 && (unicode.Is(unicode.Mn, r) || r == 'ー') {
			run = append(run, r)
			continue
		}
		end()
	}
	end()
	return pairs
}
