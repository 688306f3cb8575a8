package cli

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/agenttest"
	"github.com/elizago/elizago/plugins/bootstrap"
)

// away is a model whose second answer meets an outage.
type away struct{ calls int }

func (a *away) Generate(context.Context, core.TextRequest) (*core.TextResponse, error) {
	if a.calls++; a.calls == 2 {
		return nil, fmt.Errorf("could not look: %w", core.ErrUnavailable)
	}
	return &core.TextResponse{Parts: []core.Part{core.TextPart(fmt.Sprintf("<response><text>answer %d</text></response>", a.calls))}}, nil
}

func (*away) Traits() core.Traits { return core.Traits{} }

// A message that meets an outage is reported, and the next one answered.
func TestLinesGoOnAfterAnOutage(t *testing.T) {
	t.Parallel()
	model := &core.Plugin{Name: "@test/away", TextModels: map[core.ModelType]core.TextModel{core.TextLarge: &away{}}}
	var out, errs bytes.Buffer
	flags := startFlags{user: "grace", room: "main"}
	talk := &conversation{
		agent: agenttest.Start(t, bootstrap.New(), model), out: &out, err: &errs, flags: flags,
		printer: newPrinter(&out, "Ada", flags, false),
	}
	said, err := talk.lines(t.Context(), strings.NewReader("one\ntwo\nthree\n"))
	require.EqualError(t, err, "1 of 3 messages were not answered: say them again")
	require.Equal(t, 3, said)
	require.Equal(t, "answer 1\nanswer 3\n", out.String())
	require.Contains(t, errs.String(), "message 2 was not answered: ")
	require.Contains(t, errs.String(), "the database went away")
}
