package entpg_test

import (
	"encoding/json"
	"testing"

	"entgo.io/ent"
	"entgo.io/ent/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration/entpg"
)

// Every type of extra is one for core.
var _ = []core.SchemaExtra{
	(*entpg.Index)(nil), (*entpg.Reference)(nil), (*entpg.GeneratedColumn)(nil), (*entpg.CompositeKey)(nil),
}

func TestFields(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		field    ent.Field
		sqlType  string
		optional bool
	}{
		{entpg.Vector("f", 3), "vector(3)", false},
		{entpg.HalfVector("f", 3).Optional().Nillable(), "halfvec(3)", true},
		{entpg.TextArray("f").Comment("c").StorageKey("k").StructTag(`json:"x"`).Immutable().Unique(), "text[]", false},
	} {
		d := test.field.Descriptor()
		require.NoError(t, d.Err)
		require.Equal(t, test.sqlType, d.SchemaType["postgres"])
		require.Equal(t, test.optional, d.Optional)
	}
	for _, f := range []ent.Field{entpg.ID(), entpg.Text("f"), entpg.Object("f"), entpg.CreatedAt()} {
		require.NoError(t, f.Descriptor().Err)
	}
	require.NotNil(t, entpg.Object("f").Descriptor().Default)
	optional := entpg.Object("f").Optional().Descriptor()
	require.Nil(t, optional.Default)
	require.Empty(t, optional.Annotations)
	d := entpg.TextArray("f").Comment("c").StorageKey("k").StructTag("t").Immutable().Unique().Descriptor()
	require.Equal(t, []any{"c", "k", "t", true, true}, []any{d.Comment, d.StorageKey, d.Tag, d.Immutable, d.Unique})
	require.Len(t, entpg.Timestamps{}.Fields(), 2)
}

// through sends an annotation the way from a schema to the code generator.
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

func TestTableExtras(t *testing.T) {
	t.Parallel()
	got, err := entpg.TableExtras("notes", through(t,
		entpg.Indexes(entpg.HNSW("a", "v", entpg.VectorCosine)),
		entpg.PrimaryKey("x", "y"),
		entpg.Indexes(entpg.HNSWHalf("b", "w", 3072, entpg.HalfVectorL2)),
	))
	require.NoError(t, err)
	require.Equal(t, []core.SchemaExtra{
		&entpg.CompositeKey{Table: "notes", Columns: []string{"x", "y"}},
		&entpg.Index{
			Table: "notes", Name: "a", Using: "hnsw", Where: "v IS NOT NULL",
			Parts: []entpg.Part{{Column: "v", OpClass: "vector_cosine_ops"}},
		},
		&entpg.Index{
			Table: "notes", Name: "b", Using: "hnsw", Where: "w IS NOT NULL",
			Parts: []entpg.Part{{Expr: "w::halfvec(3072)", OpClass: "halfvec_l2_ops"}},
		},
	}, got)
	for _, x := range got {
		require.Equal(t, "notes", x.TableName())
	}
	none, err := entpg.TableExtras("notes", nil)
	require.NoError(t, err)
	require.Empty(t, none)
}

func TestColumnExtras(t *testing.T) {
	t.Parallel()
	got, err := entpg.ColumnExtras("notes", "user_id", through(t,
		entpg.References("public", "entities", "id", entpg.SetNull), entpg.Generated("gen_random_uuid()")))
	require.NoError(t, err)
	require.Equal(t, []core.SchemaExtra{
		&entpg.Reference{
			Table: "notes", Column: "user_id",
			RefNamespace: "public", RefTable: "entities", RefColumn: "id", OnDelete: "SET NULL",
		},
		&entpg.GeneratedColumn{Table: "notes", Column: "user_id", Expr: "gen_random_uuid()"},
	}, got)
	for _, x := range got {
		require.Equal(t, "notes", x.TableName())
	}
}

// Mistakes are found when the code is generated, and say where.
func TestDeclarationErrors(t *testing.T) {
	t.Parallel()
	part := entpg.Part{Column: "a"}
	for _, test := range []struct {
		annotation schema.Annotation
		onColumn   bool
		want       string
	}{
		{entpg.Indexes(entpg.Index{Parts: []entpg.Part{part}}), false, "no Name"},
		{entpg.Indexes(entpg.Index{Name: "i"}), false, "no Parts"},
		{entpg.Indexes(entpg.Index{Name: "i", Parts: []entpg.Part{{}}}), false, "either Column or Expr"},
		{entpg.Indexes(entpg.Index{Name: "i", Parts: []entpg.Part{{Column: "a", Expr: "b"}}}), false, "either Column or Expr"},
		{entpg.PrimaryKey("a"), false, "two columns"},
		{entpg.References("a", "b", "c", entpg.Cascade), false, "field's Annotations"},
		{entpg.Generated("x"), false, "field's Annotations"},
		{entpg.Indexes(entpg.Index{Name: "i", Parts: []entpg.Part{part}}), true, "schema's Annotations"},
		{entpg.PrimaryKey("a", "b"), true, "schema's Annotations"},
		{entpg.References("a", "", "c", entpg.Cascade), true, "a table and a column"},
		{entpg.References("a", "b", "c", ""), true, "on delete"},
		{entpg.Generated(""), true, "expression"},
	} {
		var err error
		if test.onColumn {
			_, err = entpg.ColumnExtras("notes", "c", through(t, test.annotation))
		} else {
			_, err = entpg.TableExtras("notes", through(t, test.annotation))
		}
		require.ErrorContains(t, err, test.want)
		require.ErrorContains(t, err, `table "notes"`)
	}
	_, err := entpg.TableExtras("notes", map[string]any{"ElizagoPG": map[string]any{"Indexes": 1}})
	require.ErrorContains(t, err, "read annotation")
}
