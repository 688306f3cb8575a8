package pgtest

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func TestTLSMode(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"": "prefer", "?sslmode=prefer": "prefer", "?sslmode=disable": "disable", "?sslmode=require": "require", "?sslmode=allow": "allow",
	} {
		server, err := pgx.ParseConfig("postgres://me@db.example/main" + given)
		require.NoError(t, err)
		require.Equal(t, want, tlsMode(server), given)
	}
}
