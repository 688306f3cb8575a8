package classic

import "strings"

// longestSwap is the most words that a swap of the script replaces at once.
const longestSwap = 3

// reflect turns a part of what one side said into the words of the other: "my
// dog likes you" becomes "your dog likes me".
func (s *script) reflect(part []word) string {
	var out []string
	for i := 0; i < len(part); {
		if replaced, n := s.swapAt(part, i); n > 0 {
			out = append(out, replaced)
			i += n
			continue
		}
		w := part[i]
		if w.initial && functionWords[w.key] && w.key != "i" {
			out = append(out, w.key)
		} else {
			out = append(out, w.text)
		}
		i++
	}
	return strings.Join(out, " ")
}

// swapAt returns what the words at i become, and how many there are.
func (s *script) swapAt(part []word, i int) (string, int) {
	for n := min(longestSwap, len(part)-i); n > 0; n-- {
		keys := make([]string, n)
		for j := range n {
			keys[j] = part[i+j].key
		}
		if swap, ok := s.swaps[strings.Join(keys, " ")]; ok {
			if isObject(part, i, i+n) {
				return swap.object, n
			}
			return swap.subject, n
		}
	}
	return "", 0
}

// Words after which a pronoun is the subject of a new clause, and words before
// which it cannot be one.
var (
	subjectAfter = set(`that if because when while and or but so then do did can could will would should may
		must are were think say said know believe feel hope wish why how what where before after until since`)
	objectBefore = set(`to and or for from in on at with about of by as because when if then so too again
		today tomorrow now much more very a the`)
)

// isObject guesses whether the pronoun in part[from:to] is an object. English
// distinguishes "you" the subject from "you" the object by position alone.
func isObject(part []word, from, to int) bool {
	if to == len(part) || objectBefore[part[to].key] {
		return true
	}
	return from > 0 && !subjectAfter[part[from-1].key]
}
