package cli

import (
	"bytes"
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/fx"

	"github.com/elizago/elizago/internal/config"
	"github.com/elizago/elizago/plugins/bootstrap"
	"github.com/elizago/elizago/plugins/classic"
	"github.com/elizago/elizago/plugins/sql"
	"github.com/elizago/elizago/runtime"
)

// A server that accepts connections and answers none ends `db status` and
// `doctor` at their limit, with what to do.
func TestCommandsThatOnlyLookEndOnAServerThatHangs(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0") // the kernel accepts
	require.NoError(t, err)
	defer listener.Close()
	var out bytes.Buffer
	p := &program{
		Streams: Streams{Out: &out, Err: &out}, name: "elizago", secrets: runtime.NewSecrets(), answerLimit: 50 * time.Millisecond,
		modules: []fx.Option{sql.Module, bootstrap.Module, classic.Module},
		config:  config.Config{PostgresURL: "postgres://user@" + listener.Addr().String() + "/db?sslmode=disable", ConnectTimeout: time.Hour, PoolMax: 1},
	}
	_, err = p.databaseStatus(context.Background())
	require.EqualError(t, err, "the database does not answer within 50ms: look at its log, and at what its machine is doing")

	d := &doctor{program: p, quiet: true}
	d.database(context.Background(), d.plugins())
	require.Equal(t, 1, d.report.Missing, d.report)
	require.Contains(t, d.report.Findings, doctorFinding{"missing", err.Error()})
}
