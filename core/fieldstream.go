package core

import (
	"html"
	"strings"
	"unicode"
)

// FieldStream passes on one field of a structured answer (see ParseXML) while
// the model is still writing it:
//
//	stream := core.FieldStream{Root: "response", Field: "text", Emit: show}
//	request.Stream = stream.Write
//
// What is emitted, put together, is what ParseXML returns for the field of the
// whole answer. The zero value with Root, Field and Emit set is ready; it
// serves one answer, from one goroutine.
type FieldStream struct {
	Root  string // required
	Field string // required
	// Open is asked when the field begins, with the fields that came before
	// it; false keeps the field back. Nil: always true.
	Open func(fields map[string]string) bool
	// Emit is given the text; an error ends the stream. Required.
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

// Write takes the next piece of the answer.
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

// begin looks for the opening tag and leaves what follows it pending.
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

// pass emits what cannot change any more: all but trailing space (the field is
// trimmed at its end), a tag or an entity that may be cut off.
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

// cutOff returns where the part of text begins that must wait for more.
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
