package entpg_test

import (
	"strings"
	"testing"

	"entgo.io/ent/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration/entpg"
)

func TestColumnAnnotations(t *testing.T) {
	t.Parallel()
	column := entpg.Column{Table: "notes", Name: "c", Integer: true, Optional: true}
	for _, test := range []struct {
		annotations []schema.Annotation
		want        core.SchemaAnnotation
	}{
		{
			[]schema.Annotation{entpg.References("public", "entities", "id", entpg.SetNull)},
			&entpg.Reference{Table: "notes", Column: "c", RefNamespace: "public", RefTable: "entities", RefColumn: "id", OnDelete: "SET NULL"},
		},
		{
			[]schema.Annotation{entpg.ForeignKey(entpg.Reference{
				Name: "fk", RefTable: "users", RefColumn: "id", OnDelete: entpg.Restrict, OnUpdate: entpg.SetDefault, Deferral: entpg.Deferrable,
			})},
			&entpg.Reference{
				Table: "notes", Column: "c", Name: "fk", RefTable: "users", RefColumn: "id",
				OnDelete: "RESTRICT", OnUpdate: "SET DEFAULT", Deferral: "DEFERRABLE",
			},
		},
		{
			[]schema.Annotation{entpg.Generated("gen_random_uuid()")},
			&entpg.GeneratedColumn{Table: "notes", Column: "c", Expr: "gen_random_uuid()"},
		},
		{
			[]schema.Annotation{entpg.Identity(entpg.IdentityColumn{Always: true, Start: 5, Increment: -1})},
			&entpg.IdentityColumn{Table: "notes", Column: "c", Always: true, Start: 5, Increment: -1},
		},
		{
			entpg.Enum("c", "mood", "sad", "happy").Descriptor().Annotations,
			&entpg.EnumType{Table: "notes", Column: "c", Name: "mood", Values: []string{"sad", "happy"}},
		},
		{
			[]schema.Annotation{entpg.ColumnStorage(entpg.StorageExternal)},
			&entpg.StoredColumn{Table: "notes", Column: "c", Storage: "EXTERNAL"},
		},
		{
			[]schema.Annotation{entpg.RenamedFrom("b"), entpg.RenamedFrom("b")},
			&entpg.Renamed{Table: "notes", Column: "c", From: "b"},
		},
	} {
		got, err := entpg.ColumnAnnotations(column, through(t, test.annotations...))
		require.NoError(t, err)
		require.Equal(t, []core.SchemaAnnotation{test.want}, got)
		require.Equal(t, "notes", got[0].TableName())
	}
	both, err := entpg.ColumnAnnotations(column, through(t, entpg.ColumnStorage(entpg.StoragePlain), entpg.Generated("1")))
	require.NoError(t, err)
	require.Equal(t, []core.SchemaAnnotation{
		&entpg.GeneratedColumn{Table: "notes", Column: "c", Expr: "1"},
		&entpg.StoredColumn{Table: "notes", Column: "c", Storage: entpg.StoragePlain},
	}, both)
	r := &entpg.Reference{Table: "notes", Column: "c", RefTable: "users", RefColumn: "id"}
	require.Equal(t, "notes_c_users_id_fk", r.ConstraintName())
	r.Name = "fk"
	require.Equal(t, "fk", r.ConstraintName())
}

