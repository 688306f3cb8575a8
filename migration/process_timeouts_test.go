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
	execute(t, db, "ALTER DATABASE "+config.Database+" SET statement_timeout = '200ms'",
		"ALTER DATABASE "+config.Database+" SET lock_timeout = '200ms'")
	p := spawn(t, order{URL: url, Schema: "online"}, nil)
	eventually(t, db, `SELECT EXISTS (SELECT FROM pg_stat_activity JOIN pg_stat_progress_create_index USING (pid)
		WHERE clock_timestamp() - query_start > '400ms' AND phase LIKE 'waiting for%')`)
	require.NoError(t, w.Commit())
	require.Empty(t, p.outcome(t).Error)
	whole(t, db, onlineIndex)
}
