package runtime_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/agenttest"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/plugins/bootstrap"
	"github.com/elizago/elizago/runtime"
)

// Over a network, round trips are what a user waits for. The numbers are those
// of today: who makes them larger should know it. Work in the background can add
// some, so the least of several counts.
func TestRoundTripsOfAMessageAndOfAStart(t *testing.T) {
	t.Parallel()
	const messages = 10
	proxy := pgtest.NewProxy(t, pgtest.Database(t))
	count := func(do func()) int64 {
		before := proxy.Trips.Load()
		do()
		return proxy.Trips.Load() - before
	}
	start := func() (*runtime.Runtime, int64) {
		model, _ := agenttest.Answering(slices.Repeat([]string{"<response><text>yes</text></response>"}, messages)...)
		rt := agenttest.Runtime(t, proxy.URL, []*core.Character{{Name: "Ada", Bio: core.Lines{"Ada tests."}}}, bootstrap.New(), model)
		return rt, count(func() { require.NoError(t, rt.Start(t.Context())) })
	}
	say := func(rt *runtime.Runtime) int64 {
		return count(func() {
			_, err := rt.Agents()[0].Handle(t.Context(), runtime.Message{Text: strings.Repeat("hello ", 3)})
			require.NoError(t, err)
			require.NoError(t, rt.Settle(t.Context()))
		})
	}

	rt, first := start()
	require.LessOrEqual(t, first, int64(130), "a first start, with all tables")
	var trips []int64
	for range messages {
		trips = append(trips, say(rt))
	}
	require.LessOrEqual(t, slices.Min(trips), int64(8), "a message, of %v", trips)
	require.NoError(t, rt.Stop(t.Context()))

	rt, again := start()
	require.LessOrEqual(t, again, int64(26), "a start on tables that are up to date")
	require.LessOrEqual(t, say(rt), int64(25), "a message in a room of an earlier start")
}
