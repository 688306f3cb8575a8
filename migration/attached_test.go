package migration_test

import (
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

// publishedTable has a unique index over the columns.
func publishedTable(columns ...string) migration.Unit {
	return one(table("t", text("x"), text("y")), &entpg.Index{Table: "t", Name: "i", Unique: true, Parts: parts(columns...)})
}

func parts(columns ...string) []entpg.Part {
	var out []entpg.Part
	for _, c := range columns {
		out = append(out, entpg.Part{Column: c})
	}
	return out
}

// An index that changes keeps its role in replication, its comment and its mark
// for CLUSTER, whether it is built in the transaction or after it.
func TestIndexKeepsWhatHangsOnIt(t *testing.T) {
	t.Parallel()
	for name, large := range map[string]int64{"in the transaction": 0, "online": 1} {
		for _, replica := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				db := open(t)
				apply(t, db, publishedTable("x"))
				execute(t, db, "INSERT INTO test_p.t (x, y) VALUES ('a', 'b'), ('c', 'd')",
					"CREATE PUBLICATION p FOR TABLE test_p.t", "ALTER TABLE test_p.t CLUSTER ON i", "COMMENT ON INDEX test_p.i IS 'Mine; ''s.'")
				if replica {
					execute(t, db, "ALTER TABLE test_p.t REPLICA IDENTITY USING INDEX i")
				}
				after := publishedTable("x", "y")
				e, err := migration.New(migration.Config{DB: db, LargeTable: large})
				require.NoError(t, err)
				_, err = e.Run(t.Context(), unitsOf(after), migration.Options{})
				require.NoError(t, err)
				settled(t, db, after)
				execute(t, db, "UPDATE test_p.t SET y = 'e' WHERE x = 'a'")
				require.Equal(t, replica, query[bool](t, db, "SELECT indisreplident FROM pg_index WHERE indexrelid = 'test_p.i'::regclass"))
				require.True(t, query[bool](t, db, "SELECT indisclustered FROM pg_index WHERE indexrelid = 'test_p.i'::regclass"))
				require.Equal(t, "Mine; 's.", query[string](t, db, "SELECT obj_description('test_p.i'::regclass)"))
			})
		}
	}
}

// An index that identifies rows for replication and that goes leaves a table that
// can be updated.
func TestIndexOfReplicationGoes(t *testing.T) {
	t.Parallel()
	withoutKey := func(annotations ...core.SchemaAnnotation) migration.Unit {
		tb := table("t", text("x"), text("y"))
		tb.Columns, tb.PrimaryKey = tb.Columns[1:], nil
		return one(tb, annotations...)
	}
	index := &entpg.Index{Table: "t", Name: "i", Unique: true, Parts: parts("x")}
	for name, states := range map[string][2]migration.Unit{
		"with a primary key": {publishedTable("x"), one(table("t", text("x"), text("y")))},
		"without one":        {withoutKey(index), withoutKey()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, states[0])
			execute(t, db, "INSERT INTO test_p.t (x, y) VALUES ('a', 'b')", "CREATE PUBLICATION p FOR TABLE test_p.t",
				"ALTER TABLE test_p.t REPLICA IDENTITY USING INDEX i")
			apply(t, db, states[1])
			settled(t, db, states[1])
			execute(t, db, "UPDATE test_p.t SET y = 'e'", "DELETE FROM test_p.t")
		})
	}
}

// A constraint that changes keeps its comment, its index's, and its index's role.
func TestConstraintKeepsWhatHangsOnIt(t *testing.T) {
	t.Parallel()
	unit := func(columns ...string) migration.Unit {
		return one(withCheck(table("t", text("x"), text("y")), "c", "x <> '"+columns[len(columns)-1]+"'"), &entpg.UniqueKey{Table: "t", Name: "u", Columns: columns})
	}
	db := open(t)
	apply(t, db, unit("x"))
	execute(t, db, "CREATE PUBLICATION p FOR TABLE test_p.t", "ALTER TABLE test_p.t REPLICA IDENTITY USING INDEX u", "ALTER TABLE test_p.t CLUSTER ON u",
		"COMMENT ON CONSTRAINT u ON test_p.t IS 'one'", "COMMENT ON INDEX test_p.u IS 'two'", "COMMENT ON CONSTRAINT c ON test_p.t IS 'three'",
		"INSERT INTO test_p.t (x, y) VALUES ('a', 'b')")
	apply(t, db, unit("x", "y"))
	settled(t, db, unit("x", "y"))
	execute(t, db, "UPDATE test_p.t SET y = 'e'")
	require.True(t, query[bool](t, db, "SELECT indisreplident AND indisclustered FROM pg_index WHERE indexrelid = 'test_p.u'::regclass"))
	require.Equal(t, "one two three", query[string](t, db, `SELECT concat_ws(' ',
		(SELECT obj_description(oid) FROM pg_constraint WHERE conname = 'u'), obj_description('test_p.u'::regclass),
		(SELECT obj_description(oid) FROM pg_constraint WHERE conname = 'c' AND conrelid = 'test_p.t'::regclass))`))
}

