package pgcopy

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// table is a connection to a database with a table of all types of columns.
func table(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), pgtest.Database(t))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close(context.Background())) })
	for _, statement := range []string{
		"CREATE EXTENSION IF NOT EXISTS vector",
		"CREATE TABLE copied (id uuid, other uuid, text text, data jsonb, flag bool, at timestamptz, vector vector(3))",
	} {
		_, err := conn.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
	return conn
}

const columns = "public.copied (id, other, text, data, flag, at, vector)"

func TestCopyWritesEveryType(t *testing.T) {
	t.Parallel()
	conn := table(t)
	at := time.Date(1969, 7, 20, 20, 17, 40, 123456000, time.UTC)
	const rows = 3000 // more than one chunk
	text := strings.Repeat("ä", 40)
	require.NoError(t, Copy(t.Context(), conn, columns, rows, func(w *Writer, i int) error {
		w.BeginRow(7)
		w.UUID(uuid.UUID{15: byte(i)})
		w.NullableUUID(uuid.UUID{0: byte(i % 2)})
		w.Text(text)
		w.JSON(fmt.Sprintf(`{"i": %d}`, i))
		w.Bool(i%2 == 0)
		w.Time(at)
		w.Vector([]float32{float32(i), -0.5, 1e-20})
		return nil
	}))
	var n, sum, others, flags, right int
	require.NoError(t, conn.QueryRow(t.Context(), `SELECT count(*), sum((data ->> 'i')::int), count(other), count(*) FILTER (WHERE flag),
		count(*) FILTER (WHERE text = $1 AND at = $2 AND vector::text = '[' || (data ->> 'i') || ',-0.5,1e-20]') FROM copied`, text, at).
		Scan(&n, &sum, &others, &flags, &right))
	require.Equal(t, []int{rows, rows * (rows - 1) / 2, rows / 2, rows / 2, rows}, []int{n, sum, others, flags, right})
}

// An error of one row ends the copy, and nothing is saved.
func TestCopyOfARefusedRow(t *testing.T) {
	t.Parallel()
	conn := table(t)
	refused := errors.New("refused")
	row := func(end func() error) func(w *Writer, i int) error {
		return func(w *Writer, i int) error {
			if i == 5 {
				return end()
			}
			w.BeginRow(7)
			for range 7 {
				w.Null()
			}
			return nil
		}
	}
	require.ErrorIs(t, Copy(t.Context(), conn, columns, 10, row(func() error { return refused })), refused)
	var panicked PanicError
	require.ErrorAs(t, Copy(t.Context(), conn, columns, 10, row(func() error { panic("why") })), &panicked)
	require.Equal(t, "why", panicked.Value)
	require.Error(t, Copy(t.Context(), conn, "public.copied (missing)", 10, row(func() error { return nil })))
	var n int
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT count(*) FROM copied").Scan(&n))
	require.Zero(t, n)
	require.NoError(t, Copy(t.Context(), conn, columns, 5, row(nil)), "the connection is usable")
	require.NoError(t, Copy(t.Context(), conn, columns, 0, row(nil)))
}
