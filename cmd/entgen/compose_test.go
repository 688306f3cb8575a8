package main

import (
	"testing"

	"entgo.io/ent"
	"entgo.io/ent/entc/gen"
	"entgo.io/ent/entc/load"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration/entpg"
)

// Types of one schema each, wrong in one way each.
type (
	declared struct {
		ent.Schema
		fields      []ent.Field
		annotations []schema.Annotation
	}
	First  struct{ declared }
	Second struct{ declared }
)

func (d declared) Fields() []ent.Field              { return d.fields }
func (d declared) Annotations() []schema.Annotation { return d.annotations }

// graph is ent's of the schemas, in the way that they come from a package.
func graph(t *testing.T, schemas ...ent.Interface) *gen.Graph {
	t.Helper()
	var loaded []*load.Schema
	for _, s := range schemas {
		text, err := load.MarshalSchema(s)
		require.NoError(t, err)
		l, err := load.UnmarshalSchema(text)
		require.NoError(t, err)
		loaded = append(loaded, l)
	}
	storage, err := gen.NewStorage("sql")
	require.NoError(t, err)
	// Without the check that storage makes of the namespaces, which compose
	// makes with more words.
	storage = &gen.Storage{
		Name: storage.Name, Dialects: storage.Dialects, SchemaMode: storage.SchemaMode,
		Builder: storage.Builder, OpCode: storage.OpCode, Ops: storage.Ops, Init: func(*gen.Graph) error { return nil },
	}
	g, err := gen.NewGraph(&gen.Config{Package: "example.com/x", Target: t.TempDir(), Storage: storage, IDType: &field.TypeInfo{Type: field.TypeInt}}, loaded...)
	require.NoError(t, err)
	return g
}

func TestComposeErrors(t *testing.T) {
	t.Parallel()
	in := entpg.Namespace
	for name, test := range map[string]struct {
		schemas []ent.Interface
		want    string
	}{
		"no namespace": {[]ent.Interface{First{}}, `schema First names no namespace: add entpg.Namespace`},
		"two namespaces": {
			[]ent.Interface{First{declared{annotations: []schema.Annotation{in("a")}}}, Second{declared{annotations: []schema.Annotation{in("b")}}}},
			`schema Second is in namespace "b", but First is in "a"`,
		},
		"key of no field": {
			[]ent.Interface{First{declared{annotations: []schema.Annotation{in("a"), entpg.PrimaryKey("x", "y")}}}},
			`names column "x", which the schema does not have`,
		},
		"key that can change": {
			[]ent.Interface{First{declared{
				fields:      []ent.Field{entpg.Text("x"), entpg.Text("y")},
				annotations: []schema.Annotation{in("a"), entpg.PrimaryKey("x", "y")},
			}}},
			"field x of schema First is in its primary key: make it Immutable",
		},
		"key beside an id": {
			[]ent.Interface{First{declared{
				fields:      []ent.Field{entpg.ID(), entpg.Text("x"), entpg.Text("y")},
				annotations: []schema.Annotation{in("a"), entpg.PrimaryKey("x", "y")},
			}}},
			`both a field "id" and entpg.PrimaryKey`,
		},
		"index without parts": {
			[]ent.Interface{First{declared{annotations: []schema.Annotation{in("a"), entpg.Indexes(entpg.Index{Name: "i"})}}}},
			`table "firsts": index "i" has no Parts`,
		},
		"reference on a schema": {
			[]ent.Interface{First{declared{annotations: []schema.Annotation{in("a"), entpg.References("a", "b", "c", entpg.Cascade)}}}},
			"a field's Annotations",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			never := gen.GenerateFunc(func(*gen.Graph) error {
				t.Error("generated all the same")
				return nil
			})
			require.ErrorContains(t, compose(never).Generate(graph(t, test.schemas...)), test.want)
		})
	}
}

func TestLiteral(t *testing.T) {
	t.Parallel()
	var x core.SchemaExtra = &entpg.Index{
		Table: "t", Unique: true, Parts: []entpg.Part{{Column: "a", Desc: true}, {Expr: `"q"`}},
		With: map[string]string{"b": "2", "a": "1"}, Include: []string{},
	}
	require.Equal(t, "&entpg.Index{\nTable: \"t\",\nUnique: true,\nParts: []entpg.Part{{\nColumn: \"a\",\nDesc: true,\n}, {\nExpr: \"\\\"q\\\"\",\n}},\nWith: map[string]string{\"a\": \"1\", \"b\": \"2\"},\n}",
		literal(x))
}
