package search

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// Filter selects memories. A row passes if it matches every field that is set.
type Filter struct {
	Agent, Room, World, Entity uuid.UUID
	Type                       string
	Since, Until               time.Time
	Metadata                   []core.MetadataFilter
	Unique                     bool
	// MatchNull lets a zero Room, World or Entity match NULL instead of any value.
	MatchNull bool
}

// Check returns an error if a required field is missing or a value is invalid.
func (f *Filter) Check(what string) error {
	if f.Agent == uuid.Nil {
		return value.Invalid("sql: %s has no AgentID: set it, as every memory belongs to an agent", what)
	}
	if value.SanitizeText(f.Type) == "" {
		return value.Invalid("sql: %s has no Type: set it, core.MemoryMessages for messages", what)
	}
	if err := value.CheckTime(what, f.Since, f.Until); err != nil {
		return err
	}
	return checkMetadata(what, f.Metadata)
}

// needsMemories reports whether the filter uses columns that only memories has.
func (f *Filter) needsMemories() bool { return f.Unique || len(f.Metadata) > 0 }

// Conditions builds an SQL condition from fixed parts and the list of its
// parameters.
type Conditions struct {
	sql  strings.Builder
	Args []any
}

// String returns the condition.
func (c *Conditions) String() string { return c.sql.String() }

// Arg adds a parameter and returns its placeholder.
func (c *Conditions) Arg(value any) string {
	c.Args = append(c.Args, value)
	return fmt.Sprintf("$%d", len(c.Args))
}

// And adds a part. Each %s in it is replaced by the placeholder of one value.
func (c *Conditions) And(part string, values ...any) {
	names := make([]any, len(values))
	for i, value := range values {
		names[i] = c.Arg(value)
	}
	if c.sql.Len() > 0 {
		c.sql.WriteString(" AND ")
	}
	fmt.Fprintf(&c.sql, part, names...)
}

// FilterShared adds the part of the filter on columns that memories and embeddings
// share, for the table with the alias.
func (c *Conditions) FilterShared(alias string, f *Filter) {
	c.And(alias+".agent_id = %s::uuid", f.Agent)
	c.And(alias+".type = %s::text", f.Type)
	for _, id := range []struct {
		column string
		value  uuid.UUID
	}{{"room_id", f.Room}, {"world_id", f.World}, {"entity_id", f.Entity}} {
		switch {
		case id.value != uuid.Nil:
			c.And(alias+"."+id.column+" = %s::uuid", id.value)
		case f.MatchNull:
			c.And(alias + "." + id.column + " IS NULL")
		}
	}
	if !f.Since.IsZero() {
		c.And(alias+".created_at >= %s::timestamptz", f.Since)
	}
	if !f.Until.IsZero() {
		c.And(alias+".created_at < %s::timestamptz", f.Until)
	}
}

// FilterMemory adds the part of the filter on columns that only memories m has.
func (c *Conditions) FilterMemory(f *Filter) error {
	if f.Unique {
		c.And(`m."unique"`)
	}
	for _, one := range f.Metadata {
		if err := c.filterMetadata(one); err != nil {
			return err
		}
	}
	return nil
}

// Limits of metadata filters, far above what is written by hand.
const (
	maxMetadataFilters = 64
	maxMetadataPath    = 16
)

func checkMetadata(what string, filters []core.MetadataFilter) error {
	if len(filters) > maxMetadataFilters {
		return value.Invalid("sql: %s has %d metadata filters: there may be %d", what, len(filters), maxMetadataFilters)
	}
	var c Conditions
	for i, filter := range filters {
		if err := c.filterMetadata(filter); err != nil {
			return fmt.Errorf("sql: %s: metadata filter %d: %w", what, i+1, err)
		}
	}
	return nil
}

