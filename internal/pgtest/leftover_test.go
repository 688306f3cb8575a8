package pgtest

import (
	"os/exec"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLeftoversOfDeadProcessesAreDroppedAndOthersNot(t *testing.T) {
	ended := exec.Command("true")
	require.NoError(t, ended.Run())
	dead := "test_" + strconv.Itoa(ended.Process.Pid) + "_1_1"
	admin, err := shared.start(t.Context())
	require.NoError(t, err)
	require.NoError(t, shared.admin.create(t.Context(), admin, dead, "template0"))
	mine := Database(t)

	require.NoError(t, dropLeftovers(t.Context(), admin))
	require.ErrorContains(t, execute(t.Context(), withDatabase(admin, dead), "SELECT 1"), "does not exist")
	require.NoError(t, execute(t.Context(), mine, "SELECT 1"))
}

func TestWithDatabase(t *testing.T) {
	t.Parallel()
	for admin, want := range map[string]string{
		"postgres:///postgres?host=%2Ftmp%2Frun&user=postgres":      "postgres:///one?host=%2Ftmp%2Frun&user=postgres",
		"postgres://me:secret@db.example:6432/main?sslmode=require": "postgres://me:secret@db.example:6432/one?sslmode=require",
		"host=/tmp/run user=me dbname=main":                         "host=/tmp/run user=me dbname=main dbname=one",
	} {
		require.Equal(t, want, withDatabase(admin, "one"))
	}
}
