package migration_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The reverses of a plan, from its end to its beginning, lead back.
func TestReverses(t *testing.T) {
	t.Parallel()
	for _, types := range [][2]string{
		{"uuid", "text"}, {"integer", "text"}, {"boolean", "text"}, {"varchar(3)", "text"},
		{"integer", "bigint"}, {"real", "double precision"}, {"numeric(4,2)", "numeric"}, {"date", "timestamp"},
	} {
		t.Run(types[0]+" "+types[1], func(t *testing.T) {
			t.Parallel()
			db := open(t)
			before := one(withIndex(table("t", nullable(typed("x", types[0]))), "by_x", false, "x"))
			apply(t, db, before)
			result := apply(t, db, one(table("t", nullable(typed("x", types[1])), nullable(text("y")))))
			for i := len(result.Plan.Statements) - 1; i >= 0; i-- {
				execute(t, db, result.Plan.Statements[i].Reverse...)
			}
			report, err := engine(t, db).Check(t.Context(), unitsOf(before))
			require.NoError(t, err)
			require.True(t, report.Equal, "%v", report.Differences)
		})
	}
}
