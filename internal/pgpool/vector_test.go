package pgpool_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgpool"
	"github.com/elizago/elizago/internal/pgtest"
)

// A vector comes back as it went, whether its number is known or not, and
// whatever it is scanned into.
func TestVectors(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]string{
		"directly":          pgtest.Database(t),
		"through PgBouncer": pgtest.Bouncer(t, pgtest.Database(t), 3),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t, pgpool.Config{URL: url})
			_, err := db.SQL().ExecContext(t.Context(), "CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
			require.NoError(t, err)
			sent := pgvector.NewVector([]float32{1, -0.25, 3.4028235e38, 1e-45, 0.1})
			binary := func() bool {
				var known bool
				conn, err := db.Pool().Acquire(t.Context())
				require.NoError(t, err)
				defer conn.Release()
				_, known = conn.Conn().TypeMap().TypeForName("vector")
				return known
			}
			ask := func() {
				var vector pgvector.Vector
				var text string
				var none *pgvector.Vector
				err := db.SQL().QueryRowContext(t.Context(), "SELECT v, v, NULL::vector FROM (SELECT $1::vector AS v) x", sent).Scan(&vector, &text, &none)
				require.NoError(t, err)
				require.Equal(t, sent.Slice(), vector.Slice())
				require.Equal(t, "[1,-0.25,3.4028235e+38,1e-45,0.1]", text)
				require.Nil(t, none)
			}
			ask()
			require.Eventually(t, binary, 10*time.Second, 10*time.Millisecond)
			ask()
			conn, err := db.Pool().Acquire(t.Context())
			require.NoError(t, err)
			defer conn.Release()
			rows, err := conn.Query(t.Context(), "SELECT $1::vector", sent)
			require.NoError(t, err)
			got, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[pgvector.Vector])
			require.NoError(t, err)
			require.Equal(t, sent.Slice(), got.Slice())
		})
	}
}
