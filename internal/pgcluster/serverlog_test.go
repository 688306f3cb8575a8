package pgcluster

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReason(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "it ended without a word",
		"2026-01-01 00:00:00 UTC [1] LOG:  starting\n2026-01-01 00:00:00 UTC [1] FATAL:  could not do it.\n2026-01-01 00:00:00 UTC [1] LOG:  database system is shut down\n": "could not do it",
		"1 [1] FATAL:  data directory has invalid permissions\n1 [1] DETAIL:  Permissions should be u=rwx.\n":                                                                "data directory has invalid permissions (Permissions should be u=rwx.)",
		"initdb: error: invalid locale name\ninitdb: hint: another\n":                                                                                                        "invalid locale name",
		"postgres: superuser_reserved_connections (3) must be less than max_connections (3)\n1 " + supervisorMark + " the server ended before it was ready":                  "superuser_reserved_connections (3) must be less than max_connections (3)",
		"sh: 1: postgres: not found\n": "sh: 1: postgres: not found",
	} {
		require.Equal(t, want, reason(text), text)
	}
}

func TestLogIsSetAsideOverTenMegabytes(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	write(t, string(make([]byte, maxLog+1)), dir, "server.log")
	begin(t, dir)
	old, err := os.Stat(filepath.Join(dir, "server.log.1"))
	require.NoError(t, err)
	require.EqualValues(t, maxLog+1, old.Size())
	now, err := os.Stat(filepath.Join(dir, "server.log"))
	require.NoError(t, err)
	require.Less(t, now.Size(), int64(maxLog))
}
