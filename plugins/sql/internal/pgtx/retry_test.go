package pgtx

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

func TestRetryGivesUp(t *testing.T) {
	t.Parallel()
	calls := 0
	other := errors.New("something else")
	require.ErrorIs(t, retry(t.Context(), func() error { calls++; return other }), other)
	require.Equal(t, 1, calls, "only a lost connection is tried again")

	require.NoError(t, retry(t.Context(), func() error {
		if calls++; calls < 4 {
			return fmt.Errorf("read: %w", io.ErrUnexpectedEOF)
		}
		return nil
	}))
	require.Equal(t, 4, calls)

	ctx, cancel := context.WithCancel(t.Context())
	err := retry(ctx, func() error { cancel(); return &pgconn.PgError{Code: "57P03"} })
	require.Error(t, err, "the caller's context ends it")
}
