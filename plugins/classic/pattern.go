package classic

import (
	"fmt"
	"slices"
	"strings"
)

// pattern is a decomposition rule: what a clause must look like, and where it
// is cut. It is written as words with these signs:
//
//	word     the word itself
//	a|b      one of the words
//	@class   one word of a class
//	*        any number of words, also none
//	+        one word or more
//	_        exactly one word
//
// What the last four match are the parts of the clause, counted from 1. Where
// a clause can be cut in several ways, the earlier sign takes as little as it
// can.
type pattern struct {
	source   string
	elements []element
	parts    int
}

// element is one sign of a pattern.
type element struct {
	words []string        // one of these; most patterns have few, so a list is quickest
	class map[string]bool // or one of these. Both nil: every word
	min   int             // fewest words
	many  bool            // or more
	part  int             // which part it is. Zero: none
}

func (e *element) fits(key string) bool {
	if e.words != nil {
		return slices.Contains(e.words, key)
	}
	return e.class == nil || e.class[key]
}

// parsePattern reads a pattern; classes are the word classes it may name.
func parsePattern(source string, classes map[string]map[string]bool) (*pattern, error) {
	p := &pattern{source: source, elements: make([]element, 0, 1+strings.Count(source, " "))}
	for sign := range strings.FieldsSeq(source) {
		var e element
		switch {
		case sign == "*":
			e = element{many: true}
		case sign == "+":
			e = element{min: 1, many: true}
		case sign == "_":
			e = element{min: 1}
		case strings.HasPrefix(sign, "@"):
			words, ok := classes[sign[1:]]
			if !ok {
				return nil, fmt.Errorf("the word class %s is not defined", sign)
			}
			e = element{min: 1, class: words}
		default:
			p.elements = append(p.elements, element{min: 1, words: strings.Split(strings.ToLower(sign), "|")})
			continue
		}
		p.parts++
		e.part = p.parts
		p.elements = append(p.elements, e)
	}
	if len(p.elements) == 0 {
		return nil, fmt.Errorf("the pattern is empty")
	}
	return p, nil
}

// mustPatterns parses the patterns of this package's own code, one a line.
func mustPatterns(classes map[string]map[string]bool, lines string) []*pattern {
	var all []*pattern
	for line := range strings.Lines(lines) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		p, err := parsePattern(line, classes)
		if err != nil {
			panic("classic: pattern " + line + ": " + err.Error())
		}
		all = append(all, p)
	}
	return all
}

// match cuts words as the pattern says; ok is false when it does not fit.
func (p *pattern) match(words []word) (parts [][]word, ok bool) {
	m := matcher{pattern: p, words: words, failed: make([]bool, (len(p.elements)+1)*(len(words)+1))}
	m.parts = make([][]word, p.parts)
	return m.parts, m.from(0, 0)
}

// matcher tries the ways to cut one clause. It remembers where it failed, so
// that the time grows with the square of the clause and not beyond.
type matcher struct {
	pattern *pattern
	words   []word
	parts   [][]word
	failed  []bool
}

func (m *matcher) from(element, at int) bool {
	if element == len(m.pattern.elements) {
		return at == len(m.words)
	}
	seen := element*(len(m.words)+1) + at
	if m.failed[seen] {
		return false
	}
	e := &m.pattern.elements[element]
	end := at + e.min
	for ; end <= len(m.words); end++ {
		if e.min == 1 && !e.many && !e.fits(m.words[at].key) {
			break
		}
		if m.from(element+1, end) {
			if e.part > 0 {
				m.parts[e.part-1] = m.words[at:end]
			}
			return true
		}
		if !e.many {
			break
		}
	}
	m.failed[seen] = true
	return false
}

// matchAny returns the first pattern that fits.
func matchAny(patterns []*pattern, words []word) ([][]word, *pattern) {
	for _, p := range patterns {
		if parts, ok := p.match(words); ok {
			return parts, p
		}
	}
	return nil, nil
}
