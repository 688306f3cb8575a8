package core

import (
	"encoding/json"
	"strconv"

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

// UnmarshalJSON implements json.Unmarshaler. It parses the object field by
// field rather than by encoding/json, which would accept "Source" for "source",
// fail on a field of another type, and take several times as long on the path
// of every list and search of memories.
func (m *MemoryMetadata) UnmarshalJSON(data []byte) error {
	*m = MemoryMetadata{}
	object := gjson.ParseBytes(data)
	if !json.Valid(data) || !object.IsObject() {
		return json.Unmarshal(data, (*plainMetadata)(m)) // says what is wrong; null is nothing
	}
	object.ForEach(func(key, value gjson.Result) bool {
		name := key.String()
		if m.field(name, value) {
			delete(m.Extra, name) // of two fields of one name, the last one counts
			return true
		}
		if m.Extra == nil {
			m.Extra = map[string]any{}
		}
		m.Extra[name] = anyJSON(value.Raw)
		return true
	})
	if len(m.Extra) == 0 {
		m.Extra = nil
	}
	return nil
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

func text(value gjson.Result) (string, bool) { return value.Str, value.Type == gjson.String }

// whole returns the value if it is an integer.
func whole(value gjson.Result) (int64, bool) {
	number, err := strconv.ParseInt(value.Raw, 10, 64)
	if err != nil {
		return 0, false
	}
	return number, true
}

// texts returns the elements of a list that holds only strings.
func texts(list gjson.Result) ([]string, bool) {
	if !list.IsArray() {
		return nil, false
	}
	all, ok := []string{}, true
	list.ForEach(func(_, one gjson.Result) bool {
		all, ok = append(all, one.Str), one.Type == gjson.String
		return ok
	})
	if !ok {
		return nil, false
	}
	return all, true
}

// canonicalID returns the id if it is written in canonical form. The database
// compares ids in metadata as text, so any other form is another id.
func canonicalID(value gjson.Result) (*uuid.UUID, bool) {
	id, err := uuid.Parse(value.Str)
	if err != nil || id.String() != value.Str {
		return nil, false
	}
	return &id, true
}

// anyJSON returns the value as encoding/json decodes it, or the raw text if
// encoding/json cannot decode it, such as a number out of range.
func anyJSON(raw string) any {
	var read any
	if json.Unmarshal([]byte(raw), &read) != nil {
		return json.RawMessage(raw)
	}
	return read
}
