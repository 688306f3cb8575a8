package core

import (
	"bytes"
	"encoding/json"
	"maps"

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
	// Extra is what a plugin adds: further fields of the same JSON object.
	// One with the name of a field above is ignored.
	Extra map[string]any `json:"-"`
}

// plainMetadata is MemoryMetadata without its methods.
type plainMetadata MemoryMetadata

// metadataNames are the JSON names of the fields.
var metadataNames = []string{"type", "source", "sourceId", "scope", "timestamp", "tags", "documentId", "position"}

// MarshalJSON implements json.Marshaler.
func (m MemoryMetadata) MarshalJSON() ([]byte, error) {
	plain, err := json.Marshal(plainMetadata(m))
	if err != nil || len(m.Extra) == 0 {
		return plain, err
	}
	all := maps.Clone(m.Extra)
	for _, name := range metadataNames {
		delete(all, name)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(plain, &fields); err != nil {
		return nil, err
	}
	for name, value := range fields {
		all[name] = value
	}
	return json.Marshal(all)
}

// UnmarshalJSON implements json.Unmarshaler.
func (m *MemoryMetadata) UnmarshalJSON(data []byte) error {
	var plain plainMetadata
	strict := json.NewDecoder(bytes.NewReader(data))
	strict.DisallowUnknownFields()
	if strict.Decode(&plain) == nil { // nothing extra, as mostly
		*m = MemoryMetadata(plain)
		return nil
	}
	plain = plainMetadata{}
	if err := json.Unmarshal(data, &plain); err != nil {
		return err
	}
	if err := json.Unmarshal(data, &plain.Extra); err != nil {
		return err
	}
	for _, name := range metadataNames {
		delete(plain.Extra, name)
	}
	if len(plain.Extra) == 0 {
		plain.Extra = nil
	}
	*m = MemoryMetadata(plain)
	return nil
}
