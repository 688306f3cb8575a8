package migration_test

import (
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap/zaptest"

	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

// PostgreSQL prints IN over a varchar in one way, and that print in another. An
// index over it is there after the run all the same, once and for all.
func TestOnlineIndexThatPrintsInTwoWays(t *testing.T) {
	t.Parallel()
	db := open(t)
	tb := func() *schema.Table { return table("t", nullable(typed("x", "varchar(20)"))) }
	apply(t, db, one(tb()))
	unit := one(tb(),
		&entpg.Index{Table: "t", Name: "by_x", Parts: []entpg.Part{{Column: "x"}}, Where: "x IN ('a', 'b')"},
		&entpg.OnlineObjects{Table: "t", Names: []string{"by_x"}})
	result := apply(t, db, unit)
	require.True(t, result.Plan.Statements[0].Transactional)
	require.Equal(t, 1, query[int](t, db, "SELECT count(*) FROM pg_indexes WHERE indexname = 'by_x'"))
	settled(t, db, unit)
}

// A foreign key needs the index that it relies on, however large the table is.
func TestForeignKeyOnANewIndexOfALargeTable(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, plugin("p", []*schema.Table{table("users", text("email"))}))
	execute(t, db, "INSERT INTO test_p.users (email) SELECT i::text FROM generate_series(1, 20) i")
	unit := plugin("p",
		[]*schema.Table{
			withIndex(withIndex(table("users", text("email")), "users_email", true, "email"), "users_other", false, "email"),
			table("t", nullable(text("e"))),
		},
		&entpg.Reference{Table: "t", Column: "e", RefTable: "users", RefColumn: "email", OnDelete: entpg.Cascade})
	e, err := migration.New(migration.Config{DB: db, Logger: zaptest.NewLogger(t), LargeTable: 10})
	require.NoError(t, err)
	result, err := e.Run(t.Context(), []migration.Unit{unit}, migration.Options{})
	require.NoError(t, err)
	last := result.Plan.Statements[len(result.Plan.Statements)-1]
	require.False(t, last.Transactional)
	require.Contains(t, last.SQL, "CREATE INDEX CONCURRENTLY users_other")
	settled(t, db, unit)
}
