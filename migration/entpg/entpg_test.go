package entpg_test

import (
	"encoding/json"
	"testing"

	"entgo.io/ent/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration/entpg"
)

// Every type of annotation implements core.SchemaAnnotation.
var _ = []core.SchemaAnnotation{
	(*entpg.Index)(nil), (*entpg.Reference)(nil), (*entpg.GeneratedColumn)(nil), (*entpg.CompositeKey)(nil),
	(*entpg.UniqueKey)(nil), (*entpg.Exclusion)(nil), (*entpg.RowSecurity)(nil), (*entpg.Policy)(nil),
	(*entpg.StorageParameters)(nil), (*entpg.Extension)(nil), (*entpg.EnumType)(nil), (*entpg.IdentityColumn)(nil),
	(*entpg.Renamed)(nil), (*entpg.OnlineObjects)(nil), (*entpg.StoredColumn)(nil),
}

// through passes annotations through JSON, as from a schema to the code
// generator.
func through(t *testing.T, annotations ...schema.Annotation) map[string]any {
	t.Helper()
	merged := annotations[0]
	for _, a := range annotations[1:] {
		merged = merged.(schema.Merger).Merge(a)
	}
	text, err := json.Marshal(map[string]any{merged.Name(): merged})
	require.NoError(t, err)
	var out map[string]any
	require.NoError(t, json.Unmarshal(text, &out))
	return out
}
