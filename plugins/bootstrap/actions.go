package bootstrap

import (
	"context"
	"errors"
	"strings"

	"github.com/elizago/elizago/core"
)

// reply generates an answer from the results of the chosen providers and of
// earlier actions.
var reply = core.Action{
	Name:        "REPLY",
	Description: "Answers the message with text. Choose it last when other actions should run first.",
	Similes:     []string{"RESPOND", "ANSWER", "SAY", "SEND_MESSAGE"},
	Handle: func(ctx context.Context, call core.ActionCall) (*core.ActionResult, error) {
		rt := call.Runtime
		stream := &core.FieldStream{
			Root: "response", Field: "text",
			Emit: func(text string) error { return call.Stream(ctx, text) },
		}
		answer, err := rt.Generate(ctx, core.TextLarge, core.TextRequest{
			Prompt: rt.Prompt(core.TemplateReply, call.Message, call.State),
			Stream: func(d core.Delta) error { return stream.Write(d.Text) },
		})
		if err != nil {
			return nil, err
		}
		fields, ok := core.ParseXML(answer.Text(), "response")
		if !ok {
			// A plain text answer is used as the reply.
			fields = map[string]string{"text": strings.TrimSpace(answer.Text())}
		}
		if fields["text"] == "" {
			return nil, errors.New("the model had nothing to say")
		}
		content := call.Response
		content.Thought, content.Text = fields["thought"], fields["text"]
		return &core.ActionResult{}, call.Reply(ctx, content)
	},
}

// ignore and none are decisions without work: the runtime handles their names.
// They are registered to be offered to the model.
var ignore = core.Action{
	Name:        "IGNORE",
	Description: "Does not answer, for messages that need none. Choose it alone.",
	Similes:     []string{"STOP_TALKING", "DISREGARD"},
	Handle:      nothing,
}

var none = core.Action{
	Name:        "NONE",
	Description: "Does nothing beyond the text of the answer.",
	Similes:     []string{"NO_ACTION"},
	Handle:      nothing,
}

func nothing(context.Context, core.ActionCall) (*core.ActionResult, error) {
	return &core.ActionResult{}, nil
}
