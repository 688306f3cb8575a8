package core

import (
	"github.com/google/uuid"
	"github.com/tidwall/gjson"
)

// Metadata types of a memory. A fragment must have a document id and a
// position, a document a timestamp; the database checks both.
const (
	MetadataDocument    = "document"
	MetadataFragment    = "fragment"
	MetadataMessage     = "message"
	MetadataDescription = "description"
	MetadataCustom      = "custom"
)

// MemoryMetadata describes a memory. The zero value is no metadata. The JSON
// names are elizaOS's.
type MemoryMetadata struct {
	// Type is one of the constants above, or another. Empty: none.
	Type      string   `json:"type,omitempty"`
	Source    string   `json:"source,omitempty"`
	SourceID  string   `json:"sourceId,omitempty"`
	Scope     string   `json:"scope,omitempty"`
	Timestamp int64    `json:"timestamp,omitempty"` // milliseconds since 1970
	Tags      []string `json:"tags,omitempty"`
	// DocumentID and Position are, in a fragment, the id of its document and its
	// place in the document.
	DocumentID *uuid.UUID `json:"documentId,omitempty"`
	Position   *int       `json:"position,omitempty"`
	// Extra holds further fields of the same JSON object, by their exact names,
	// as plugins add them. A stored value with the name of a field above but
	// another type, such as elizaOS's time as text, is kept here so that saving
	// the memory again does not lose it. A field above that is set takes
	// precedence over one of the same name here.
	Extra map[string]any `json:"-"`
}

// plainMetadata is MemoryMetadata without its methods.
type plainMetadata MemoryMetadata

// MarshalJSON implements json.Marshaler.
func (m MemoryMetadata) MarshalJSON() ([]byte, error) { return withExtra(plainMetadata(m), m.Extra) }

// UnmarshalJSON implements json.Unmarshaler. A field of another type is kept in
// Extra; only what is no JSON object is an error.
func (m *MemoryMetadata) UnmarshalJSON(data []byte) error {
	*m = MemoryMetadata{}
	return readObject(data, &m.Extra, m.field, (*plainMetadata)(m))
}

// field sets the named field. It returns false, with the field zero, if there
// is no such field or the value has another type.
func (m *MemoryMetadata) field(name string, value gjson.Result) (ok bool) {
	switch name {
	case "type":
		m.Type, ok = text(value)
	case "source":
		m.Source, ok = text(value)
	case "sourceId":
		m.SourceID, ok = text(value)
	case "scope":
		m.Scope, ok = text(value)
	case "timestamp":
		m.Timestamp, ok = whole(value)
	case "tags":
		m.Tags, ok = texts(value)
	case "documentId":
		m.DocumentID, ok = canonicalID(value)
	case "position":
		m.Position = nil
		var position int64
		if position, ok = whole(value); ok {
			m.Position = new(int(position))
		}
	}
	return ok
}
