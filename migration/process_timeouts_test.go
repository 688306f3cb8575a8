package migration_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// A role whose statements may not take long, nor wait for long, can build
// indexes all the same.
func TestOnlineIndexOfARoleWithTimeouts(t *testing.T) {
	t.Parallel()
	url := beforeOnline(t)
	config, err := pgx.ParseConfig(url)
	require.NoError(t, err)
	db := openURL(t, url)
	w := writer(t, db, "new")
	// Long enough for all short statements of the run, also on a loaded machine.
	execute(t, db, "ALTER DATABASE "+config.Database+" SET statement_timeout = '2s'",
		"ALTER DATABASE "+config.Database+" SET lock_timeout = '2s'")
	p := spawn(t, order{URL: url, Schema: "online"}, nil)
	eventually(t, db, `SELECT EXISTS (SELECT FROM pg_stat_activity JOIN pg_stat_progress_create_index USING (pid)
		WHERE clock_timestamp() - query_start > '3s' AND phase LIKE 'waiting for%')`)
	require.NoError(t, w.Commit())
	require.Empty(t, p.outcome(t).Error)
	whole(t, db, onlineIndex)
}