// A generated column that is created again keeps its grants, its comment, its
// statistics target and options, and the extended statistics that read it, with
// theirs; and so does the policy over it.
func TestColumnKeepsWhatHangsOnIt(t *testing.T) {
	t.Parallel()
	unit := func(expr string, more ...*schema.Column) migration.Unit {
		return one(table("t", append([]*schema.Column{text("x"), nullable(text("g"))}, more...)...),
			&entpg.GeneratedColumn{Table: "t", Column: "g", Expr: expr}, &entpg.Policy{Table: "t", Name: "p", Using: "g <> 'z'"})
	}
	db := open(t)
	apply(t, db, unit("lower(x)", nullable(text("leaves"))))
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('A')",
		"GRANT SELECT (g), UPDATE (g) ON test_p.t TO PUBLIC", "COMMENT ON COLUMN test_p.t.g IS 'mine'", "COMMENT ON POLICY p ON test_p.t IS 'yours'",
		"ALTER TABLE test_p.t ALTER COLUMN g SET STATISTICS 7", "ALTER TABLE test_p.t ALTER COLUMN g SET (n_distinct = 5)",
		"CREATE STATISTICS test_p.s (ndistinct) ON x, g FROM test_p.t", "ALTER STATISTICS test_p.s SET STATISTICS 9", "COMMENT ON STATISTICS test_p.s IS 'theirs'",
		"CREATE STATISTICS test_p.e ON lower(g), x FROM test_p.t", "CREATE STATISTICS test_p.gone ON leaves, g FROM test_p.t")
	const hanging = `SELECT concat_ws(' | ', (SELECT concat_ws(' ', attacl, attstattarget, array_remove(attoptions, (SELECT o FROM unnest(attoptions) o WHERE o LIKE 'pg_attver=%'))) FROM pg_attribute WHERE attrelid = 'test_p.t'::regclass AND attname = 'g'),
		(SELECT col_description(attrelid, attnum) FROM pg_attribute WHERE attrelid = 'test_p.t'::regclass AND attname = 'g'),
		(SELECT obj_description(oid) FROM pg_policy WHERE polname = 'p'),
		(SELECT string_agg(concat_ws(' ', pg_get_statisticsobjdef(oid), stxstattarget, obj_description(oid)), ', ' ORDER BY stxname)
			FROM pg_statistic_ext WHERE stxname IN ('s', 'e')))`
	before := query[string](t, db, hanging)
	forced(t, db, unit("upper(x)"))
	settled(t, db, unit("upper(x)"))
	require.Equal(t, before, query[string](t, db, hanging))
	require.Equal(t, "A", query[string](t, db, "SELECT g FROM test_p.t"))
}

// An enum type that is created again keeps its comment and who may use it.
func TestEnumKeepsWhatHangsOnIt(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", nullable(text("m"))), mood("a", "b")))
	execute(t, db, "COMMENT ON TYPE test_p.mood IS 'mine'", "REVOKE USAGE ON TYPE test_p.mood FROM PUBLIC", "GRANT USAGE ON TYPE test_p.mood TO pg_monitor")
	const hanging = "SELECT concat_ws(' ', obj_description(oid), typacl) FROM pg_type WHERE typname = 'mood'"
	before := query[string](t, db, hanging)
	after := one(table("t", nullable(text("m"))), mood("b", "a"))
	apply(t, db, after)
	settled(t, db, after)
	require.Equal(t, before, query[string](t, db, hanging))
}
