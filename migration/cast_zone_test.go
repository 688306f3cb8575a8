package migration_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What a value becomes in a type with or without a time zone depends on a session's
// setting, so every such change of type is refused while there are values, also
// where the migration's own session would bring them back.
func TestZoneDependentTypesAreRefused(t *testing.T) {
	t.Parallel()
	for _, test := range [][3]string{
		{"date", "timestamptz", "2026-01-02"},
		{"timestamptz", "date", "2026-01-02 00:00:00+00"},
		{"timestamp", "timestamptz", "2026-01-02 03:04:05"},
		{"timestamptz", "timestamp", "2026-01-02 03:04:05+00"},
		{"timestamp(0)", "timestamptz(3)", "2026-01-02 03:04:05"},
		{"time", "timetz", "03:04:05"},
		{"timetz", "time", "03:04:05+00"},
		{"timestamptz", "time", "1970-01-01 03:04:05+00"},
		{"date[]", "timestamptz[]", "{2026-01-02}"},
		{"timestamptz[]", "timestamp[]", "{2026-01-02 00:00:00+00}"},
		{"tsrange", "tstzrange", "[2026-01-02,2026-01-03)"},
		{"tstzrange", "daterange", "[2026-01-02 00:00:00+00,2026-01-03 00:00:00+00)"},
		{"tsmultirange", "tstzmultirange", "{[2026-01-02,2026-01-03)}"},
	} {
		t.Run(test[0]+" "+test[1], func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, one(table("t", nullable(typed("x", test[0])))))
			execute(t, db, "INSERT INTO test_p.t (x) VALUES ('"+test[2]+"')")
			after := one(table("t", nullable(typed("x", test[1]))))
			refused(t, db, unitsOf(after), append(wayOut, "alter type test_p.t.x", "1 row")...)
			execute(t, db, "DELETE FROM test_p.t")
			apply(t, db, after)
			settled(t, db, after)
		})
	}
}

// A number that would become another one is counted as lost, although the way back
// leads to it again.
func TestNumbersThatAreReinterpreted(t *testing.T) {
	t.Parallel()
	for _, test := range [][3]string{
		{"integer", "oid", "-1"}, {"oid", "integer", "4294967295"}, {"integer", "regclass", "-1"}, {"regtype", "integer", "4294967295"},
	} {
		t.Run(test[0]+" "+test[1], func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, one(table("t", nullable(typed("x", test[0])))))
			execute(t, db, "INSERT INTO test_p.t (x) VALUES ('7'), ('"+test[2]+"')")
			after := one(table("t", nullable(typed("x", test[1]))))
			refused(t, db, unitsOf(after), append(wayOut, "1 row")...)
			execute(t, db, "DELETE FROM test_p.t WHERE x::oid::bigint <> 7")
			apply(t, db, after)
			settled(t, db, after)
			require.Equal(t, 7, query[int](t, db, "SELECT x::oid::bigint FROM test_p.t"))
		})
	}
}
