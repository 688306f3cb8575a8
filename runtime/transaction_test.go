package runtime_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/agenttest"
	"github.com/elizago/elizago/plugins/bootstrap"
	"github.com/elizago/elizago/runtime"
)

// inDatabase starts an agent with one Database action, which its model chooses,
// and sends it a message.
func inDatabase(t *testing.T, limit time.Duration, handle func(ctx context.Context, call core.ActionCall) (*core.ActionResult, error)) (*runtime.Agent, *runtime.Outcome) {
	t.Helper()
	model, _ := agenttest.Answering("<response><actions>SAVES</actions></response>")
	saves := action("SAVES", handle)
	saves.Effect, saves.Timeout = core.EffectDatabase, limit
	agent := agenttest.Start(t, bootstrap.New(), model, &core.Plugin{Name: "@test/saves", Actions: []core.Action{saves}})
	outcome, err := agent.Handle(t.Context(), runtime.Message{Text: "go"})
	require.NoError(t, err)
	return agent, outcome
}

// save saves an entity of that name.
func save(ctx context.Context, db core.Database, agent core.Runtime, name string) error {
	return db.SaveEntity(ctx, &core.Entity{ID: core.ScopedID(agent.AgentID(), name), AgentID: agent.AgentID(), Names: []string{name}})
}

func saved(t *testing.T, agent *runtime.Agent, name string) bool {
	t.Helper()
	_, err := agent.Database().Entity(t.Context(), core.ScopedID(agent.AgentID(), name))
	if errors.Is(err, core.ErrNotFound) {
		return false
	}
	require.NoError(t, err)
	return true
}

func TestADatabaseActionSavesAllOrNothing(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]error{"done": nil, "failed": errors.New("no ink")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			agent, outcome := inDatabase(t, 0, func(ctx context.Context, call core.ActionCall) (*core.ActionResult, error) {
				if err := save(ctx, call.Database, call.Runtime, "one"); err != nil {
					return nil, err
				}
				if err := save(ctx, call.Runtime.Database(), call.Runtime, "two"); err != nil {
					return nil, err
				}
				if err := call.Stream(ctx, "it"); err != nil {
					return nil, err
				}
				if err := call.Reply(ctx, core.Content{Text: "it is done"}); err != nil {
					return nil, err
				}
				return &core.ActionResult{Text: "done"}, failure
			})
			require.Equal(t, failure == nil, saved(t, agent, "one"))
			require.Equal(t, failure == nil, saved(t, agent, "two"))
			require.ErrorIs(t, outcome.Results[0].Err, failure)
			want := "it is done"
			if failure != nil {
				want = "Something went wrong, and I could not do SAVES."
			}
			require.Len(t, outcome.Replies, 1, "what was said of writes that are not there is not said")
			require.Equal(t, want, outcome.Replies[0].Content.Text)
		})
	}
}

func TestADatabaseActionAsksNoModel(t *testing.T) {
	t.Parallel()
	_, outcome := inDatabase(t, 0, func(ctx context.Context, call core.ActionCall) (*core.ActionResult, error) {
		_, err := call.Runtime.Generate(ctx, core.TextLarge, core.TextRequest{Prompt: "hm"})
		require.ErrorIs(t, err, core.ErrInTransaction)
		_, err = core.Object[map[string]string](ctx, call.Runtime, core.TextLarge, core.TextRequest{Prompt: "hm"})
		require.ErrorIs(t, err, core.ErrInTransaction)
		_, err = call.Runtime.ComposeState(ctx, call.Message, core.StateOptions{})
		require.ErrorIs(t, err, core.ErrInTransaction)
		return &core.ActionResult{Text: "done"}, nil
	})
	require.NoError(t, outcome.Results[0].Err)
}

// A transaction that conflicts with another one is run again, at most twice.
func TestADatabaseActionRunsAgainAfterAConflict(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		code            string
		conflicts, runs int
	}{
		"serialization": {pgerrcode.SerializationFailure, 2, 3},
		"deadlock":      {pgerrcode.DeadlockDetected, 5, 3},
		"another error": {pgerrcode.UniqueViolation, 5, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runs := 0
			agent, outcome := inDatabase(t, 0, func(ctx context.Context, call core.ActionCall) (*core.ActionResult, error) {
				runs++
				if err := save(ctx, call.Database, call.Runtime, "one"); err != nil {
					return nil, err
				}
				if runs <= tt.conflicts {
					return nil, &pgconn.PgError{Code: tt.code}
				}
				return &core.ActionResult{Text: "done"}, call.Reply(ctx, core.Content{Text: "once"})
			})
			require.Equal(t, tt.runs, runs)
			require.Equal(t, runs > tt.conflicts, saved(t, agent, "one"))
			require.Equal(t, runs > tt.conflicts, outcome.Results[0].Err == nil)
			require.Len(t, outcome.Replies, 1)
		})
	}
}

// The server ends what goes on for too long, so that it holds no locks.
func TestADatabaseActionHasATimeLimit(t *testing.T) {
	t.Parallel()
	agent, outcome := inDatabase(t, 300*time.Millisecond, func(ctx context.Context, call core.ActionCall) (*core.ActionResult, error) {
		if err := save(ctx, call.Database, call.Runtime, "one"); err != nil {
			return nil, err
		}
		<-ctx.Done()
		return &core.ActionResult{}, nil
	})
	require.ErrorContains(t, outcome.Results[0].Err, "it took longer than 300ms: nothing was saved")
	require.False(t, saved(t, agent, "one"))
}
