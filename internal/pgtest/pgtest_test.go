package pgtest_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestDatabaseIsEmptyAndTheTestsAlone(t *testing.T) {
	t.Parallel()
	first, second := pgtest.Database(t), pgtest.Database(t)
	require.NotEqual(t, first, second)
	for _, url := range []string{first, second} {
		conn, err := pgx.Connect(t.Context(), url)
		require.NoError(t, err)
		defer conn.Close(t.Context())
		_, err = conn.Exec(t.Context(), "CREATE TABLE only_here (id int)")
		require.NoError(t, err)
	}
}

func TestDatabaseHasVectorToInstall(t *testing.T) {
	t.Parallel()
	conn, err := pgx.Connect(t.Context(), pgtest.Database(t))
	require.NoError(t, err)
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), "CREATE EXTENSION vector")
	require.NoError(t, err)
}

func TestCopyHasWhatTheOtherHas(t *testing.T) {
	t.Parallel()
	first := pgtest.Database(t)
	conn, err := pgx.Connect(t.Context(), first)
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), "CREATE TABLE kept AS SELECT 1 AS id")
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))

	second, err := pgx.Connect(t.Context(), pgtest.Copy(t, first))
	require.NoError(t, err)
	defer second.Close(t.Context())
	_, err = second.Exec(t.Context(), "UPDATE kept SET id = id + 1")
	require.NoError(t, err)
}

func TestTemplateIsPreparedOnce(t *testing.T) {
	t.Parallel()
	calls := 0
	template := pgtest.NewTemplate(func(ctx context.Context, url string) error {
		calls++
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			return err
		}
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, "CREATE TABLE kept AS SELECT 1 AS id")
		return err
	})
	for range 3 {
		conn, err := pgx.Connect(t.Context(), template.Database(t))
		require.NoError(t, err)
		defer conn.Close(t.Context())
		_, err = conn.Exec(t.Context(), "ALTER TABLE kept RENAME TO mine")
		require.NoError(t, err, "each copy is a test's own")
	}
	require.Equal(t, 1, calls)
}

func TestDatabaseIsDroppedAfterTheTest(t *testing.T) {
	var url string
	t.Run("a test", func(t *testing.T) { url = pgtest.Database(t) })
	_, err := pgx.Connect(t.Context(), url)
	require.ErrorContains(t, err, "does not exist")
}

func TestClusterIsTheTestsOwn(t *testing.T) {
	t.Parallel()
	c := pgtest.Cluster(t)
	require.False(t, c.Attached())
	conn, err := pgx.Connect(t.Context(), c.URL())
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))
}

func BenchmarkDatabase(b *testing.B) {
	for b.Loop() {
		pgtest.Database(b)
	}
}
