package pgpool

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgtest"
)

// What waiting does not change is no outage, and says what to do.
func TestAServerWithoutTLSIsNotAway(t *testing.T) {
	t.Parallel()
	url := pgtest.NewProxy(t, pgtest.Database(t)).URL
	for _, mode := range []string{"require", "verify-full"} {
		_, err := Open(t.Context(), Config{URL: strings.Replace(url, "sslmode=disable", "sslmode="+mode, 1)})
		require.ErrorContains(t, err, "does not offer TLS, which sslmode asks for")
		require.NotErrorAs(t, err, new(*AwayError))
	}
}

func TestAnUnknownSslmodeIsNamed(t *testing.T) {
	t.Parallel()
	_, err := pgxpool.ParseConfig("postgres://u@h/db?sslmode=on")
	require.ErrorContains(t, badURL(err), "its sslmode is none of disable, allow, prefer, require, verify-ca and verify-full")
}

func TestShellWord(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"app_1": "app_1", "My App": "'My App'", "it's": `'it'\''s'`, "$HOME": "'$HOME'", "-rf": "'-rf'", "": "''", "é": "'é'",
	} {
		require.Equal(t, want, shellWord(name))
	}
}
