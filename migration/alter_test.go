package migration_test

import (
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
	"github.com/elizago/elizago/migration/plan"
)

func hnsw(m string) core.SchemaAnnotation {
	return &entpg.Index{
		Table: "t", Name: "by_v", Using: "hnsw", With: map[string]string{"m": m},
		Parts: []entpg.Part{{Column: "v", OpClass: entpg.VectorCosine}},
	}
}

func generated(expr string) core.SchemaAnnotation {
	return &entpg.GeneratedColumn{Table: "t", Column: "g", Expr: expr}
}

func withDefault(c *schema.Column, x any) *schema.Column {
	c.Default = x
	return c
}

// one is a plugin with one table.
func one(tb *schema.Table, annotations ...core.SchemaAnnotation) migration.Unit {
	return plugin("p", []*schema.Table{tb}, annotations...)
}

// two is a plugin with the table users and one that may refer to it.
func two(tb func(users *schema.Table) *schema.Table) migration.Unit {
	u := table("users")
	return plugin("p", []*schema.Table{u, tb(u)})
}

// What no row stands against and no value is lost by is done without asking.
func TestAlterations(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before, after migration.Unit
		kind          plan.Kind
		object        string
		want          []string
	}{
		"drop index": {
			before: one(withIndex(table("t", nullable(text("x"))), "by_x", false, "x")), after: one(table("t", nullable(text("x")))),
			kind: plan.DropIndex, object: "test_p.t.by_x",
			want: []string{"drop index test_p.t.by_x"},
		},
		"drop check": {
			before: one(withCheck(table("t", nullable(text("x"))), "c", "x <> ''")), after: one(table("t", nullable(text("x")))),
			kind: plan.DropConstraint, object: "test_p.t.c",
			want: []string{"drop constraint test_p.t.c"},
		},
		"drop foreign key": {
			before: two(func(u *schema.Table) *schema.Table {
				return withKey(table("t", nullable(text("x")), nullable(typed("u", "uuid"))), "fk", "u", u)
			}),
			after: two(func(*schema.Table) *schema.Table {
				return table("t", nullable(text("x")), nullable(typed("u", "uuid")))
			}),
			kind: plan.DropConstraint, object: "test_p.t.fk",
			want: []string{"drop constraint test_p.t.fk"},
		},
		"drop default": {
			before: one(table("t", withDefault(nullable(text("x")), "z"))), after: one(table("t", nullable(text("x")))),
			kind: plan.DropDefault, object: "test_p.t.x",
			want: []string{"drop default test_p.t.x"},
		},
		"change default": {
			before: one(table("t", withDefault(nullable(text("x")), "z"))), after: one(table("t", withDefault(nullable(text("x")), "y"))),
			kind: plan.AlterDefault, object: "test_p.t.x",
			want: []string{"alter default test_p.t.x from 'z'::text to 'y'::text"},
		},
		"change vector dimension": {
			before: one(table("t", nullable(text("x")), nullable(typed("v", "vector(3)")))),
			after:  one(table("t", nullable(text("x")), nullable(typed("v", "vector(5)")))),
			kind:   plan.AlterType, object: "test_p.t.v",
			want: []string{"from public.vector(3) to public.vector(5)"},
		},
		"change vector type": {
			before: one(table("t", nullable(text("x")), nullable(typed("v", "vector(3)")))),
			after:  one(table("t", nullable(text("x")), nullable(typed("v", "halfvec(3)")))),
			kind:   plan.AlterType, object: "test_p.t.v",
			want: []string{"from public.vector(3) to public.halfvec(3)"},
		},
		"change HNSW parameter": {
			before: one(table("t", nullable(text("x")), nullable(typed("v", "vector(3)"))), hnsw("8")),
			after:  one(table("t", nullable(text("x")), nullable(typed("v", "vector(3)"))), hnsw("9")),
			kind:   plan.AlterIndex, object: "test_p.t.by_v",
			want: []string{"m='8'", "m='9'"},
		},
		"change check": {
			before: one(withCheck(table("t", nullable(text("x"))), "c", "x <> ''")),
			after:  one(withCheck(table("t", nullable(text("x"))), "c", "x <> 'z'")),
			kind:   plan.AlterConstraint, object: "test_p.t.c",
			want: []string{"alter constraint test_p.t.c"},
		},
		"change generated expression": {
			before: one(table("t", nullable(text("x")), nullable(text("g"))), generated("lower(x)")),
			after:  one(table("t", nullable(text("x")), nullable(text("g"))), generated("upper(x)")),
			kind:   plan.AlterGenerated, object: "test_p.t.g",
			want: []string{"lower(x)", "upper(x)"},
		},
		"generate what was plain": {
			before: one(table("t", nullable(text("x")), nullable(text("g")))),
			after:  one(table("t", nullable(text("x")), nullable(text("g"))), generated("upper(x)")),
			kind:   plan.AlterGenerated, object: "test_p.t.g",
			want: []string{"not generated", "upper(x)"},
		},
		"change type": {
			before: one(table("t", nullable(text("x")))), after: one(table("t", nullable(typed("x", "varchar(20)")))),
			kind: plan.AlterType, object: "test_p.t.x",
			want: []string{"from text to character varying(20)"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, test.before)
			execute(t, db, "INSERT INTO test_p.t (x) VALUES ('a'), ('a'), (NULL)")
			result := apply(t, db, test.after)
			require.Equal(t, test.kind, result.Plan.Changes[0].Kind)
			require.Equal(t, test.object, result.Plan.Changes[0].Object)
			for _, word := range test.want {
				require.Contains(t, result.Plan.Changes[0].String(), word)
			}
			settled(t, db, test.after)
			require.Equal(t, 2, query[int](t, db, "SELECT count(*) FROM test_p.t WHERE x = 'a'"))
			// And back.
			apply(t, db, test.before)
			settled(t, db, test.before)
			require.Equal(t, 2, query[int](t, db, "SELECT count(*) FROM test_p.t WHERE x = 'a'"))
		})
	}
}