// Mistakes are found at code generation, with their location.
func TestColumnAnnotationsErrors(t *testing.T) {
	t.Parallel()
	merge := func(a, b schema.Annotation) schema.Annotation { return a.(schema.Merger).Merge(b) }
	identity := entpg.Identity(entpg.IdentityColumn{})
	enum := func(name string, values ...string) schema.Annotation {
		return entpg.Enum("c", name, values...).Descriptor().Annotations[0]
	}
	optional := entpg.Column{Optional: true, Integer: true}
	for _, test := range []struct {
		column     entpg.Column
		annotation schema.Annotation
		want       string
	}{
		{optional, entpg.References("a", "", "c", entpg.Cascade), "a table and a column"},
		{optional, entpg.References("a", "b", "c", ""), "on delete"},
		{optional, entpg.References("a", "b", "c", "DROP"), `unknown action "DROP" on delete`},
		{optional, entpg.ForeignKey(entpg.Reference{RefTable: "b", RefColumn: "c", OnDelete: entpg.Cascade, OnUpdate: "X"}), `unknown action "X" on update`},
		{optional, entpg.ForeignKey(entpg.Reference{RefTable: "b", RefColumn: "c", OnDelete: entpg.Cascade, Deferral: "X"}), `unknown deferral "X"`},
		{optional, entpg.References("a", strings.Repeat("b", 60), "c", entpg.Cascade), "give it a shorter one"},
		{entpg.Column{}, entpg.References("a", "b", "c", entpg.SetNull), "make the field Optional"},
		{optional, entpg.Generated(""), "expression"},
		{optional, merge(entpg.Generated("1"), entpg.Generated("2")), "Generated twice"},
		{optional, merge(entpg.Generated("1"), identity), "both Generated and an Identity"},
		{entpg.Column{}, entpg.Generated("1"), "make the field Optional"},
		{entpg.Column{Optional: true, Default: true}, entpg.Generated("1"), "leave the default out"},
		{optional, merge(identity, identity), "Identity twice"},
		{entpg.Column{Optional: true}, identity, "no integer"},
		{entpg.Column{Optional: true, Integer: true, Default: true}, identity, "leave the default out"},
		{entpg.Column{Integer: true}, identity, "make the field Optional"},
		{optional, enum("mood"), "no values"},
		{optional, enum("mood", "sad", "sad"), `value "sad" twice`},
		{optional, enum("mood", "sad", ""), "value 2 of the type \"mood\" is empty"},
		{optional, enum("mood", strings.Repeat("x", 64)), "64 bytes"},
		{optional, enum("", "sad"), "has no Name"},
		{optional, enum("Mood", "sad"), "lower-case letters"},
		{optional, enum("public.mood", "sad"), "lower-case letters"},
		{optional, entpg.ColumnStorage("plain"), `unknown mode "plain"`},
		{optional, entpg.ColumnStorage(""), "use StoragePlain, StorageMain, StorageExternal or StorageExtended"},
		{optional, merge(entpg.ColumnStorage(entpg.StorageMain), entpg.ColumnStorage(entpg.StoragePlain)), "ColumnStorage twice"},
		{optional, entpg.RenamedFrom(""), "has no Name"},
		{optional, entpg.RenamedFrom("c"), "names the present name"},
		{optional, entpg.Indexes(entpg.Index{Name: "i"}), "Indexes belongs to the schema's Annotations"},
		{optional, entpg.PrimaryKey("a", "b"), "PrimaryKey belongs to the schema's Annotations"},
		{optional, entpg.UniqueKeys(entpg.UniqueKey{}), "UniqueKeys belongs"},
		{optional, entpg.Exclusions(entpg.Exclusion{}), "Exclusions belongs"},
		{optional, entpg.RowLevelSecurity(), "RowLevelSecurity belongs"},
		{optional, entpg.Policies(entpg.Policy{}), "Policies belongs"},
		{optional, entpg.Storage(map[string]string{"a": "b"}), "Storage belongs"},
		{optional, entpg.Extensions("a"), "Extensions belongs"},
		{optional, entpg.Online("a"), "Online belongs"},
	} {
		column := test.column
		column.Table, column.Name = "notes", "c"
		_, err := entpg.ColumnAnnotations(column, through(t, test.annotation))
		require.ErrorContains(t, err, test.want)
		require.ErrorContains(t, err, `table "notes"`)
	}
	// An id needs no Optional: ent lets the database generate it anyway.
	_, err := entpg.ColumnAnnotations(entpg.Column{Table: "notes", Name: "id", Integer: true, Key: true}, through(t, identity))
	require.NoError(t, err)
	_, err = entpg.ColumnAnnotations(entpg.Column{Table: "notes", Name: "c"}, map[string]any{"ElizagoPG": 1})
	require.ErrorContains(t, err, "read annotation")
	require.True(t, entpg.Declares(through(t, identity)))
	require.False(t, entpg.Declares(nil))
}
