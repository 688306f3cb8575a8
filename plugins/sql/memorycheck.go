package sql

import (
	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/search"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// checkMemory validates everything but the JSON, which is checked when it is
// encoded.
func checkMemory(m *core.Memory) error {
	if m == nil {
		return value.Invalid("sql: the memory is nil: give one")
	}
	if value.SanitizeText(m.Type) == "" {
		return value.Invalid("sql: a memory has no type: set Memory.Type, core.MemoryMessages for messages")
	}
	if err := value.Required(value.IDField("Memory.AgentID", m.AgentID)); err != nil {
		return err
	}
	if err := value.Indexable("Memory.Type", m.Type); err != nil {
		return err
	}
	if len(m.Embedding) > 0 {
		if err := search.CheckVector(m.Embedding); err != nil {
			return err
		}
	}
	if err := checkKind(m.Metadata); err != nil {
		return err
	}
	if m.CreatedAt.IsZero() {
		return nil
	}
	return value.CheckTime("a memory", m.CreatedAt)
}

// checkKind validates the metadata of documents and fragments as the tables'
// CHECKs do, with errors that name the fields.
func checkKind(m core.MemoryMetadata) error {
	kind := m.Type
	if kind == "" {
		kind, _ = m.Extra["type"].(string)
	}
	if kind != core.MetadataDocument && kind != core.MetadataFragment {
		return nil
	}
	of := func(name, key string, set bool) value.Field {
		_, extra := m.Extra[key]
		return value.Field{Name: "Metadata." + name + " of a " + kind, Set: set || extra}
	}
	if kind == core.MetadataDocument {
		return value.Required(of("Timestamp", "timestamp", m.Timestamp != 0))
	}
	return value.Required(of("DocumentID", "documentId", m.DocumentID != nil), of("Position", "position", m.Position != nil))
}
