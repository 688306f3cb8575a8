package entpg_test

import (
	"strings"
	"testing"

	"entgo.io/ent/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration/entpg"
)

func TestTableAnnotations(t *testing.T) {
	t.Parallel()
	got, err := entpg.TableAnnotations("notes", through(t,
		entpg.Indexes(entpg.HNSW("a", "v", entpg.VectorCosine)),
		entpg.PrimaryKey("x", "y"),
		entpg.Indexes(entpg.HNSWHalf("b", "w", 3072, entpg.HalfVectorL2), entpg.IVFFlat("c", "v", entpg.VectorIP, 100)),
		entpg.UniqueKeys(entpg.UniqueKey{Name: "u", Columns: []string{"x"}, Deferral: entpg.Deferrable}),
		entpg.Exclusions(entpg.Exclusion{Name: "e", Parts: []entpg.ExclusionPart{{Column: "x", Operator: "OPERATOR(public.=)"}}}),
		entpg.ForceRowLevelSecurity(), entpg.RowLevelSecurity(),
		entpg.Policies(entpg.Policy{Name: "p", For: entpg.Insert, To: []string{"app"}, Check: "true"}),
		entpg.Storage(map[string]string{"fillfactor": "70", "toast.autovacuum_enabled": "false"}),
		entpg.Storage(map[string]string{"fillfactor": "80"}),
		entpg.Extensions("pg_trgm", "btree_gist"), entpg.Extensions("pg_trgm"),
		entpg.Views(entpg.View{Name: "second", SQL: "SELECT 2 AS two"}), entpg.Views(entpg.View{SQL: "SELECT 1 AS one"}),
		entpg.Online("c"), entpg.Online("a", "c"),
		entpg.RenamedFrom("texts"), entpg.RenamedFrom("memos"),
	))
	require.NoError(t, err)
	require.Equal(t, []core.SchemaAnnotation{
		&entpg.CompositeKey{Table: "notes", Columns: []string{"x", "y"}},
		&entpg.Index{
			Table: "notes", Name: "a", Using: "hnsw", Where: "v IS NOT NULL",
			Parts: []entpg.Part{{Column: "v", OpClass: "vector_cosine_ops"}},
		},
		&entpg.Index{
			Table: "notes", Name: "b", Using: "hnsw", Where: "w IS NOT NULL",
			Parts: []entpg.Part{{Expr: "w::halfvec(3072)", OpClass: "halfvec_l2_ops"}},
		},
		&entpg.Index{
			Table: "notes", Name: "c", Using: "ivfflat", Where: "v IS NOT NULL",
			Parts: []entpg.Part{{Column: "v", OpClass: "vector_ip_ops"}},
			With:  map[string]string{"lists": "100"},
		},
		&entpg.UniqueKey{Table: "notes", Name: "u", Columns: []string{"x"}, Deferral: "DEFERRABLE"},
		&entpg.Exclusion{Table: "notes", Name: "e", Parts: []entpg.ExclusionPart{{Column: "x", Operator: "OPERATOR(public.=)"}}},
		&entpg.RowSecurity{Table: "notes", Force: true},
		&entpg.Policy{Table: "notes", Name: "p", For: "INSERT", To: []string{"app"}, Check: "true"},
		&entpg.StorageParameters{Table: "notes", With: map[string]string{"fillfactor": "80", "toast.autovacuum_enabled": "false"}},
		&entpg.Extension{Table: "notes", Name: "btree_gist"},
		&entpg.Extension{Table: "notes", Name: "pg_trgm"},
		&entpg.View{Name: "second", SQL: "SELECT 2 AS two"},
		&entpg.View{Name: "notes", SQL: "SELECT 1 AS one"},
		&entpg.OnlineObjects{Table: "notes", Names: []string{"a", "c"}},
		&entpg.Renamed{Table: "notes", From: "memos"},
		&entpg.Renamed{Table: "notes", From: "texts"},
	}, got)
	for _, x := range got {
		want := "notes"
		switch x.(type) {
		case *entpg.Extension, *entpg.View:
			want = "" // the schema's
		}
		require.Equal(t, want, x.TableName())
	}
	none, err := entpg.TableAnnotations("notes", nil)
	require.NoError(t, err)
	require.Empty(t, none)
}