// filterMetadata adds one metadata filter: containment where possible, which uses
// the index on metadata, and then the exact comparison.
func (c *Conditions) filterMetadata(f core.MetadataFilter) error {
	if len(f.Path) == 0 || len(f.Path) > maxMetadataPath {
		return value.Invalid("its Path has %d names: give it 1 to %d", len(f.Path), maxMetadataPath)
	}
	path := sanitizePath(f.Path)
	switch f.Op {
	case core.MetadataEquals:
		text, err := valueJSON(f.Value)
		if err != nil {
			return err
		}
		if !mayBePosition(path) {
			c.And("m.metadata @> %s::jsonb", objectAt(path, text))
		}
		c.And("m.metadata #> %s::text[] = %s::jsonb", path, text)
	case core.MetadataContains:
		text, err := valueJSON(f.Value)
		if err != nil {
			return err
		}
		if !strings.HasPrefix(text, "[") && !strings.HasPrefix(text, "{") {
			text = "[" + text + "]"
		}
		if mayBePosition(path) {
			c.And("m.metadata #> %s::text[] @> %s::jsonb", path, text)
		} else {
			c.And("m.metadata @> %s::jsonb", objectAt(path, text))
		}
	case core.MetadataIn:
		text, err := valueJSON(f.Value)
		if err != nil {
			return err
		}
		if !strings.HasPrefix(text, "[") {
			return value.Invalid("its Value is no slice: give MetadataIn one, or use MetadataEquals")
		}
		c.And("m.metadata #> %s::text[] IN (SELECT jsonb_array_elements(%s::jsonb))", path, text)
	case core.MetadataExists:
		c.And("m.metadata #> %s::text[] IS NOT NULL", path)
	case core.MetadataMissing:
		c.And("m.metadata #> %s::text[] IS NULL", path)
	case core.MetadataMoreThan, core.MetadataAtLeast, core.MetadataLessThan, core.MetadataAtMost:
		text, err := valueJSON(f.Value)
		if err != nil {
			return err
		}
		if !strings.ContainsAny(text[:1], "-0123456789") {
			return value.Invalid("its Value is no number: give it a finite one")
		}
		compare := map[core.MetadataOp]string{
			core.MetadataMoreThan: ">", core.MetadataAtLeast: ">=", core.MetadataLessThan: "<", core.MetadataAtMost: "<=",
		}[f.Op]
		// Numbers only: PostgreSQL orders every text below every number.
		c.And("jsonb_typeof(m.metadata #> %s::text[]) = 'number' AND m.metadata #> %s::text[] "+compare+" %s::jsonb", path, path, text)
	default:
		return value.Invalid("its Op is %s: use one of core's constants", value.Quote(string(f.Op)))
	}
	return nil
}

// mayBePosition reports whether a name of the path may be the position of an item
// in a list, such as "0" or "-1". The operator #> takes it for one, but containment
// takes it for a key of an object.
func mayBePosition(path []string) bool {
	return slices.ContainsFunc(path, func(name string) bool {
		return strings.ContainsAny(name, "0123456789") && strings.Trim(name, "+-0123456789 \t\n\v\f\r") == ""
	})
}

// cloneMetadata returns a deep copy of filters, which their caller may change.
func cloneMetadata(filters []core.MetadataFilter) []core.MetadataFilter {
	var copied []core.MetadataFilter
	for _, f := range filters {
		f.Path = slices.Clone(f.Path)
		if text, err := json.Marshal(f.Value); err == nil {
			f.Value = json.RawMessage(text)
		}
		copied = append(copied, f)
	}
	return copied
}

// objectAt returns the JSON object that has a value at a path.
func objectAt(path []string, value string) string {
	var open, closing strings.Builder
	for _, name := range path {
		key, _ := json.Marshal(name) // a string always can
		open.WriteString("{")
		open.Write(key)
		open.WriteString(":")
		closing.WriteString("}")
	}
	return open.String() + value + closing.String()
}

func sanitizePath(path []string) []string {
	clean := make([]string, len(path))
	for i, name := range path {
		clean[i] = value.SanitizeText(name)
	}
	return clean
}

func valueJSON(operand any) (string, error) {
	text, err := value.JSON(operand)
	if err != nil {
		err = fmt.Errorf("its Value: %w", err)
	}
	return text, err
}
