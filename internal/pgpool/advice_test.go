package pgpool_test

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgpool"
	"github.com/elizago/elizago/internal/pgtest"
)

// What the errors of a connection advise works.
func TestAdviceOfAConnection(t *testing.T) {
	t.Parallel()
	admin := pgtest.Database(t)
	conn, err := pgx.Connect(t.Context(), admin)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	other := limitedRole(t, admin, 0)
	opens := func(url string) error {
		t.Helper()
		db, err := pgpool.Open(t.Context(), pgpool.Config{URL: url})
		if err == nil {
			require.NoError(t, db.Close(t.Context()))
		}
		return err
	}
	for _, c := range []struct {
		url    string
		words  string
		follow func() string // returns the URL
	}{
		{other, "raise the server's max_connections, or the CONNECTION LIMIT of the role or the database", func() string {
			_, err := conn.Exec(t.Context(), "ALTER ROLE limited_"+conn.Config().Database+" CONNECTION LIMIT 5")
			require.NoError(t, err)
			return other
		}},
		{other + "&no_such_parameter=1", `(unrecognized configuration parameter "no_such_parameter"): correct that, or POSTGRES_URL`, func() string { return other }},
	} {
		require.ErrorContains(t, opens(c.url), c.words)
		require.NoError(t, opens(c.follow()), c.words)
	}
}

// A connection string with a line break cannot be handed to a client program, and
// without it can.
func TestAdviceOfALineBreak(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	for application, words := range map[string]string{"a%0Ab": "application_name in the connection string has a line break, which no service file can hold: write it without", "ab": ""} {
		db, err := pgpool.Open(t.Context(), pgpool.Config{URL: fmt.Sprintf("%s&application_name=%s", url, application)})
		require.NoError(t, err)
		_, file, err := db.ServiceFile()
		if words == "" {
			require.NoError(t, err)
			require.NoError(t, file.Close())
		} else {
			require.ErrorContains(t, err, words)
		}
		require.NoError(t, db.Close(t.Context()))
	}
}
