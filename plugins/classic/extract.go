package classic

import (
	"strings"
	"sync"
)

// extract returns the preferences that a message states, in the order in which
// it states them; of two about the same thing the later. It errs on the side
// of nothing: a statement must stand at the beginning of its clause, be the
// user's own, and be neither a question, nor a negation, nor a condition.
func extract(text string) []preference {
	x := extractor{}
	clauses := splitClauses(text)
	for i, c := range clauses {
		if i == 0 || clauses[i-1].sentence != c.sentence {
			x.carry, x.hearsay = nil, false
		}
		x.later = nil
		for _, l := range clauses[i:] {
			if l.sentence == c.sentence {
				x.later = append(x.later, l)
			}
		}
		x.clause(c)
	}
	return x.found
}

// extractor goes through the clauses of a message.
type extractor struct {
	found []preference
	// carry is the statement that a list after it goes on with: "I prefer dark
	// theme, Spanish and metric units". Nil: none.
	carry *statement
	// hearsay is true after "she said" or "if it is late": what follows in the
	// sentence is not a plain statement of the user.
	hearsay bool
	later   []clause // of the same sentence, this one first
}

// statement is a kind of sentence that states a preference.
type statement struct {
	pattern *pattern
	manner  manner
	// prefix makes keys for things that are no settings: "likes_jazz". Empty:
	// only settings are taken.
	prefix string
	// read replaces the reading of the last part as a list.
	read func(x *extractor, parts [][]word)
}

var (
	conditional = set(`if when whenever unless while until suppose imagine before sometimes maybe perhaps`)
	politeEnd   = set(`please thanks eliza`)
	verbless    = &statement{manner: manner{bareTheme: true, bareLanguage: true}}
	reporting   = set(`said says say told asked wrote thinks claims shouted`)
	requestOpen = sync.OnceValue(func() []*pattern {
		return mustPatterns(nil, `
			can|could|would|will you please|just|maybe +
			can|could|would|will you +
			i would like|want you to +
			i want you to +`)
	})
)

func (x *extractor) clause(c clause) {
	words := trimFillers(c.words)
	if len(words) == 0 {
		return
	}
	request := false
	if parts, p := matchAny(requestOpen(), words); p != nil {
		words, request = parts[len(parts)-1], true
	}
	if !request && (c.question || asks(clause{words: words})) || x.hearsay {
		x.carry = nil
		x.hearsay = x.hearsay || conditional[words[0].key]
		return
	}
	if conditional[words[0].key] || reporting[words[len(words)-1].key] {
		x.hearsay = true
		return
	}
	words, polite := trimEnd(words)
	if len(x.later) > 1 && len(x.later[1].words) == 1 && politeEnd[x.later[1].words[0].key] {
		polite = true // "dark mode, please"
	}
	for _, s := range statements() {
		parts, ok := s.pattern.match(words)
		if !ok || request && c.question && (words[0].key == "speak" || words[0].key == "talk" || words[0].key == "write") {
			continue // "can you speak French?" asks for an ability
		}
		if s.read != nil {
			s.read(x, parts)
		} else {
			x.list(s, parts[len(parts)-1])
		}
		x.carry = s
		return
	}
	if polite && x.carry == nil { // "dark mode please"
		x.list(verbless, words)
	}
	x.goOn(words)
}

// goOn reads a clause without a verb of its own as more of the list before it.
func (x *extractor) goOn(words []word) {
	s := x.carry
	if s == nil || s.read != nil {
		return
	}
	only := *s
	if !x.listed() {
		only.prefix = "" // "I like jazz, honestly" lists nothing
	}
	x.list(&only, words)
}

// listed reports whether an "and" is still to come in the sentence.
func (x *extractor) listed() bool {
	for _, c := range x.later {
		for _, w := range c.words {
			if w.key == "and" {
				return true
			}
		}
	}
	return false
}

// list reads the things of a list.
func (x *extractor) list(s *statement, words []word) {
	for _, thing := range splitList(words) {
		x.thing(s, thing)
	}
}

// thing reads one thing that is preferred, possibly over another.
func (x *extractor) thing(s *statement, words []word) {
	words, other := splitComparison(words)
	if p, ok := setting(words, s.manner); ok {
		x.add(p.key, p.value)
		return
	}
	words, ok := nounWords(words)
	if !ok || s.prefix == "" {
		return
	}
	if other, ok = nounWords(other); ok {
		a, b := slug(words), slug(other)
		x.add(min(a, b)+"_or_"+max(a, b), joinWords(words))
		return
	}
	x.add(s.prefix+slug(words), joinWords(words))
}

func (x *extractor) add(key, value string) {
	for i, p := range x.found {
		if p.key == key {
			x.found = append(x.found[:i], x.found[i+1:]...)
			break
		}
	}
	x.found = append(x.found, preference{key, value})
}

// fillers may stand before a statement without changing it.
var fillers = sync.OnceValue(func() []*pattern {
	return mustPatterns(nil, `
		well|so|ok|okay|oh|ah|hey|hi|hello|yes|yeah|yep|also|actually|honestly|and|then|please|just|btw|fyi|personally|generally|usually|now|sorry|sure|thanks|eliza|right|hm|hmm|indeed +
		i think|guess|believe|suppose +
		i would|must say +
		by the way +
		to be honest +
		as you know +
		you know +
		from now on +
		in general +
		for me +
		remember|note|know that +
		remember|note|no|nope i|my +`)
})

// trimFillers cuts fillers before a statement, and adverbs after its "I".
func trimFillers(words []word) []word {
	for range 6 {
		parts, p := matchAny(fillers(), words)
		if p == nil {
			break
		}
		rest := parts[len(parts)-1]
		if last := p.elements[len(p.elements)-2]; last.fits("i") && last.fits("my") && last.words != nil {
			rest = words[1:]
		}
		words = rest
	}
	for len(words) > 2 && words[0].key == "i" && adverbs[words[1].key] && words[2].key != "not" {
		words = append([]word{words[0]}, words[2:]...)
	}
	return words
}

// trimEnd cuts what may stand after a statement; polite reports whether it makes
// a request of words without a verb.
func trimEnd(words []word) (rest []word, polite bool) {
	for len(words) > 1 && politeEnd[words[len(words)-1].key] {
		words, polite = words[:len(words)-1], true
	}
	if n := len(words); n > 3 && words[n-3].key == "from" && (words[n-1].key == "on" || words[n-1].key == "onwards") {
		words = words[:n-3]
	}
	return words, polite
}

var adverbs = set(`really always much strongly generally usually also still now definitely just quite do absolutely clearly mostly very simply truly`)

// joinWords writes words as they were written.
func joinWords(words []word) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = w.text
	}
	return strings.Join(texts, " ")
}
