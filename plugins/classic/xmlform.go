package classic

import (
	"slices"
	"strings"

	"github.com/elizago/elizago/core"
)

// Roots of the answers that the runtime and the preferences plugin ask for.
const (
	rootResponse    = "response"
	rootPreferences = "preferences"
)

// Fields of a response.
const (
	fieldThought   = "thought"
	fieldActions   = "actions"
	fieldArgs      = "args"
	fieldProviders = "providers"
	fieldText      = "text"
)

// xmlForm is the shape of answer that a prompt asks for: an XML element with
// fields. An empty root means plain text.
type xmlForm struct {
	root   string
	fields []string
}

func (f xmlForm) has(field string) bool { return slices.Contains(f.fields, field) }

// findXMLForm finds the example of an answer in a text: the last element that
// contains others. Where roots are given, it must be one of them.
func findXMLForm(text string, roots ...string) xmlForm {
	var found xmlForm
	for at := 0; ; {
		name, start, end, ok := nextTag(text, at)
		if !ok {
			return found
		}
		at = end
		if len(roots) > 0 && !slices.Contains(roots, name) {
			continue
		}
		body, _, closed := strings.Cut(text[end:], "</"+name+">")
		if !closed {
			continue
		}
		if fields := fieldNames(body); len(fields) > 0 {
			found = xmlForm{root: name, fields: fields}
			at = start + len(name) + 2 + len(body)
		}
	}
}

// fieldNames are the names of the elements directly in a body.
func fieldNames(body string) []string {
	var names []string
	for at := 0; ; {
		name, _, end, ok := nextTag(body, at)
		if !ok {
			return names
		}
		at = end
		if _, rest, closed := strings.Cut(body[end:], "</"+name+">"); closed {
			names = append(names, name)
			at = len(body) - len(rest)
		}
	}
}

// nextTag finds the next "<name>" from at on.
func nextTag(text string, at int) (name string, start, end int, ok bool) {
	for {
		open := strings.IndexByte(text[at:], '<')
		if open < 0 {
			return "", 0, 0, false
		}
		start = at + open
		length := strings.IndexByte(text[start:], '>')
		if length < 0 {
			return "", 0, 0, false
		}
		if name = text[start+1 : start+length]; isFieldName(name) {
			return name, start, start + length + 1, true
		}
		at = start + 1
	}
}

// isFieldName reports whether core.ParseXML would read the name.
func isFieldName(name string) bool {
	for i, r := range name {
		letter := r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || r != '-' && (r < '0' || r > '9')) {
			return false
		}
	}
	return name != ""
}

// field is one field of an answer.
type field struct {
	name, value string
}

// writeXML writes an answer that core.ParseXML reads.
func writeXML(root string, fields []field) string {
	var b strings.Builder
	b.WriteString("<" + root + ">")
	for _, f := range fields {
		b.WriteString("\n  <" + f.name + ">" + core.EscapePrompt(f.value) + "</" + f.name + ">")
	}
	if len(fields) > 0 {
		b.WriteString("\n")
	}
	b.WriteString("</" + root + ">")
	return b.String()
}
