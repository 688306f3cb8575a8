package classic

import (
	"fmt"
	"strconv"
	"strings"
)

// loadScript reads a script. It is plain text, one statement a line; blank
// lines and lines that begin with # say nothing, and indentation is for the
// reader:
//
//	swap you = I / me            "you" becomes I as subject, me as object
//	class family = mother father @family in patterns is one of these words
//	key dream 4 = dreams dreamt  a keyword, its rank, its other spellings
//	  when * dreamt of +         a decomposition (see pattern), then in turn
//	    say What was {2} like?   its reassemblies: {2} is the second part
//	    goto what                or: answer as that keyword would
//	    next                     or: leave it to the next keyword
//	memory                       rules for statements to take up later
//	none                         what to say when no keyword fits
//	silence                      what to say when there is no word at all
//
// A say may name {agent}, {abilities} and {time}; where one is not known, the
// reply is skipped. {, name} is the user's name with a comma before it, or nothing.
func loadScript(text string) (*script, error) {
	l := &loader{script: &script{
		swaps:    map[string]swap{},
		classes:  map[string]map[string]bool{},
		keywords: map[string]*keyword{},
	}}
	for line := range strings.Lines(text) {
		l.line++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		statement, rest, _ := strings.Cut(line, " ")
		if err := l.statement(statement, strings.TrimSpace(rest)); err != nil {
			return nil, fmt.Errorf("classic: script line %d: %w", l.line, err)
		}
	}
	if err := l.check(); err != nil {
		return nil, fmt.Errorf("classic: script: %w", err)
	}
	return l.script, nil
}

// loader is where reading stands.
type loader struct {
	script  *script
	line    int
	keyword *keyword // that "when" belongs to
	memory  bool     // "when" belongs to memory
	rule    *rule    // that "say" belongs to
	all     []*rule
}

func (l *loader) statement(statement, rest string) error {
	switch statement {
	case "swap":
		return l.swap(rest)
	case "class":
		return l.class(rest)
	case "key":
		return l.key(rest)
	case "when":
		return l.when(rest)
	case "say", "goto", "next":
		return l.reply(statement, rest)
	case "memory":
		l.keyword, l.memory, l.rule = nil, true, nil
	case "none":
		l.keyword, l.memory = nil, false
		l.script.none = l.addRule(nil)
	case "silence":
		l.keyword, l.memory = nil, false
		l.script.silence = l.addRule(nil)
	default:
		return fmt.Errorf("%q is no statement", statement)
	}
	return nil
}

func (l *loader) swap(rest string) error {
	from, to, ok := strings.Cut(rest, "=")
	subject, object, both := strings.Cut(to, "/")
	subject, object = strings.TrimSpace(subject), strings.TrimSpace(object)
	from = strings.Join(strings.Fields(strings.ToLower(from)), " ")
	if !both {
		object = subject
	}
	if !ok || from == "" || subject == "" || object == "" {
		return fmt.Errorf("want: swap WORDS = WORDS, or WORDS / WORDS")
	}
	l.script.swaps[from] = swap{subject: subject, object: object}
	return nil
}

func (l *loader) class(rest string) error {
	name, words, ok := strings.Cut(rest, "=")
	name = strings.TrimSpace(name)
	if !ok || name == "" || strings.TrimSpace(words) == "" {
		return fmt.Errorf("want: class NAME = WORDS")
	}
	l.script.classes[name] = set(strings.ToLower(words))
	return nil
}

func (l *loader) key(rest string) error {
	head, others, _ := strings.Cut(rest, "=")
	fields := strings.Fields(strings.ToLower(head))
	if len(fields) != 2 {
		return fmt.Errorf("want: key WORD RANK, or key WORD RANK = OTHER SPELLINGS")
	}
	rank, err := strconv.Atoi(fields[1])
	if err != nil {
		return fmt.Errorf("the rank %q is no number", fields[1])
	}
	l.keyword, l.memory, l.rule = &keyword{name: fields[0], rank: rank}, false, nil
	for _, spelling := range append(fields[:1], strings.Fields(strings.ToLower(others))...) {
		if _, twice := l.script.keywords[spelling]; twice {
			return fmt.Errorf("the keyword %q is there twice", spelling)
		}
		l.script.keywords[spelling] = l.keyword
	}
	return nil
}

func (l *loader) when(rest string) error {
	if l.keyword == nil && !l.memory {
		return fmt.Errorf("when belongs under a key or memory")
	}
	p, err := parsePattern(rest, l.script.classes)
	if err != nil {
		return err
	}
	r := l.addRule(p)
	if l.memory {
		l.script.memories = append(l.script.memories, r)
	} else {
		l.keyword.rules = append(l.keyword.rules, r)
	}
	return nil
}

func (l *loader) addRule(p *pattern) *rule {
	l.rule = &rule{pattern: p, line: l.line}
	l.all = append(l.all, l.rule)
	return l.rule
}

func (l *loader) reply(statement, rest string) error {
	if l.rule == nil {
		return fmt.Errorf("%s belongs under when, none or silence", statement)
	}
	var r reply
	switch {
	case statement == "next" && rest == "":
		r.next = true
	case statement == "goto" && rest != "":
		r.goTo = strings.ToLower(rest)
	case statement == "say" && rest != "":
		parts := 0
		if l.rule.pattern != nil {
			parts = l.rule.pattern.parts
		}
		var err error
		if r.say, err = parseSay(rest, parts); err != nil {
			return err
		}
	default:
		return fmt.Errorf("want: say TEXT, goto KEYWORD, or next alone")
	}
	l.rule.replies = append(l.rule.replies, r)
	return nil
}

// parseSay cuts a reassembly into pieces; parts is how many its rule has.
func parseSay(text string, parts int) ([]piece, error) {
	var pieces []piece
	for {
		before, after, open := strings.Cut(text, "{")
		inner, rest, closed := strings.Cut(after, "}")
		if !open || !closed {
			return append(pieces, piece{text: text}), nil
		}
		pieces = append(pieces, piece{text: before})
		switch n, err := strconv.Atoi(inner); {
		case err == nil && n >= 1 && n <= parts:
			pieces = append(pieces, piece{part: n})
		case err == nil:
			return nil, fmt.Errorf("{%s} is not one of the %d parts", inner, parts)
		case inner == "agent" || inner == "abilities" || inner == "time":
			pieces = append(pieces, piece{name: inner})
		case inner == ", name":
			pieces = append(pieces, piece{name: "name", lead: ", "})
		default:
			return nil, fmt.Errorf("{%s} is not known", inner)
		}
		text = rest
	}
}

// check finds what a single line does not show.
func (l *loader) check() error {
	s := l.script
	if s.none == nil || s.silence == nil {
		return fmt.Errorf("none and silence are both needed")
	}
	for _, r := range l.all {
		if len(r.replies) == 0 {
			return fmt.Errorf("the rule of line %d has nothing to say", r.line)
		}
		for _, reply := range r.replies {
			if reply.goTo != "" && s.keywords[reply.goTo] == nil {
				return fmt.Errorf("the rule of line %d goes to %q, which is no keyword", r.line, reply.goTo)
			}
		}
	}
	for _, fallback := range []*rule{s.none, s.silence} {
		for _, reply := range fallback.replies {
			if len(reply.say) != 1 {
				return fmt.Errorf("the replies of line %d can only be plain text", fallback.line)
			}
		}
	}
	return nil
}
