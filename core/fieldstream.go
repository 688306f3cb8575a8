package core

import (
	"html"
	"strings"
	"unicode"
)

// FieldStream forwards one field of a structured answer (see ParseXML) while
// the model is still generating it:
//
//	stream := core.FieldStream{Root: "response", Field: "text", Emit: show}
//	request.Stream = stream.Write
//
// The emitted chunks, joined, equal the field that ParseXML returns for the
// whole answer. A FieldStream serves one answer and is not safe for concurrent
// use.
type FieldStream struct {
	Root  string // required
	Field string // required
	// Open is called when the field begins, with the fields before it; false
	// suppresses the field. Nil: always true.
	Open func(fields map[string]string) bool
	// Emit receives the text; an error ends the stream. Required.
	Emit func(text string) error

	state   int
	pending string
	started bool
}

const (
	streamBefore = iota
	streamInside
	streamAfter
)

// Write consumes the next chunk of the answer and returns Emit's error.
func (s *FieldStream) Write(chunk string) error {
	if s.state == streamAfter {
		return nil
	}
	s.pending += chunk
	if s.state == streamBefore && !s.begin() {
		return nil
	}
	return s.pass()
}

// begin finds the opening tag and leaves the rest pending.
func (s *FieldStream) begin() bool {
	_, body, found := strings.Cut(s.pending, "<"+s.Root+">")
	if !found {
		return false
	}
	before, rest, found := strings.Cut(body, "<"+s.Field+">")
	if !found {
		return false
	}
	fields, _ := ParseXML("<"+s.Root+">"+before, s.Root)
	if s.Open != nil && !s.Open(fields) {
		s.state = streamAfter
		return false
	}
	s.state, s.pending = streamInside, rest
	return true
}

// pass emits the text that is final: everything except trailing space (the
// field is trimmed) and a tag or entity that may be incomplete.
func (s *FieldStream) pass() error {
	text, ended := s.pending, false
	for _, end := range []string{"</" + s.Field + ">", "</" + s.Root + ">"} {
		if i := strings.Index(text, end); i >= 0 {
			text, ended = text[:i], true
		}
	}
	keep := len(text)
	if ended {
		s.state = streamAfter
		keep = len(strings.TrimRightFunc(text, unicode.IsSpace))
	} else {
		keep = min(keep, s.cutOff(text))
	}
	emit := text[:keep]
	s.pending = text[keep:]
	if !s.started {
		emit = strings.TrimLeftFunc(emit, unicode.IsSpace)
	}
	if emit == "" {
		return nil
	}
	s.started = true
	return s.Emit(html.UnescapeString(emit))
}

// longestEntity is the length of HTML's longest named entity, with & and ;.
const longestEntity = 33

// cutOff returns the start of the part of text that must wait for more input.
func (s *FieldStream) cutOff(text string) int {
	at := len(text)
	if i := strings.LastIndex(text, "<"); i >= 0 {
		tail := text[i:]
		if strings.HasPrefix("</"+s.Field+">", tail) || strings.HasPrefix("</"+s.Root+">", tail) {
			at = i
		}
	}
	if i := strings.LastIndex(text[:at], "&"); i >= 0 && at-i < longestEntity && !strings.Contains(text[i:at], ";") {
		at = i
	}
	return len(strings.TrimRightFunc(text[:at], unicode.IsSpace))
}
