package classic

import (
	"html"
	"strings"

	"github.com/elizago/elizago/core"
)

// prompt is what a prompt says, taken apart by the marks of package core. Of a
// prompt without these marks, only the message is known.
type prompt struct {
	agent   string // the agent's name. Empty: not known
	message string
	form    xmlForm

	turns       []turn
	actions     list
	providers   list
	results     []result
	preferences []preference
	// askedPreferences is true when the prompt has a section of preferences,
	// even an empty one.
	askedPreferences bool
	memories         []recollection
	time             string // empty: not known
	sender           string // who wrote the message. Empty: not known
	askedMemories    bool
	notLookedUp      list // the providers that failed
}

// turn is one line of the conversation.
type turn struct {
	speaker string // empty: the agent itself
	text    string
}

// list is the names that a section lists. Nil: there is no such section.
type list map[string]bool

// result is how an action ended.
type result struct {
	action string
	failed bool
	text   string
}

// recollection is an earlier message that a provider found.
type recollection struct {
	speaker string
	date    string
	text    string
}

// Headings of the texts of the providers that this package knows.
const (
	headingPreferences = "# User Preferences"
	headingMemories    = "# Related Memories"
	headingPeople      = "# People in the Room"
	headingTime        = "# Time"
)

// ownLabel is how the conversation names the agent itself.
const ownLabel = "You"

// readPrompt takes a prompt apart. It never fails: in the worst case all of it
// is the message.
func readPrompt(system, text string) prompt {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	var p prompt
	before, message, after, marked := cutMarked(text)
	switch {
	case marked:
		p.message = html.UnescapeString(strings.TrimSpace(message))
		if p.form = findXMLForm(after); p.form.root == "" {
			p.form = findXMLForm(before, rootResponse, rootPreferences)
		}
	default:
		before = text
		p.form = findXMLForm(text, rootResponse, rootPreferences)
		p.message = plainMessage(text)
	}
	p.agent = agentName(before)
	if p.agent == "" {
		p.agent = agentName(system)
	}
	for heading, lines := range promptSections(before) {
		p.section(heading, lines)
	}
	return p
}

// cutMarked finds the message between its marks. User text is escaped, so the
// marks can only be the prompt's own; the last pair counts, because a
// character's description may mention them.
func cutMarked(text string) (before, message, after string, ok bool) {
	end := strings.LastIndex(text, core.MessageClose)
	if end < 0 {
		return "", "", "", false
	}
	start := strings.LastIndex(text[:end], core.MessageOpen)
	if start < 0 {
		return "", "", "", false
	}
	return text[:start], text[start+len(core.MessageOpen) : end], text[end+len(core.MessageClose):], true
}

// plainMessage finds the message in a prompt without marks: what follows
// "Message:" in a line, or else the last paragraph; of a paragraph that is a
// conversation, its last line.
func plainMessage(text string) string {
	text = strings.TrimSpace(text)
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "Message:"); ok {
			return strings.Trim(rest, " \t\"")
		}
	}
	if i := strings.LastIndex(text, "\n\n"); i >= 0 {
		text = strings.TrimSpace(text[i:])
	}
	lines := strings.Split(text, "\n")
	last := len(lines) - 1
	if last > 0 && strings.HasSuffix(lines[last], ":") { // "Eliza:" asks for the answer
		last--
	}
	if speaker, said := cutSpeaker(lines[last]); last > 0 && speaker != "" {
		return said
	}
	if last > 0 && strings.HasPrefix(lines[0], "# ") {
		return strings.TrimSpace(lines[last])
	}
	return strings.TrimSpace(strings.Join(lines[:last+1], "\n"))
}

// agentName reads the name from "You are Eliza. ..." at the start of a text.
func agentName(text string) string {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "You are "); ok {
			name := rest
			if i := strings.IndexAny(rest, ".,;:!"); i >= 0 {
				name = rest[:i]
			}
			if words := strings.Fields(name); len(words) > 0 && len(words) <= 4 && !functionWords[strings.ToLower(words[0])] {
				return strings.Join(words, " ")
			}
		}
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "# About "); ok {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}
