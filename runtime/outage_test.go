package runtime_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/agenttest"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/plugins/bootstrap"
	"github.com/elizago/elizago/plugins/sql"
	"github.com/elizago/elizago/runtime"
)

// A server that comes after the program is waited for.
func TestAStartWaitsForItsDatabase(t *testing.T) {
	t.Parallel()
	proxy := pgtest.NewProxy(t, pgtest.Database(t))
	proxy.Down()
	rt := agenttest.Runtime(t, proxy.URL, []*core.Character{{Name: "Ada"}}, bootstrap.New())
	started := make(chan error)
	go func() { started <- rt.Start(context.Background()) }()
	require.Eventually(t, func() bool { return proxy.Attempts.Load() > 1 }, time.Minute, time.Millisecond)
	proxy.Up()
	require.NoError(t, <-started)
}

// Which ends as soon as it is interrupted, and is not begun where it is not
// wanted, or does not help.
func TestAStartThatWaitsForItsDatabaseEnds(t *testing.T) {
	t.Parallel()
	proxy := pgtest.NewProxy(t, pgtest.Database(t))
	proxy.Down()
	ctx, cancel := context.WithCancel(t.Context())
	started := make(chan error)
	go func() {
		started <- agenttest.Runtime(t, proxy.URL, []*core.Character{{Name: "Ada"}}, bootstrap.New()).Start(ctx)
	}()
	require.Eventually(t, func() bool { return proxy.Attempts.Load() > 0 }, time.Minute, time.Millisecond)
	cancel()
	require.Error(t, <-started)

	for _, url := range []string{proxy.URL, "postgres://u:p@ss@host/db"} {
		rt, err := runtime.New(runtime.Config{
			Plugins: []*core.Plugin{sql.New(sql.Config{URL: url}), bootstrap.New()}, Characters: []*core.Character{{Name: "Ada"}}, StartWait: -1,
		})
		require.NoError(t, err)
		require.Error(t, rt.Start(t.Context()))
	}
}

// A reply is heard in full only once it is saved.
func TestAReplyIsSavedBeforeItIsSaidInFull(t *testing.T) {
	t.Parallel()
	const text = "one two three four"
	model, _ := agenttest.Answering("<response><text>" + text + "</text></response>")
	agent := agenttest.Start(t, bootstrap.New(), model)
	var heard strings.Builder
	_, err := agent.Handle(t.Context(), runtime.Message{Text: "hello", OnChunk: func(chunk string) error {
		heard.WriteString(chunk)
		saved := len(messages(t, agent)) == 2
		require.Equal(t, heard.String() == text, saved, heard.String())
		return nil
	}})
	require.NoError(t, err)
	require.Equal(t, text, heard.String())
}

// The model is told that a provider could not look, so that it does not say that
// there is nothing.
func TestTheModelHearsThatAProviderCouldNotLook(t *testing.T) {
	t.Parallel()
	model, asked := agenttest.Answering("<response><text>I could not look.</text></response>")
	agent := agenttest.Start(t, bootstrap.New(), model, &core.Plugin{Name: "@test/notes", Providers: []core.Provider{
		{Name: "NOTES", Get: func(context.Context, core.ProviderCall) (*core.ProviderResult, error) {
			return nil, errors.New("the database went away")
		}},
	}})
	_, err := agent.Handle(t.Context(), runtime.Message{Text: "what did I note?"})
	require.NoError(t, err)
	require.Contains(t, asked.Prompts()[0], core.HeadingNotLookedUp+"\n- NOTES\n")
}
