package migration_test

import (
	"context"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
)

// prepared are the statements that a connection has prepared.
type prepared struct {
	mu         sync.Mutex
	statements []string
}

// TraceQueryStart implements pgx.QueryTracer.
func (*prepared) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (*prepared) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TracePrepareStart implements pgx.PrepareTracer.
func (p *prepared) TracePrepareStart(ctx context.Context, _ *pgx.Conn, data pgx.TracePrepareStartData) context.Context {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.statements = append(p.statements, data.SQL)
	return ctx
}

// TracePrepareEnd implements pgx.PrepareTracer.
func (*prepared) TracePrepareEnd(context.Context, *pgx.Conn, pgx.TracePrepareEndData) {}

// askAll asks the engine all that it can be asked.
func askAll(t *testing.T, e *migration.Engine, units []migration.Unit) {
	t.Helper()
	_, err := e.Plan(t.Context(), units)
	require.NoError(t, err)
	_, err = e.Run(t.Context(), units, migration.Options{DryRun: true})
	require.NoError(t, err)
	_, err = e.Run(t.Context(), units, migration.Options{})
	require.NoError(t, err)
	_, err = e.Run(t.Context(), units, migration.Options{Full: true})
	require.NoError(t, err)
	report, err := e.Check(t.Context(), units)
	require.NoError(t, err)
	require.True(t, report.Equal)
	for _, u := range units {
		status, err := e.Status(t.Context(), u.Plugin)
		require.NoError(t, err)
		require.True(t, status.HasRun)
	}
}

// Behind a pooler a prepared statement is on another client's connection the
// next time: none is.
func TestNothingIsPrepared(t *testing.T) {
	t.Parallel()
	config, err := pgx.ParseConfig(pgtest.Copy(t, beforeForty(t)))
	require.NoError(t, err)
	tracer := &prepared{}
	config.Tracer = tracer
	db := stdlib.OpenDB(*config)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	askAll(t, engine(t, db), forty(true))
	askAll(t, engine(t, db), online(onlineIndex, onlineKey, onlineCheck))
	require.Empty(t, tracer.statements)
}

// One process whose connections are other ones of the server's all the time.
func TestOneProcessThroughPgBouncer(t *testing.T) {
	t.Parallel()
	url := pgtest.Copy(t, beforeForty(t))
	through := pgtest.Bouncer(t, url, 3)
	stop := make(chan struct{})
	var others sync.WaitGroup
	for range 3 {
		db := openURL(t, through)
		others.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					if _, err := db.ExecContext(t.Context(), "SELECT 1"); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	db := openURL(t, through)
	askAll(t, engine(t, db), forty(true))
	askAll(t, engine(t, db), online(onlineIndex, onlineKey, onlineCheck))
	close(stop)
	others.Wait()
}
