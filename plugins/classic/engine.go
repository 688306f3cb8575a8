package classic

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// dialogue is the engine in the middle of one conversation. The program of
// 1966 lived as long as its conversation; this one is made for one answer and
// hears again what was said before, so that it needs no memory of its own.
type dialogue struct {
	script *script
	names  names
	// used counts how often each rule has answered: it says whose turn it is
	// among the rule's replies.
	used map[*rule]int
	// memories are answers that take up an earlier statement, the oldest first.
	memories []string
	// avoid are answers given a moment ago. Replies that would repeat one wait.
	avoid map[string]bool
}

// names fill the slots of a reply.
type names struct {
	agent, user, abilities, time string
}

func newDialogue(s *script, n names) *dialogue {
	return &dialogue{script: s, names: n, used: map[*rule]int{}}
}

// hear goes through an earlier message as if to answer it.
func (d *dialogue) hear(text string) { d.answer(text) }

// maxGoto is how many times an answer may pass from keyword to keyword. It
// ends the circles that a script can contain.
const maxGoto = 4

// answer returns the answer to a message, and in a few words why it is that.
func (d *dialogue) answer(text string) (answer, why string) {
	clauses := splitClauses(text)
	if len(clauses) == 0 {
		return d.plain(d.script.silence), "there is no word in the message"
	}
	remembered := d.remember(clauses)
	defer func() { d.memories = append(d.memories, remembered...) }() // not to be used at once

	for _, heard := range d.listen(clauses) {
		if said, rule := d.respond(heard.keyword, heard.clause, 0); said != "" {
			return said, fmt.Sprintf("keyword %q, rule of script line %d", heard.keyword.name, rule.line)
		}
	}
	if len(d.memories) > 0 {
		said := d.memories[0]
		d.memories = d.memories[1:]
		return said, "no keyword, so an earlier statement is taken up"
	}
	return d.plain(d.script.none), "no keyword"
}

// heard is a keyword and where it was.
type heard struct {
	keyword *keyword
	clause  clause
}

// listen returns the keywords of a message, the highest rank first; equal
// ranks in the order in which they were said.
func (d *dialogue) listen(clauses []clause) []heard {
	var stack []heard
	for _, c := range clauses {
		seen := map[*keyword]bool{}
		for _, w := range c.words {
			if k := d.script.keywords[w.key]; k != nil && !seen[k] {
				seen[k] = true
				stack = append(stack, heard{k, c})
			}
		}
	}
	sort.SliceStable(stack, func(i, j int) bool { return stack[i].keyword.rank > stack[j].keyword.rank })
	return stack
}

// respond answers as a keyword does; "" when it has nothing to say here.
func (d *dialogue) respond(k *keyword, c clause, depth int) (string, *rule) {
	if depth > maxGoto {
		return "", nil
	}
	for _, r := range k.rules {
		parts, ok := r.pattern.match(c.words)
		if !ok {
			continue
		}
		said, next := d.reassemble(r, parts, c, depth)
		if said != "" {
			return said, r
		}
		if next {
			return "", nil
		}
	}
	return "", nil
}

// reassemble answers with the reply whose turn it is. One that cannot be
// filled, or was given a moment ago, is passed over.
func (d *dialogue) reassemble(r *rule, parts [][]word, c clause, depth int) (said string, next bool) {
	turn := d.used[r]
	d.used[r]++
	repeated := ""
	for i := range r.replies {
		reply := r.replies[(turn+i)%len(r.replies)]
		switch {
		case reply.next:
			return "", true
		case reply.goTo != "":
			said, _ = d.respond(d.script.keywords[reply.goTo], c, depth+1)
		default:
			said = d.fill(reply.say, parts)
		}
		if said != "" && !d.avoid[said] {
			return said, false
		}
		if repeated == "" {
			repeated = said
		}
	}
	return repeated, false
}

// plain answers from a rule whose replies are plain text, so it always can.
func (d *dialogue) plain(r *rule) string {
	said, _ := d.reassemble(r, nil, clause{}, 0)
	return said
}

// remember returns the answers by which statements of this message could be
// taken up later. Questions state nothing.
func (d *dialogue) remember(clauses []clause) []string {
	var found []string
	for _, c := range clauses {
		if c.question || asks(c) {
			continue
		}
		for _, r := range d.script.memories {
			if parts, ok := r.pattern.match(c.words); ok {
				if said, _ := d.reassemble(r, parts, c, maxGoto); said != "" {
					found = append(found, said)
				}
				break
			}
		}
	}
	return found
}

// maxPart is the longest part, in words, that is said back: more reads like a
// parrot.
const maxPart = 24

// fill puts parts and names into a reassembly; "" when one is missing.
func (d *dialogue) fill(pieces []piece, parts [][]word) string {
	var b strings.Builder
	for _, p := range pieces {
		switch {
		case p.part > 0:
			part := parts[p.part-1]
			if len(part) == 0 || len(part) > maxPart {
				return ""
			}
			b.WriteString(d.script.reflect(part))
		case p.name == "":
			b.WriteString(p.text)
		default:
			value := map[string]string{"agent": d.names.agent, "name": d.names.user, "abilities": d.names.abilities, "time": d.names.time}[p.name]
			if value == "" && p.lead == "" {
				return ""
			}
			if value != "" {
				b.WriteString(p.lead + value)
			}
		}
	}
	return capitalise(strings.TrimSpace(b.String()))
}

// capitalise makes the first letter a capital.
func capitalise(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	if size == 0 || r == utf8.RuneError {
		return text
	}
	return string(unicode.ToUpper(r)) + text[size:]
}
