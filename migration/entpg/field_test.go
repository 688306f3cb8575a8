package entpg_test

import (
	"testing"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/migration/entpg"
)

func TestFields(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		field    ent.Field
		sqlType  string
		optional bool
	}{
		{entpg.Vector("f", 3), "vector(3)", false},
		{entpg.HalfVector("f", 3).Optional().Nillable(), "halfvec(3)", true},
		{entpg.HalfVector("f", 0).Optional().Nillable(), "halfvec", true},
		{entpg.SparseVector("f", 30000), "sparsevec(30000)", false},
		{entpg.TextArray("f").Comment("c").StorageKey("k").StructTag(`json:"x"`).Immutable().Unique(), "text[]", false},
		{entpg.Int64Array("f"), "bigint[]", false},
		{entpg.UUIDArray("f").Optional(), "uuid[]", true},
		{entpg.Enum("f", "f_type", "a", "b").Default("a"), "f_type", false},
	} {
		d := test.field.Descriptor()
		require.NoError(t, d.Err)
		require.Equal(t, test.sqlType, d.SchemaType["postgres"])
		require.Equal(t, test.optional, d.Optional)
	}
	for _, f := range []ent.Field{entpg.ID(), entpg.Text("f"), entpg.Object("f"), entpg.CreatedAt()} {
		require.NoError(t, f.Descriptor().Err)
	}
	d := entpg.TextArray("f").Comment("c").StorageKey("k").StructTag("t").Immutable().Unique().Descriptor()
	require.Equal(t, []any{"c", "k", "t", true, true}, []any{d.Comment, d.StorageKey, d.Tag, d.Immutable, d.Unique})
	require.Len(t, entpg.Timestamps{}.Fields(), 2)
}

// Optional drops the defaults of an object and nothing else, in any order of
// modifiers.
func TestOptionalObject(t *testing.T) {
	t.Parallel()
	require.NotNil(t, entpg.Object("f").Descriptor().Default)
	require.Len(t, entpg.Object("f").Descriptor().Annotations, 1)
	comments := entsql.WithComments(true)
	renamed := entpg.RenamedFrom("g")
	for _, f := range []*entpg.Field{
		entpg.Object("f").Optional().Annotations(renamed, comments),
		entpg.Object("f").Annotations(renamed, comments).Optional(),
	} {
		d := f.Descriptor()
		require.True(t, d.Optional)
		require.Nil(t, d.Default)
		require.Equal(t, []any{renamed, comments}, []any{d.Annotations[0], d.Annotations[1]})
		require.Len(t, d.Annotations, 2)
	}
}
