package migration_test

import (
	"fmt"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

// An older program starts on what a newer one has altered, where its statements work
// as before: it undoes nothing, and a strict start refuses. In the other cases the
// plan is as any other, and a refusal says that a newer version was there.
func TestSupersededByAlterations(t *testing.T) {
	t.Parallel()
	x := func(sqlType string) *schema.Table { return table("t", nullable(typed("x", sqlType))) }
	moody := func() *schema.Table { return table("t", nullable(text("x")), nullable(text("m"))) }
	view := func(query string) *entpg.View { return &entpg.View{Name: "v", SQL: query} }
	indexed := func(unique bool, columns ...string) migration.Unit {
		return one(withIndex(table("t", nullable(text("x")), nullable(text("y"))), "by_x", unique, columns...))
	}
	lowered := func() *entpg.Index {
		return &entpg.Index{Table: "t", Name: "by_lower", Unique: true, Parts: []entpg.Part{{Expr: "lower(x)"}}}
	}
	comment := func(c string) *schema.Table {
		tb := table("t", nullable(text("x")))
		tb.Comment = c
		return tb
	}
	identity := func(sqlType string) migration.Unit {
		return one(table("t", nullable(text("x")), typed("n", sqlType)), &entpg.IdentityColumn{Table: "t", Column: "n"})
	}
	for name, test := range map[string]struct {
		first, second migration.Unit
		works         bool
	}{
		"a longer text":                {one(x("varchar(5)")), one(x("varchar(9)")), true},
		"a text without limit":         {one(x("varchar(5)")), one(x("text")), true},
		"a text under a check":         {one(withCheck(x("varchar(5)"), "c", "x IN ('1', '2', '3')")), one(withCheck(x("text"), "c", "x IN ('1', '2', '3')")), true},
		"a text in an index":           {one(x("varchar(5)"), lowered()), one(x("text"), lowered()), true},
		"a text with a default":        {one(withDefaultOf(x("varchar(5)"), "q")), one(withDefaultOf(x("text"), "q")), true},
		"a text in a view":             {one(x("varchar(5)"), view("SELECT x FROM t")), one(x("text"), view("SELECT x, id FROM t")), true},
		"a wider number":               {one(x("smallint")), one(x("bigint")), true},
		"a more exact number":          {one(x("numeric(4,1)")), one(x("numeric(6,2)")), true},
		"a wider identity":             {identity("integer"), identity("bigint"), true},
		"NOT NULL dropped":             {one(table("t", withDefault(text("x"), "q"))), one(table("t", nullable(withDefault(text("x"), "q")))), true},
		"a default added":              {one(table("t", nullable(text("x")))), one(table("t", nullable(withDefault(text("x"), "q")))), true},
		"labels added":                 {one(moody(), mood("a")), one(moody(), mood("a", "b")), true},
		"another index":                {indexed(false, "x"), indexed(false, "x", "y"), false},
		"no index":                     {indexed(false, "x"), one(table("t", nullable(text("x")), nullable(text("y")))), false},
		"another check":                {one(withCheck(x("integer"), "c", "x < 5")), one(withCheck(x("integer"), "c", "x < 9")), false},
		"no check":                     {one(withCheck(x("integer"), "c", "x < 5")), one(x("integer")), false},
		"an index added":               {one(table("t", nullable(text("x")), nullable(text("y")))), indexed(false, "x"), true},
		"a comment":                    {one(comment("a")), one(comment("b")), true},
		"another type":                 {one(x("integer")), one(x("text")), false},
		"a shorter text":               {one(x("varchar(9)")), one(x("varchar(5)")), false},
		"NOT NULL":                     {one(table("t", nullable(withDefault(text("x"), "q")))), one(table("t", withDefault(text("x"), "q"))), false},
		"another default":              {one(table("t", nullable(withDefault(text("x"), "q")))), one(table("t", nullable(withDefault(text("x"), "r")))), false},
		"no default":                   {one(table("t", nullable(withDefault(text("x"), "q")))), one(table("t", nullable(text("x")))), false},
		"a unique index over more":     {indexed(true, "x"), indexed(true, "x", "y"), false},
		"an index that is unique":      {indexed(false, "x"), indexed(true, "x"), false},
		"no unique index":              {indexed(true, "x"), one(table("t", nullable(text("x")), nullable(text("y")))), false},
		"a column of a view":           {one(x("text"), view("SELECT x, id FROM t")), one(x("text"), view("SELECT x FROM t")), false},
		"labels in another order":      {one(moody(), mood("a", "b")), one(moody(), mood("b", "a")), false},
		"a label less":                 {one(moody(), mood("a", "b")), one(moody(), mood("a")), false},
		"a column that goes and comes": {one(table("t", nullable(text("x")), nullable(text("b"))), renamedColumn("t", "a", "b")), one(table("t", nullable(text("x")), nullable(text("a"))), renamedColumn("t", "b", "a")), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			// Every version after the first has a column more, which no start drops.
			second := test.second
			second.Schema.Tables = append([]*schema.Table{}, second.Schema.Tables...)
			withMore := *second.Schema.Tables[0]
			withMore.Columns = append(append([]*schema.Column{}, withMore.Columns...), nullable(text("more")))
			second.Schema.Tables[0] = &withMore
			apply(t, db, test.first)
			n := 0
			insert := func() { // as both versions do
				n++
				execute(t, db, fmt.Sprintf("INSERT INTO test_p.t (x) VALUES ('%d')", n))
			}
			insert()
			forced(t, db, second)
			insert()
			before := everything(t, db)
			e, err := migration.New(migration.Config{DB: db, Program: "notes"})
			require.NoError(t, err)
			for range 2 {
				result, err := e.Run(t.Context(), unitsOf(test.first), migration.Options{})
				if test.works {
					require.NoError(t, err)
					require.NotEmpty(t, result.Superseded)
					continue
				}
				require.ErrorContains(t, err, "a newer version of this program has migrated the database, which lacks what this one declares")
				require.ErrorContains(t, err, "so start the newer version")
			}
			_, err = e.Run(t.Context(), unitsOf(test.first), migration.Options{Strict: true})
			var refused *migration.RefusedError
			require.ErrorAs(t, err, &refused)
			require.ErrorContains(t, err, "a strict start changes nothing of that")
			require.Equal(t, before, everything(t, db))
			insert()
			settled(t, db, second)

			// The words of both are followed: the newer version starts, and the older
			// one can go back.
			forced(t, db, test.first)
			settled(t, db, test.first)
		})
	}
}

// A strict start of an older program refuses also what could be undone without a
// loss; `migrate apply` undoes it.
func TestStrictStartUndoesNothing(t *testing.T) {
	t.Parallel()
	db := open(t)
	first := one(table("t", nullable(text("x"))))
	second := one(withIndex(table("t", nullable(text("x"))), "by_x", false, "x"))
	apply(t, db, first)
	apply(t, db, second)
	_, err := engine(t, db).Run(t.Context(), unitsOf(first), migration.Options{Strict: true, Force: true})
	require.ErrorContains(t, err, "drop index test_p.t.by_x")
	require.ErrorContains(t, err, "or this one without --strict")
	settled(t, db, second)
	strictly(t, db, first)
	settled(t, db, first)
}

func withDefaultOf(t *schema.Table, value string) *schema.Table {
	withDefault(col(t, "x"), value)
	return t
}