// The mixin adds a stand-in's two annotations; it declares no annotations.
func TestStandIn(t *testing.T) {
	t.Parallel()
	annotations := entpg.StandIn("public", "agents").Annotations()
	require.Len(t, annotations, 2)
	got := through(t, annotations[1:]...)
	is, err := entpg.IsStandIn(got)
	require.NoError(t, err)
	require.True(t, is)
	none, err := entpg.TableAnnotations("agents", got)
	require.NoError(t, err)
	require.Empty(t, none)
	is, err = entpg.IsStandIn(nil)
	require.NoError(t, err)
	require.False(t, is)
	for _, a := range []schema.Annotation{entpg.Storage(map[string]string{"fillfactor": "80"}), entpg.RenamedFrom("x")} {
		_, err = entpg.TableAnnotations("agents", through(t, annotations[1], a))
		require.ErrorContains(t, err, `table "agents" belongs to another schema owner`)
	}
}

// How much of a client is generated is nothing that the table has.
func TestClients(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		annotations         []schema.Annotation
		readOnly, tableOnly bool
	}{
		"whole":      {annotations: []schema.Annotation{entpg.Extensions("pg_trgm")}},
		"read-only":  {annotations: []schema.Annotation{entpg.ReadOnly(), entpg.Extensions("pg_trgm")}, readOnly: true},
		"table only": {annotations: []schema.Annotation{entpg.Extensions("pg_trgm"), entpg.TableOnly()}, tableOnly: true},
	} {
		got := through(t, test.annotations...)
		readOnly, err := entpg.IsReadOnly(got)
		require.NoError(t, err, name)
		require.Equal(t, test.readOnly, readOnly, name)
		tableOnly, err := entpg.IsTableOnly(got)
		require.NoError(t, err, name)
		require.Equal(t, test.tableOnly, tableOnly, name)
		annotations, err := entpg.TableAnnotations("notes", got)
		require.NoError(t, err, name)
		require.Equal(t, []core.SchemaAnnotation{&entpg.Extension{Table: "notes", Name: "pg_trgm"}}, annotations, name)
	}
	_, err := entpg.TableAnnotations("notes", through(t, entpg.ReadOnly(), entpg.TableOnly()))
	require.ErrorContains(t, err, `table "notes" is ReadOnly and TableOnly`)
	for _, a := range []schema.Annotation{entpg.ReadOnly(), entpg.TableOnly()} {
		_, err := entpg.ColumnAnnotations(entpg.Column{Table: "notes", Name: "id"}, through(t, a))
		require.ErrorContains(t, err, "Only belongs to the schema's Annotations")
	}
}

