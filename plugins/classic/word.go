package classic

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is one word of a message: as it was written, and as it is compared.
type word struct {
	text string
	key  string
	// initial is true for the first word of a sentence, whose capital says
	// nothing about it.
	initial bool
}

// clause is what stands between two marks of punctuation. As in the program of
// 1966, keywords and rules look at one clause, not at the whole message.
type clause struct {
	words []word
	// sentence counts from 0; clauses of one sentence have the same.
	sentence int
	// question is true when the clause ends with a question mark.
	question bool
}

// Limits that keep the time for a hostile message small; a person who writes
// more than this at once has long said the part that matters.
const (
	maxMessage = 4000 // bytes
	maxClauses = 80
	maxClause  = 60 // words
)

// splitClauses takes a message apart. Contractions are written out, so that
// rules need to know "do not" only.
func splitClauses(text string) []clause {
	text = strings.NewReplacer("’", "'", "‘", "'", "`", "'").Replace(cutMessage(text))
	if shouted(text) {
		text = strings.ToLower(text)
	}
	s := &splitter{initial: true}
	for i := 0; i < len(text) && len(s.done) < maxClauses; {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case isWordRune(r):
			end := wordEnd(text, i)
			s.word(text[i:end])
			i = end
			continue
		case r == '&':
			s.word("and")
		case r == '.' && s.afterTitle():
		case strings.ContainsRune(".!?\n。！？", r):
			s.endSentence(r == '?' || r == '？')
		case strings.ContainsRune(`,;:()"“”«»—–、，`, r):
			s.endClause()
		}
		i += size
	}
	s.endSentence(false)
	return s.done
}

func cutMessage(text string) string {
	if len(text) <= maxMessage {
		return text
	}
	return strings.ToValidUTF8(text[:maxMessage], "")
}

// shouted reports whether a text of some length is all in capitals.
func shouted(text string) bool {
	letters := 0
	for _, r := range text {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			letters++
		}
	}
	return letters > 8
}

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)
}

// wordEnd returns where the word that starts at i ends. A mark such as the
// apostrophe of "don't" or the slash of "Europe/Berlin" belongs to it when
// letters or digits follow.
func wordEnd(text string, i int) int {
	end := i
	for end < len(text) {
		r, size := utf8.DecodeRuneInString(text[end:])
		if !isWordRune(r) {
			if !strings.ContainsRune("'-_/+&.:@", r) || end+size >= len(text) {
				break
			}
			before, _ := utf8.DecodeLastRuneInString(text[:end])
			after, _ := utf8.DecodeRuneInString(text[end+size:])
			if !isWordRune(after) || r == ':' && (!unicode.IsDigit(before) || !unicode.IsDigit(after)) {
				break
			}
		}
		end += size
	}
	return end
}

// splitter collects words into clauses.
type splitter struct {
	done     []clause
	words    []word
	sentence int
	initial  bool
}

func (s *splitter) word(text string) {
	if full, ok := contractions[strings.ToLower(text)]; ok {
		first, rest, _ := strings.Cut(full, " ")
		if strings.HasPrefix(strings.ToLower(text), first) {
			first = text[:len(first)] // keeps the case as it was written
		}
		s.add(first)
		s.add(rest)
		return
	}
	s.add(text)
}

func (s *splitter) add(text string) {
	key := strings.ToLower(text)
	last := len(s.words) - 1
	switch {
	case key == "but":
		s.endClause()
		return
	case last >= 0 && s.words[last].key == "and" && clauseOpeners[key]:
		s.words = s.words[:last]
		s.endClause()
	case len(s.words) == maxClause:
		s.endClause()
	}
	s.words = append(s.words, word{text: text, key: key, initial: s.initial})
	s.initial = false
}

// afterTitle reports whether the point that follows belongs to an abbreviation.
func (s *splitter) afterTitle() bool {
	return len(s.words) > 0 && titles[s.words[len(s.words)-1].key]
}

func (s *splitter) endClause() {
	if len(s.words) > 0 {
		s.done = append(s.done, clause{words: s.words, sentence: s.sentence})
		s.words = nil
	}
}

func (s *splitter) endSentence(question bool) {
	s.endClause()
	if n := len(s.done); n > 0 && s.done[n-1].sentence == s.sentence {
		s.done[n-1].question = question
		if question && isTag(s.done[n-1]) { // "I prefer dark, don't I?" asks as a whole
			for i := n - 1; i >= 0 && s.done[i].sentence == s.sentence; i-- {
				s.done[i].question = true
			}
		}
	}
	s.sentence++
	s.initial = true
}

// isTag reports whether a clause is the tag of a question: "don't I", "right".
func isTag(c clause) bool {
	if len(c.words) > 3 {
		return false
	}
	first := c.words[0].key
	return first == "right" || first == "correct" || first == "do" || first == "did" || first == "is" || first == "am"
}
