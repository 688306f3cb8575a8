package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/agenttest"
	"github.com/elizago/elizago/plugins/bootstrap"
	"github.com/elizago/elizago/runtime"
)

// embedding is a model whose calls are counted. It waits at the gate, whatever
// its context says, and refuses the text "bad".
type embedding struct {
	gate chan struct{}

	mu    sync.Mutex
	calls [][]string
}

func (e *embedding) Dimensions() int { return 384 }

func (e *embedding) Embed(_ context.Context, texts []string) ([][]float32, error) {
	e.mu.Lock()
	e.calls = append(e.calls, slices.Clone(texts))
	e.mu.Unlock()
	<-e.gate
	if slices.Contains(texts, "bad") {
		return nil, errors.New("it is bad")
	}
	made := make([][]float32, len(texts))
	for i := range made {
		made[i] = make([]float32, 384)
		made[i][len(texts[i])%384] = 1
	}
	return made, nil
}

func (e *embedding) plugin() *core.Plugin {
	return &core.Plugin{Name: "@test/embedding", EmbeddingModel: e}
}

// silent is a model that has nothing to say.
func silent(messages int) *core.Plugin {
	model, _ := agenttest.Answering(slices.Repeat([]string{"<response><actions>IGNORE</actions></response>"}, messages)...)
	return model
}

// unembedded returns the texts of messages without a vector.
func unembedded(t *testing.T, agent *runtime.Agent) (texts []string) {
	t.Helper()
	memories, err := agent.Database().Memories(t.Context(), core.MemoryQuery{AgentID: agent.AgentID(), Type: core.MemoryMessages, Unembedded: true, Limit: 1000})
	require.NoError(t, err)
	for _, memory := range memories {
		texts = append(texts, memory.Content.Text)
	}
	return texts
}

func startEmbedding(t *testing.T, plugins ...*core.Plugin) (*runtime.Runtime, *runtime.Agent) {
	t.Helper()
	rt, err := runtime.New(runtime.Config{
		Plugins: append(plugins, database(t)), Characters: []*core.Character{{Name: "Ada"}}, EmbeddingTimeout: time.Minute,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, rt.Stop(context.Background())) })
	require.NoError(t, rt.Start(t.Context()))
	return rt, rt.Agents()[0]
}

// A model that does not answer holds up no message, and all are embedded once it
// does, in batches.
func TestAnEmbeddingModelThatHangsHoldsUpNoMessage(t *testing.T) {
	t.Parallel()
	const messages = 270
	model := &embedding{gate: make(chan struct{})}
	rt, agent := startEmbedding(t, silent(messages), model.plugin())
	for i := range messages {
		_, err := agent.Handle(t.Context(), runtime.Message{Text: fmt.Sprintf("message %d", i)})
		require.NoError(t, err)
	}
	require.Len(t, unembedded(t, agent), messages)
	close(model.gate)
	require.NoError(t, rt.Settle(t.Context()))
	require.Empty(t, unembedded(t, agent))
	model.mu.Lock()
	defer model.mu.Unlock()
	require.Less(t, len(model.calls), 40, "the first, batches of the queue, and those that it had no room for")
}

// The text of a message is embedded once, though a provider searches with it.
func TestATextIsEmbeddedOnce(t *testing.T) {
	t.Parallel()
	model := &embedding{gate: make(chan struct{})}
	close(model.gate)
	rt, agent := startEmbedding(t, bootstrap.New(), silent(2), model.plugin())
	for _, text := range []string{"first", "second"} {
		_, err := agent.Handle(t.Context(), runtime.Message{Text: text})
		require.NoError(t, err)
	}
	require.NoError(t, rt.Settle(t.Context()))
	require.ElementsMatch(t, []string{"first", "second"}, slices.Concat(model.calls...))
	require.Empty(t, unembedded(t, agent))
}

// A text that the model refuses does not keep others of its batch from being
// embedded.
func TestATextThatCannotBeEmbeddedHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	model := &embedding{gate: make(chan struct{})}
	rt, agent := startEmbedding(t, silent(4), model.plugin())
	for _, text := range []string{"alone", "good", "bad", "better"} {
		_, err := agent.Handle(t.Context(), runtime.Message{Text: text})
		require.NoError(t, err)
	}
	close(model.gate)
	require.NoError(t, rt.Settle(t.Context()))
	require.Equal(t, []string{"bad"}, unembedded(t, agent))
}

// A model that ignores its time limit is left to itself.
func TestEmbeddingHasATimeLimit(t *testing.T) {
	t.Parallel()
	model := &embedding{gate: make(chan struct{})}
	defer close(model.gate)
	rt, err := runtime.New(runtime.Config{
		Plugins: []*core.Plugin{database(t), model.plugin()}, Characters: []*core.Character{{Name: "Ada"}}, EmbeddingTimeout: time.Millisecond,
	})
	require.NoError(t, err)
	require.NoError(t, rt.Start(t.Context()))
	_, err = rt.Agents()[0].Embed(t.Context(), "hello")
	require.EqualError(t, err, "runtime: embedding model of plugin @test/embedding: it took longer than 1ms")
	require.NoError(t, rt.Stop(t.Context()))
}
