package pgtx

import (
	"testing"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// An error of the server about a value is the caller's to fix, and others are
// not.
func TestRefusedValuesAreInvalid(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"sql: task a: a value is not among those that c allows": Explain("task a", &pgconn.PgError{Code: pgerrcode.CheckViolation, ConstraintName: "c"}),
		"sql: task a: a value is larger, or nested more deeply, than PostgreSQL can store: split it, a text into parts of less than a megabyte of different words, as documents are into fragments": Explain("task a", &pgconn.PgError{Code: "22003"}),
	} {
		require.EqualError(t, err, want)
		require.ErrorIs(t, err, core.ErrInvalid, want)
	}
	require.NotErrorIs(t, Explain("task a", &pgconn.PgError{Code: "53100"}), core.ErrInvalid)
}