// Mistakes are found at code generation, with their location.
func TestTableAnnotationsErrors(t *testing.T) {
	t.Parallel()
	part := entpg.Part{Column: "a"}
	compared := []entpg.ExclusionPart{{Column: "a", Operator: "="}}
	long := strings.Repeat("x", 64)
	index := func(i entpg.Index) schema.Annotation {
		i.Name = "i"
		return entpg.Indexes(i)
	}
	policy := func(p entpg.Policy) schema.Annotation {
		p.Name = "p"
		return entpg.RowLevelSecurity().(schema.Merger).Merge(entpg.Policies(p))
	}
	unique := func(k entpg.UniqueKey) schema.Annotation {
		k.Name = "u"
		return entpg.UniqueKeys(k)
	}
	exclusion := func(x entpg.Exclusion) schema.Annotation {
		x.Name = "e"
		return entpg.Exclusions(x)
	}
	for _, test := range []struct {
		annotation schema.Annotation
		want       string
	}{
		{entpg.Indexes(entpg.Index{Parts: []entpg.Part{part}}), "an index has no Name"},
		{entpg.Indexes(entpg.Index{Name: long, Parts: []entpg.Part{part}}), "has 64 bytes and PostgreSQL keeps 63"},
		{index(entpg.Index{}), `index "i" has no Parts`},
		{index(entpg.Index{Parts: []entpg.Part{{}}}), "either Column or Expr in part 1"},
		{index(entpg.Index{Parts: []entpg.Part{part, {Column: "a", Expr: "b"}}}), "either Column or Expr in part 2"},
		{index(entpg.Index{Parts: []entpg.Part{{Column: "a", Nulls: "LATER"}}}), `unknown Nulls "LATER"`},
		{index(entpg.Index{Parts: []entpg.Part{{Column: "a", Desc: true}}, Using: "gin"}), "orders part 1, which gin cannot"},
		{index(entpg.Index{Parts: []entpg.Part{part}, Using: "GIN"}), `access method "GIN"`},
		{index(entpg.Index{Parts: []entpg.Part{part}, Using: "hash", Unique: true}), "which hash cannot be"},
		{index(entpg.Index{Parts: []entpg.Part{part}, NullsNotDistinct: true}), "not Unique"},
		{index(entpg.Index{Parts: []entpg.Part{part}, Using: "gin", Include: []string{"b"}}), "leave Include out"},
		{index(entpg.Index{Parts: []entpg.Part{part}, Include: []string{"a"}}), `both indexes and includes column "a"`},
		{index(entpg.Index{Parts: []entpg.Part{part}, Include: []string{"b", "b"}}), `names column "b" twice`},
		{index(entpg.Index{Parts: []entpg.Part{part}, With: map[string]string{"Fill": "1"}}), `parameter "Fill"`},
		{index(entpg.Index{Parts: []entpg.Part{part}, With: map[string]string{"fillfactor": ""}}), "fillfactor of index \"i\" has no value"},
		{index(entpg.Index{Parts: []entpg.Part{part}, Using: "ivfflat"}), `"" lists`},
		{entpg.Indexes(entpg.IVFFlat("i", "a", entpg.VectorL2, 0)), `"0" lists`},
		{entpg.PrimaryKey("a"), "two columns"},
		{entpg.PrimaryKey("a", "a"), `PrimaryKey names column "a" twice`},
		{entpg.UniqueKeys(entpg.UniqueKey{Columns: []string{"a"}}), "a unique key has no Name"},
		{unique(entpg.UniqueKey{}), `unique key "u" has no Columns`},
		{unique(entpg.UniqueKey{Columns: []string{""}}), `column 1 of unique key "u" has no name`},
		{unique(entpg.UniqueKey{Columns: []string{"a"}, Deferral: "LATER"}), `unknown deferral "LATER"`},
		{entpg.Exclusions(entpg.Exclusion{Parts: compared}), "an exclusion has no Name"},
		{exclusion(entpg.Exclusion{}), `exclusion "e" has no Parts`},
		{exclusion(entpg.Exclusion{Parts: compared, Using: "no name"}), "access method"},
		{exclusion(entpg.Exclusion{Parts: []entpg.ExclusionPart{{Operator: "="}}}), "either Column or Expr in part 1"},
		{exclusion(entpg.Exclusion{Parts: []entpg.ExclusionPart{{Column: "a"}}}), `operator "" in part 1`},
		{exclusion(entpg.Exclusion{Parts: []entpg.ExclusionPart{{Column: "a", Operator: "equals"}}}), `operator "equals"`},
		{exclusion(entpg.Exclusion{Parts: compared, Deferral: "NEVER"}), `unknown deferral "NEVER"`},
		{entpg.Policies(entpg.Policy{Name: "p", Using: "true"}), "add RowLevelSecurity()"},
		{entpg.RowLevelSecurity().(schema.Merger).Merge(entpg.Policies(entpg.Policy{Using: "true"})), "a policy has no Name"},
		{policy(entpg.Policy{}), `policy "p" has no condition`},
		{policy(entpg.Policy{For: "TRUNCATE", Using: "true"}), `unknown command "TRUNCATE"`},
		{policy(entpg.Policy{For: entpg.Insert, Using: "true"}), "use Check"},
		{policy(entpg.Policy{For: entpg.Select, Check: "true"}), "is for SELECT and has Check"},
		{policy(entpg.Policy{For: entpg.Delete, Using: "true", Check: "true"}), "use Using"},
		{policy(entpg.Policy{Using: "true", To: []string{""}}), `a role in To of policy "p" has no Name`},
		{policy(entpg.Policy{Using: "true", To: []string{"PUBLIC"}}), "leave To empty"},
		{entpg.Storage(map[string]string{"fill factor": "1"}), `parameter "fill factor"`},
		{entpg.Storage(map[string]string{"fillfactor": ""}), "fillfactor of the table has no value"},
		{entpg.Extensions(""), "an extension has no Name"},
		{entpg.Online("i", ""), "an object in Online has no Name"},
		{entpg.RenamedFrom(""), "the table that it was renamed from has no Name"},
		{entpg.RenamedFrom("notes"), "names the present name"},
		{entpg.References("a", "b", "c", entpg.Cascade), "References belongs to a field's Annotations"},
		{entpg.Generated("x"), "Generated belongs to a field's Annotations"},
		{entpg.Identity(entpg.IdentityColumn{}), "Identity belongs to a field's Annotations"},
		{entpg.ColumnStorage(entpg.StoragePlain), "ColumnStorage belongs to a field's Annotations"},
		{entpg.Enum("f", "f", "a").Descriptor().Annotations[0], "Enum belongs to a field's Annotations"},
	} {
		_, err := entpg.TableAnnotations("notes", through(t, test.annotation))
		require.ErrorContains(t, err, test.want)
		require.ErrorContains(t, err, `entpg: table "notes"`)
	}
	_, err := entpg.TableAnnotations("notes", map[string]any{"ElizagoPG": map[string]any{"Indexes": 1}})
	require.ErrorContains(t, err, "read annotation")
}
