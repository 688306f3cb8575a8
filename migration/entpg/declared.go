package entpg

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"entgo.io/ent/schema"
)

// annotationName is the key of this package's annotation among ent's.
const annotationName = "ElizagoPG"

// declared is this package's only annotation type: all declarations of one
// field or one schema. It is encoded as JSON between the schema and the code
// generator.
type declared struct {
	// Of a schema.
	Key        []string          `json:",omitempty"`
	Indexes    []Index           `json:",omitempty"`
	UniqueKeys []UniqueKey       `json:",omitempty"`
	Exclusions []Exclusion       `json:",omitempty"`
	Security   *RowSecurity      `json:",omitempty"`
	Policies   []Policy          `json:",omitempty"`
	Storage    map[string]string `json:",omitempty"`
	Extensions []string          `json:",omitempty"`
	Views      []View            `json:",omitempty"`
	Online     []string          `json:",omitempty"`
	StandIn    bool              `json:",omitempty"`
	ReadOnly   bool              `json:",omitempty"`
	TableOnly  bool              `json:",omitempty"`

	// Of a field.
	References []Reference       `json:",omitempty"`
	Generated  []GeneratedColumn `json:",omitempty"`
	Identity   []IdentityColumn  `json:",omitempty"`
	Enums      []EnumType        `json:",omitempty"`
	Stored     []StoredColumn    `json:",omitempty"`

	RenamedValues []RenamedValue `json:",omitempty"`

	// Of either.
	Renamed []string `json:",omitempty"`
}

// Name implements schema.Annotation.
func (declared) Name() string { return annotationName }

// Merge implements schema.Merger, so that a schema and its mixins may use
// several of this package's annotations. A declaration that can occur once only
// overrides an earlier one.
func (d declared) Merge(other schema.Annotation) schema.Annotation {
	o, ok := other.(declared)
	if !ok {
		return d
	}
	if len(o.Key) > 0 {
		d.Key = o.Key
	}
	d.Indexes = slices.Concat(d.Indexes, o.Indexes)
	d.UniqueKeys = slices.Concat(d.UniqueKeys, o.UniqueKeys)
	d.Exclusions = slices.Concat(d.Exclusions, o.Exclusions)
	if o.Security != nil {
		d.Security = &RowSecurity{Force: o.Security.Force || d.Security != nil && d.Security.Force}
	}
	d.Policies = slices.Concat(d.Policies, o.Policies)
	if len(o.Storage) > 0 {
		all := make(map[string]string, len(d.Storage)+len(o.Storage))
		maps.Copy(all, d.Storage)
		maps.Copy(all, o.Storage)
		d.Storage = all
	}
	d.Extensions = slices.Concat(d.Extensions, o.Extensions)
	d.Views = slices.Concat(d.Views, o.Views)
	d.Online = slices.Concat(d.Online, o.Online)
	d.StandIn = d.StandIn || o.StandIn
	d.ReadOnly = d.ReadOnly || o.ReadOnly
	d.TableOnly = d.TableOnly || o.TableOnly
	d.References = slices.Concat(d.References, o.References)
	d.Generated = slices.Concat(d.Generated, o.Generated)
	d.Identity = slices.Concat(d.Identity, o.Identity)
	d.Enums = slices.Concat(d.Enums, o.Enums)
	d.Stored = slices.Concat(d.Stored, o.Stored)
	d.RenamedValues = slices.Concat(d.RenamedValues, o.RenamedValues)
	d.Renamed = slices.Concat(d.Renamed, o.Renamed)
	return d
}

// ofSchema returns the name of a declaration that is valid only for a schema,
// or "".
func (d declared) ofSchema() string {
	switch {
	case len(d.Key) > 0:
		return "PrimaryKey"
	case len(d.Indexes) > 0:
		return "Indexes"
	case len(d.UniqueKeys) > 0:
		return "UniqueKeys"
	case len(d.Exclusions) > 0:
		return "Exclusions"
	case d.Security != nil:
		return "RowLevelSecurity"
	case len(d.Policies) > 0:
		return "Policies"
	case len(d.Storage) > 0:
		return "Storage"
	case len(d.Extensions) > 0:
		return "Extensions"
	case len(d.Online) > 0:
		return "Online"
	case d.ReadOnly:
		return "ReadOnly"
	case d.TableOnly:
		return "TableOnly"
	default:
		return ""
	}
}

// ofField returns the name of a declaration that is valid only for a field, or
// "".
func (d declared) ofField() string {
	switch {
	case len(d.References) > 0:
		return "References"
	case len(d.Generated) > 0:
		return "Generated"
	case len(d.Identity) > 0:
		return "Identity"
	case len(d.Enums) > 0:
		return "Enum"
	case len(d.Stored) > 0:
		return "ColumnStorage"
	case len(d.RenamedValues) > 0:
		return "ValueRenamedFrom"
	default:
		return ""
	}
}

// Declares reports whether annotations contain one of this package's. It is for
// cmd/entgen, which rejects them where they have no effect.
func Declares(annotations map[string]any) bool {
	_, ok := annotations[annotationName]
	return ok
}

func decode(annotations map[string]any) (declared, error) {
	raw, ok := annotations[annotationName]
	if !ok {
		return declared{}, nil
	}
	text, err := json.Marshal(raw)
	if err != nil {
		return declared{}, fmt.Errorf("read annotation: %w", err)
	}
	var d declared
	if err := json.Unmarshal(text, &d); err != nil {
		return declared{}, fmt.Errorf("read annotation: %w", err)
	}
	return d, nil
}
