package sql

import "github.com/elizago/elizago/core"

// checkMemory checks all but the JSON, which is checked as it is encoded.
func checkMemory(m *core.Memory) error {
	if m == nil {
		return invalid("sql: the memory is nil: give one")
	}
	if storableText(m.Type) == "" {
		return invalid("sql: a memory has no type: set Memory.Type, core.MemoryMessages for messages")
	}
	if err := required(idField("Memory.AgentID", m.AgentID)); err != nil {
		return err
	}
	if err := indexable("Memory.Type", m.Type); err != nil {
		return err
	}
	if len(m.Embedding) > 0 {
		if err := checkVector(m.Embedding); err != nil {
			return err
		}
	}
	if err := checkKind(m.Metadata); err != nil {
		return err
	}
	if m.CreatedAt.IsZero() {
		return nil
	}
	return checkTime("a memory", m.CreatedAt)
}

// checkKind says in the fields' names what the tables' checks say of documents
// and fragments.
func checkKind(m core.MemoryMetadata) error {
	kind := m.Type
	if kind == "" {
		kind, _ = m.Extra["type"].(string)
	}
	if kind != core.MetadataDocument && kind != core.MetadataFragment {
		return nil
	}
	of := func(name, key string, set bool) field {
		_, extra := m.Extra[key]
		return field{"Metadata." + name + " of a " + kind, set || extra}
	}
	if kind == core.MetadataDocument {
		return required(of("Timestamp", "timestamp", m.Timestamp != 0))
	}
	return required(of("DocumentID", "documentId", m.DocumentID != nil), of("Position", "position", m.Position != nil))
}
