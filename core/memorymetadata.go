package core

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Metadata types of a memory. A fragment names its document and position, a
// document its timestamp; the database checks both.
const (
	MetadataDocument    = "document"
	MetadataFragment    = "fragment"
	MetadataMessage     = "message"
	MetadataDescription = "description"
	MetadataCustom      = "custom"
)

// MemoryMetadata says what kind of memory it is. The zero value means nothing
// is known. The JSON names are elizaOS's.
type MemoryMetadata struct {
	Type       string     `json:"type,omitempty"`
	Source     string     `json:"source,omitempty"`
	SourceID   string     `json:"sourceId,omitempty"`
	Scope      string     `json:"scope,omitempty"`
	Timestamp  int64      `json:"timestamp,omitempty"` // milliseconds since 1970
	Tags       []string   `json:"tags,omitempty"`
	DocumentID *uuid.UUID `json:"documentId,omitempty"`
	Position   *int       `json:"position,omitempty"`
	// Extra is what a plugin adds: further fields of the same JSON object, by
	// their exact names. What is stored under the name of a field above, but is
	// of another type, as elizaOS may have a time as text, is here as well, so
	// that it is not lost when the memory is saved again. A field above that is
	// set goes before one of its name here.
	Extra map[string]any `json:"-"`
}

// plainMetadata is MemoryMetadata without its methods.
type plainMetadata MemoryMetadata

// MarshalJSON implements json.Marshaler.
func (m MemoryMetadata) MarshalJSON() ([]byte, error) {
	if len(m.Extra) == 0 {
		return json.Marshal(plainMetadata(m))
	}
	all := make(map[string]any, len(m.Extra)+8)
	for name, value := range m.Extra {
		all[name] = value
	}
	set := func(name string, is bool, value any) {
		if is {
			all[name] = value
		}
	}
	set("type", m.Type != "", m.Type)
	set("source", m.Source != "", m.Source)
	set("sourceId", m.SourceID != "", m.SourceID)
	set("scope", m.Scope != "", m.Scope)
	set("timestamp", m.Timestamp != 0, m.Timestamp)
	set("tags", len(m.Tags) > 0, m.Tags)
	set("documentId", m.DocumentID != nil, m.DocumentID)
	set("position", m.Position != nil, m.Position)
	return json.Marshal(all)
}

// UnmarshalJSON implements json.Unmarshaler. Every list and search of memories
// reads metadata, so the object is walked by hand: encoding/json would take
// "Source" for "source", fail where a field is of another type, and need several
// times as long.
func (m *MemoryMetadata) UnmarshalJSON(data []byte) error {
	data = bytes.TrimSpace(data)
	if !json.Valid(data) || data[0] != '{' {
		*m = MemoryMetadata{}
		return json.Unmarshal(data, (*plainMetadata)(m)) // says what is wrong; null is nothing
	}
	*m = MemoryMetadata{}
	eachField(data, func(name, value []byte) {
		switch {
		case m.field(name, value):
			if m.Extra != nil { // of two fields of one name, the last one counts
				delete(m.Extra, string(name))
			}
		case m.Extra == nil:
			m.Extra = map[string]any{string(name): anyJSON(value)}
		default:
			m.Extra[string(name)] = anyJSON(value)
		}
	})
	if len(m.Extra) == 0 {
		m.Extra = nil
	}
	return nil
}

// field reads a field, and reports false if the name is none of a field, or the
// value not of its type. The field is zero then.
func (m *MemoryMetadata) field(name, value []byte) (ok bool) {
	switch string(name) {
	case "type":
		m.Type, ok = textJSON(value)
	case "source":
		m.Source, ok = textJSON(value)
	case "sourceId":
		m.SourceID, ok = textJSON(value)
	case "scope":
		m.Scope, ok = textJSON(value)
	case "timestamp":
		at, err := strconv.ParseInt(string(value), 10, 64)
		if ok = err == nil; !ok {
			at = 0
		}
		m.Timestamp = at
	case "tags":
		m.Tags, ok = textsJSON(value)
	case "documentId":
		m.DocumentID, ok = idJSON(value)
	case "position":
		m.Position = nil
		position, err := strconv.Atoi(string(value))
		if ok = err == nil; ok {
			m.Position = &position
		}
	}
	return ok
}

// eachField calls visit with each name and value of an object, which must be
// valid JSON.
func eachField(object []byte, visit func(name, value []byte)) {
	at := skipSpace(object, 1)
	for object[at] != '}' {
		end := valueEnd(object, at)
		name := object[at+1 : end-1]
		if !plainText(name) {
			text, _ := textJSON(object[at:end])
			name = []byte(text)
		}
		at = skipSpace(object, end)
		at = skipSpace(object, at+1) // the colon
		end = valueEnd(object, at)
		visit(name, object[at:end])
		if at = skipSpace(object, end); object[at] == ',' {
			at = skipSpace(object, at+1)
		}
	}
}

func skipSpace(text []byte, at int) int {
	for text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r' {
		at++
	}
	return at
}

// valueEnd is where the value ends that begins at.
func valueEnd(text []byte, at int) int {
	for depth := 0; at < len(text); at++ {
		switch text[at] {
		case '"':
			for at++; text[at] != '"'; at++ {
				if text[at] == '\\' {
					at++
				}
			}
			if depth == 0 {
				return at + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return at + 1
			} else if depth < 0 {
				return at // of a number, true, false or null before it
			}
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return at
			}
		}
	}
	return at
}

// plainText says that what stands between two quotes is the text itself.
func plainText(quoted []byte) bool {
	return bytes.IndexByte(quoted, '\\') < 0 && utf8.Valid(quoted)
}

func textJSON(value []byte) (text string, ok bool) {
	if value[0] != '"' {
		return "", false
	}
	if inside := value[1 : len(value)-1]; plainText(inside) {
		return string(inside), true
	}
	err := json.Unmarshal(value, &text)
	return text, err == nil
}

func textsJSON(value []byte) ([]string, bool) {
	if value[0] != '[' {
		return nil, false
	}
	texts := []string{}
	for at := skipSpace(value, 1); value[at] != ']'; {
		end := valueEnd(value, at)
		text, ok := textJSON(value[at:end])
		if !ok {
			return nil, false
		}
		texts = append(texts, text)
		if at = skipSpace(value, end); value[at] == ',' {
			at = skipSpace(value, at+1)
		}
	}
	return texts, true
}

func idJSON(value []byte) (*uuid.UUID, bool) {
	text, ok := textJSON(value)
	if !ok {
		return nil, false
	}
	id, err := uuid.Parse(text)
	if err != nil || id.String() != text { // written otherwise, it would be found as another text
		return nil, false
	}
	return &id, true
}

// anyJSON is a value as encoding/json reads it, and as it stands where that is
// beyond encoding/json, as a number may be.
func anyJSON(value []byte) any {
	var read any
	if json.Unmarshal(value, &read) != nil {
		return json.RawMessage(bytes.Clone(value))
	}
	return read
}
