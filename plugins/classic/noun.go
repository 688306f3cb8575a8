package classic

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// Words that show that a phrase is no plain noun: what it refers to is elsewhere,
// or it is denied.
var (
	vagueStart = set(`it this that these those you him her them me myself us he she they we i how what when where who why
		if whether being not no nothing neither none one ones everything anything something nobody both your so there
		here thanks honestly sometimes because too`)
	denials = set(`not no never neither nor less least without or hardly rarely you your if when unless`)
	nounEnd = set(`please too also anyway though better best most more instead now thanks actually honestly`)
	reasons = set(`because since as so although though`)
)

// maxNoun is the largest number of words of a noun.
const maxNoun = 5

// nounWords returns the words that name a thing, without what surrounds them; ok is
// false when they do not name one.
func nounWords(words []word) ([]word, bool) {
	for len(words) > 0 && nounEnd[words[len(words)-1].key] {
		words = words[:len(words)-1]
	}
	if n := len(words); n > 2 && (words[n-2].key == "very" && words[n-1].key == "much" || words[n-2].key == "a" && words[n-1].key == "lot") {
		words = words[:n-2]
	}
	if len(words) > 1 && (words[0].key == "the" || words[0].key == "a" || words[0].key == "an") {
		words = words[1:]
	}
	if len(words) == 0 || len(words) > maxNoun || vagueStart[words[0].key] {
		return nil, false
	}
	for _, w := range words {
		if denials[w.key] {
			return nil, false
		}
	}
	return words, words[0].key != "to" || len(words) > 1
}

// splitList cuts "dark theme and Spanish" at the "and", and leaves out the
// reason at the end.
func splitList(words []word) [][]word {
	var nouns [][]word
	start := 0
	for i, w := range words {
		switch {
		case w.key == "and" || w.key == "plus":
			nouns = append(nouns, words[start:i])
			start = i + 1
		case reasons[w.key] && i > start:
			return append(nouns, words[start:i])
		}
	}
	return append(nouns, words[start:])
}

// splitComparison cuts "tea over coffee" into tea and coffee; other is empty
// when nothing is compared.
func splitComparison(words []word) (better, other []word) {
	for i, w := range words {
		if i == 0 {
			continue
		}
		next := ""
		if i+1 < len(words) {
			next = words[i+1].key
		}
		switch {
		case w.key == "over", w.key == "than":
			return words[:i], words[i+1:]
		case (w.key == "rather" || w.key == "more" || w.key == "better") && next == "than",
			w.key == "instead" && next == "of":
			return words[:i], words[i+2:]
		case w.key == "to" && words[0].key != "to" && !topicWord(words[i-1].key) && len(words)-i <= 4:
			return words[:i], words[i+1:]
		}
	}
	return words, nil
}

// topicWord distinguishes "theme to dark" from "tea to coffee".
func topicWord(key string) bool {
	return topicOf(key) != "" || key == "zone" || settingLead[key]
}

// slug makes a key of words: lower case, letters and digits of ASCII, joined
// by underscores, as a field name of an answer must be.
func slug(words []word) string {
	var b strings.Builder
	for _, w := range words {
		part := strings.Map(func(r rune) rune {
			if plain, ok := accents[r]; ok {
				return plain
			}
			if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, w.key)
		if part == "" { // another script: a number stands for the word
			h := fnv.New32a()
			h.Write([]byte(w.key))
			part = fmt.Sprintf("x%08x", h.Sum32())
		}
		if b.Len() > 0 {
			b.WriteByte('_')
		}
		b.WriteString(part)
	}
	return b.String()
}

// accents are the commonest letters of Latin script that are not in ASCII.
var accents = func() map[rune]rune {
	plain := map[rune]rune{}
	for letters := range strings.FieldsSeq("aáàâäãåā cçčć eéèêëēě iíìîïī nñńň oóòôöõøō sšś uúùûüūů yýÿ zžźż") {
		all := []rune(letters)
		for _, r := range all[1:] {
			plain[r] = all[0]
		}
	}
	return plain
}()
