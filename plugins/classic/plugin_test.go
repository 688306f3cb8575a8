package classic_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/fx"
	"go.uber.org/fx/fxtest"
	"go.uber.org/goleak"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/classic"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A plain question gets a plain answer. Within the runtime the prompt says
// much more, and the answer is structured.
func ExampleNew() {
	model := classic.New().TextModels[core.TextLarge]
	for _, line := range []string{
		"I dreamt of the sea",
		"Are you a robot?",
	} {
		answer, err := model.Generate(context.Background(), core.TextRequest{Prompt: line})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(answer.Text())
	}
	// Output:
	// What did you feel in the dream, with the sea?
	// Plainly: I'm the classic script, a small script after the method of 1966, not a language model. I match keywords, and I understand nothing. People talk to me all the same.
}

func TestModule(t *testing.T) {
	t.Parallel()
	var in struct {
		fx.In
		Plugins []*core.Plugin `group:"plugins"`
	}
	fxtest.New(t, classic.Module, fx.Populate(&in)).RequireStart().RequireStop()
	require.Len(t, in.Plugins, 1)
	p := in.Plugins[0]
	assert.Equal(t, "@elizago/classic", p.Name)
	assert.Negative(t, p.Priority, "every real model must win")
	assert.Contains(t, p.TextModels, core.TextSmall)
	assert.Contains(t, p.TextModels, core.TextLarge)
	assert.Equal(t, 384, p.EmbeddingModel.Dimensions())
}

func TestStream(t *testing.T) {
	t.Parallel()
	model := classic.New().TextModels[core.TextSmall]
	request := core.TextRequest{Prompt: "<message>\nI feel sad\n</message>\n<response>\n<thought>t</thought>\n<text>t</text>\n</response>"}

	t.Run("the pieces are the answer", func(t *testing.T) {
		t.Parallel()
		var got []string
		request := request
		request.Stream = func(d core.Delta) error { got = append(got, d.Text); return nil }
		answer, err := model.Generate(t.Context(), request)
		require.NoError(t, err)
		assert.Equal(t, answer.Text(), strings.Join(got, ""))
		assert.Greater(t, len(got), 5, "word by word")
	})
	t.Run("an error ends it", func(t *testing.T) {
		t.Parallel()
		full, calls := errors.New("full"), 0
		request := request
		request.Stream = func(core.Delta) error { calls++; return full }
		_, err := model.Generate(t.Context(), request)
		require.ErrorIs(t, err, full)
		assert.ErrorContains(t, err, "classic: ")
		assert.Equal(t, 1, calls)
	})
	t.Run("a cancelled context ends it", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		calls := 0
		request := request
		request.Stream = func(core.Delta) error { calls++; cancel(); return nil }
		_, err := model.Generate(ctx, request)
		require.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, 1, calls)
	})
	t.Run("limits", func(t *testing.T) {
		t.Parallel()
		answer, err := model.Generate(t.Context(), core.TextRequest{Prompt: "I feel sad", MaxTokens: 3})
		require.NoError(t, err)
		assert.Len(t, strings.Fields(answer.Text()), 3)
		answer, err = model.Generate(t.Context(), core.TextRequest{Prompt: "I feel sad", Stop: []string{"", "."}})
		require.NoError(t, err)
		assert.NotContains(t, answer.Text(), ".")
	})
}
