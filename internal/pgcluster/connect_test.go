package pgcluster

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// hostile are settings for a user's own servers; each of them alone keeps pgx
// from the private one, or makes it another.
var hostile = []string{
	"PGSERVICE=nope", "PGSERVICEFILE=/nonexistent", "PGCONNECT_TIMEOUT=x", "PGTARGETSESSIONATTRS=standby",
	"PGOPTIONS=-c search_path=elsewhere -c nonsense=1", "PGSSLMODE=verify-full", "PGSSLROOTCERT=/nonexistent", "PGSSLCERTMODE=nonsense",
	"PGPASSFILE=/nonexistent", "PGPASSWORD=wrong", "PGHOST=/nonexistent", "PGPORT=1", "PGUSER=nobody", "PGDATABASE=nope",
	"PGTZ=Nowhere/Land", "PGMINPROTOCOLVERSION=3.2", "PGMAXPROTOCOLVERSION=x", "PGCHANNELBINDING=require",
	"PGREQUIREAUTH=scram-sha-256", "PGSSLNEGOTIATION=direct", "PGAPPNAME=other",
}

func TestEnvironmentOfAUsersOwnServersHasNoSay(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	first := spawn(t, dir, func(cmd *exec.Cmd) { cmd.Env = append(cmd.Env, hostile...) })
	require.Equal(t, "1", query(t, first.url, "SELECT 1"))
	first.close(t)
}

func TestParsedConfigConnectsInAnyEnvironment(t *testing.T) {
	c := begin(t, madeDir(t))
	for _, setting := range hostile {
		t.Run(setting, func(t *testing.T) {
			name, value, _ := strings.Cut(setting, "=")
			t.Setenv(name, value)
			cfg, err := ParseConfig(c.URL())
			require.NoError(t, err)
			require.Equal(t, map[string]string{"application_name": "elizago"}, cfg.RuntimeParams)
			conn, err := pgx.ConnectConfig(t.Context(), cfg)
			require.NoError(t, err)
			require.NoError(t, conn.Close(t.Context()))
		})
	}
}

func TestPoolConfigTakesWhatTheURLSays(t *testing.T) {
	t.Parallel()
	c := begin(t, madeDir(t))
	cfg, err := ParsePoolConfig(c.URL() + "&pool_max_conns=3&work_mem=8MB")
	require.NoError(t, err)
	require.Equal(t, int32(3), cfg.MaxConns)
	require.Equal(t, "8MB", cfg.ConnConfig.RuntimeParams["work_mem"])
	pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
	require.NoError(t, err)
	defer pool.Close()
	require.NoError(t, pool.Ping(t.Context()))
}

func TestParseConfigRefusesWhatIsNoURL(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "host=/tmp", "postgres://%zz", "https://example.com"} {
		_, err := ParseConfig(text)
		require.ErrorContains(t, err, "pgcluster: this is no URL of a cluster: take the one that Cluster.URL returns")
	}
	_, err := ParseConfig(socketURL("/tmp") + "&target_session_attrs=nonsense")
	require.ErrorContains(t, err, "the cluster's URL cannot be used")
}
