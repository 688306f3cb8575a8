package migration_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

func mood(values ...string) core.SchemaAnnotation {
	return &entpg.EnumType{Table: "t", Column: "m", Name: "mood", Values: values}
}

// A removed value is counted once more when no session can write it any more.
func TestEnumValueThatIsWrittenLate(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", nullable(text("m"))), mood("a", "b")))
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), "INSERT INTO test_p.t (m) VALUES ('b')")
	require.NoError(t, err)
	done := make(chan error)
	e := engine(t, db)
	go func() {
		_, err := e.Run(context.WithoutCancel(t.Context()), []migration.Unit{one(table("t", nullable(text("m"))), mood("a"))}, migration.Options{})
		done <- err
	}()
	require.Eventually(t, func() bool {
		return query[int](t, db, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") > 0
	}, 30*time.Second, 10*time.Millisecond)
	require.NoError(t, tx.Commit())
	require.ErrorContains(t, <-done, "1 row with a value that goes: b")
	require.Equal(t, 1, query[int](t, db, "SELECT count(*) FROM test_p.t WHERE m = 'b'"))
}

// An array of text becomes one of a type that the same plan makes, and back.
func TestArrayBecomesOneOfAnEnum(t *testing.T) {
	t.Parallel()
	db := open(t)
	before := one(table("t", nullable(typed("many", "text[]"))))
	after := one(table("t", nullable(typed("many", "test_p.mood[]")), nullable(text("m"))), mood("a", "b"))
	apply(t, db, before)
	execute(t, db, "INSERT INTO test_p.t (many) VALUES ('{a,b}'), ('{a,c}')")
	_, err := engine(t, db).Run(t.Context(), []migration.Unit{after}, migration.Options{})
	require.ErrorContains(t, err, "1 row with a value that the new type cannot hold")
	execute(t, db, "DELETE FROM test_p.t WHERE 'c' = ANY (many)")
	apply(t, db, after)
	settled(t, db, after)
	require.Equal(t, "{a,b}", query[string](t, db, "SELECT many::text FROM test_p.t"))
}
