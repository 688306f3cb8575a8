package main

import (
	"testing"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/entc/gen"
	"entgo.io/ent/entc/load"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration/entpg"
)

// Schemas with one mistake each.
type (
	declared struct {
		ent.Schema
		fields      []ent.Field
		edges       []ent.Edge
		indexes     []ent.Index
		annotations []schema.Annotation
	}
	First  struct{ declared }
	Second struct{ declared }

	// Other is a stand-in for a table of another schema owner.
	Other struct{ declared }
)

func (d declared) Fields() []ent.Field              { return d.fields }
func (d declared) Edges() []ent.Edge                { return d.edges }
func (d declared) Indexes() []ent.Index             { return d.indexes }
func (d declared) Annotations() []schema.Annotation { return d.annotations }

// graph returns ent's graph of the schemas, as loaded from a package.
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
	// Without storage's check of the namespaces; that of compose has a better
	// message.
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
	own := func(annotations ...schema.Annotation) ent.Interface {
		return First{declared{annotations: append([]schema.Annotation{in("a")}, annotations...)}}
	}
	other := func(namespace, table string, fields ...ent.Field) ent.Interface {
		return Other{declared{fields: fields, annotations: entpg.StandIn(namespace, table).Annotations()}}
	}
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
		"index of no column": {
			[]ent.Interface{own(entpg.Indexes(entpg.Index{Name: "i", Parts: []entpg.Part{{Column: "id"}, {Expr: "1"}}, Include: []string{"x"}}))},
			`the index "i" of table "firsts" names column "x", which the table does not have: it has id`,
		},
		"unique key of no column": {
			[]ent.Interface{own(entpg.UniqueKeys(entpg.UniqueKey{Name: "u", Columns: []string{"x"}}))},
			`the unique key "u" of table "firsts" names column "x"`,
		},
		"exclusion of no column": {
			[]ent.Interface{own(entpg.Exclusions(entpg.Exclusion{Name: "e", Parts: []entpg.ExclusionPart{{Column: "x", Operator: "="}}}))},
			`the exclusion "e" of table "firsts" names column "x"`,
		},
		"index with a table's name": {
			[]ent.Interface{own(entpg.Indexes(entpg.Index{Name: "firsts", Parts: []entpg.Part{{Column: "id"}}}))},
			`"firsts" is the name of table "firsts" and of an index of table "firsts"`,
		},
		"index with an index's name": {
			[]ent.Interface{First{declared{
				fields:      []ent.Field{entpg.Text("x")},
				indexes:     []ent.Index{index.Fields("x").StorageKey("i")},
				annotations: []schema.Annotation{in("a"), entpg.Indexes(entpg.Index{Name: "i", Parts: []entpg.Part{{Column: "x"}}})},
			}}},
			`"i" is the name of an index of table "firsts" and of an index of table "firsts"`,
		},
		"two references of one name": {
			[]ent.Interface{First{declared{
				fields: []ent.Field{entpg.Text("x").Annotations(
					entpg.References("b", "users", "id", entpg.Cascade), entpg.References("c", "users", "id", entpg.Cascade))},
				annotations: []schema.Annotation{in("a")},
			}}},
			`table "firsts" has two constraints "firsts_x_users_id_fk"`,
		},
		"one type, two lists of values": {
			[]ent.Interface{First{declared{
				fields:      []ent.Field{entpg.Enum("x", "mood", "sad"), entpg.Enum("y", "mood", "happy")},
				annotations: []schema.Annotation{in("a")},
			}}},
			`columns firsts.x and firsts.y share the type "mood" with different values`,
		},
		"a type with a table's name": {
			[]ent.Interface{First{declared{fields: []ent.Field{entpg.Enum("x", "firsts", "sad")}, annotations: []schema.Annotation{in("a")}}}},
			`the type "firsts" of column firsts.x has the name of a table`,
		},
		"table renamed from one that stays": {
			[]ent.Interface{own(entpg.RenamedFrom("seconds")), Second{declared{annotations: []schema.Annotation{in("a")}}}},
			`table "firsts" is declared to be renamed from "seconds"`,
		},
		"column renamed from one that stays": {
			[]ent.Interface{First{declared{
				fields:      []ent.Field{entpg.Text("x").Annotations(entpg.RenamedFrom("y")), entpg.Text("y")},
				annotations: []schema.Annotation{in("a")},
			}}},
			`column firsts.x is declared to be renamed from "y"`,
		},
		"online without an object": {
			[]ent.Interface{own(entpg.Online("i"), entsql.Checks(map[string]string{"c": "true"}))},
			`entpg.Online of table "firsts" names "i", which is no index or constraint of it: it has c`,
		},
		"identity of text": {
			[]ent.Interface{First{declared{
				fields:      []ent.Field{field.Text("x").Optional().Annotations(entpg.Identity(entpg.IdentityColumn{}))},
				annotations: []schema.Annotation{in("a")},
			}}},
			`column "x" of table "firsts": it is an Identity and no integer`,
		},
		"generated with a database default": {
			[]ent.Interface{First{declared{
				fields:      []ent.Field{entpg.Text("x").Optional().Annotations(entpg.Generated("'a'"), entsql.Default("b"))},
				annotations: []schema.Annotation{in("a")},
			}}},
			`column "x" of table "firsts": it is Generated and has a default`,
		},
		"annotation of a key": {
			[]ent.Interface{First{declared{
				fields:      []ent.Field{entpg.ID().Annotations(entpg.References("b", "", "id", entpg.Cascade))},
				annotations: []schema.Annotation{in("a")},
			}}},
			`column "id" of table "firsts": its reference wants a table`,
		},
		"annotation of an edge": {
			[]ent.Interface{First{declared{
				edges:       []ent.Edge{edge.To("more", First.Type).Annotations(entpg.Online("x"))},
				annotations: []schema.Annotation{in("a")},
			}}},
			"edge First.more has an annotation of entpg",
		},
		"annotation of an index": {
			[]ent.Interface{First{declared{
				fields:      []ent.Field{entpg.Text("x")},
				indexes:     []ent.Index{index.Fields("x").StorageKey("i").Annotations(entpg.Online("i"))},
				annotations: []schema.Annotation{in("a")},
			}}},
			`index "i" of schema First has an annotation of entpg`,
		},
		"delete action on the wrong side": {
			[]ent.Interface{First{declared{
				edges: []ent.Edge{
					edge.To("children", First.Type),
					edge.From("parent", First.Type).Ref("children").Unique().Annotations(entsql.OnDelete(entsql.Cascade)),
				},
				annotations: []schema.Annotation{in("a")},
			}}},
			"put it on edge First.children",
		},
		"skipped with edges": {
			[]ent.Interface{First{declared{
				edges:       []ent.Edge{edge.To("more", First.Type)},
				annotations: []schema.Annotation{in("a"), entsql.Skip()},
			}}},
			"use entpg.StandIn",
		},
		"stand-ins alone":          {[]ent.Interface{other("b", "others", entpg.ID())}, "stand-ins only"},
		"stand-in without a table": {[]ent.Interface{own(), other("", "others", entpg.ID())}, "entpg.StandIn(namespace, table)"},
		"stand-in for an own table": {
			[]ent.Interface{own(), other("a", "others", entpg.ID())},
			`schema Other stands for a table of namespace "a", which is the plugin's own`,
		},
		"stand-in without a key": {[]ent.Interface{own(), other("b", "others")}, `declare the field "id"`},
		"stand-in of the same name": {
			[]ent.Interface{own(), other("b", "firsts", entpg.ID())},
			`schemas First and Other both have a table "firsts"`,
		},
		"stand-in that declares": {
			[]ent.Interface{own(), other("b", "others", entpg.ID(), entpg.Text("x").Optional().Annotations(entpg.Generated("1")))},
			"field x of stand-in Other declares a entpg.GeneratedColumn",
		},
		"stand-in with indexes": {
			[]ent.Interface{own(), Other{declared{
				fields:      []ent.Field{entpg.ID(), entpg.Text("x")},
				indexes:     []ent.Index{index.Fields("x")},
				annotations: entpg.StandIn("b", "others").Annotations(),
			}}},
			"declares indexes",
		},
		"column for a stand-in": {
			[]ent.Interface{First{declared{
				edges:       []ent.Edge{edge.To("others", Other.Type)},
				annotations: []schema.Annotation{in("a")},
			}}, other("b", "others", entpg.ID())},
			`edge First.others would put a column into table "others"`,
		},
		"tables alone": {[]ent.Interface{own(entpg.TableOnly())}, "all schemas are entpg.TableOnly"},
		"read-only, and a table alone": {
			[]ent.Interface{own(), Second{declared{annotations: []schema.Annotation{in("a"), entpg.ReadOnly(), entpg.TableOnly()}}}},
			`table "seconds" is ReadOnly and TableOnly`,
		},
		"a read-only stand-in": {
			[]ent.Interface{own(), Other{declared{
				fields:      []ent.Field{entpg.ID()},
				annotations: []schema.Annotation{entpg.StandIn("b", "others").Annotations()[0], entpg.StandIn("b", "others").Annotations()[1].(schema.Merger).Merge(entpg.ReadOnly())},
			}}},
			"its stand-in declares ReadOnly",
		},
		"read-only edge schema": {
			[]ent.Interface{
				First{declared{
					edges:       []ent.Edge{edge.To("others", First.Type).Through("links", Second.Type)},
					annotations: []schema.Annotation{in("a")},
				}},
				Second{declared{
					fields: []ent.Field{field.Int("first_id"), field.Int("other_id")},
					edges: []ent.Edge{
						edge.To("first", First.Type).Unique().Required().Field("first_id"),
						edge.To("other", First.Type).Unique().Required().Field("other_id"),
					},
					annotations: []schema.Annotation{in("a"), entpg.ReadOnly()},
				}},
			},
			"schema Second is the edge schema of a Through",
		},
		"column of a read-only table": {
			[]ent.Interface{First{declared{
				edges:       []ent.Edge{edge.To("seconds", Second.Type)},
				annotations: []schema.Annotation{in("a")},
			}}, Second{declared{annotations: []schema.Annotation{in("a"), entpg.ReadOnly()}}}},
			`edge First.seconds would let the client write a column of table "seconds"`,
		},
		"column that the client could not set": {
			[]ent.Interface{First{declared{
				edges:       []ent.Edge{edge.To("second", Second.Type).Unique().Required()},
				annotations: []schema.Annotation{in("a")},
			}}, Second{declared{annotations: []schema.Annotation{in("a"), entpg.TableOnly()}}}},
			"edge First.second is Required and to Second, which is entpg.TableOnly",
		},
		"table for a stand-in": {
			[]ent.Interface{
				First{declared{
					edges:       []ent.Edge{edge.From("others", Other.Type).Ref("firsts")},
					annotations: []schema.Annotation{in("a")},
				}},
				Other{declared{
					fields:      []ent.Field{entpg.ID()},
					edges:       []ent.Edge{edge.To("firsts", First.Type)},
					annotations: entpg.StandIn("b", "others").Annotations(),
				}},
			},
			"declare edge.To in First and edge.From in Other",
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
	var x core.SchemaAnnotation = &entpg.Index{
		Table: "t", Unique: true, Parts: []entpg.Part{{Column: "a", Desc: true}, {Expr: `"q"`}},
		With: map[string]string{"b": "2", "a": "1"}, Include: []string{},
	}
	require.Equal(t, "&entpg.Index{\nTable: \"t\",\nUnique: true,\nParts: []entpg.Part{{\nColumn: \"a\",\nDesc: true,\n}, {\nExpr: \"\\\"q\\\"\",\n}},\nWith: map[string]string{\"a\": \"1\", \"b\": \"2\"},\n}",
		literal(x))
}
