package runtime

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// Names of actions that the runtime itself understands. REPLY is run by the
// plugin that registers it, unless the model's own text will do.
const (
	actionReply  = "REPLY"
	actionIgnore = "IGNORE"
	actionNone   = "NONE"
)

// maxAttempts is how often a model is asked when its answer cannot be read.
const maxAttempts = 3

// decide asks the model what to do. While the answer is being written it is
// streamed, as soon as it is clear that its text is the reply.
func (t *turn) decide(ctx context.Context) (core.Content, error) {
	state, err := t.ComposeState(ctx, t.message, core.StateOptions{})
	if err != nil {
		return core.Content{}, err
	}
	prompt := t.Prompt(core.TemplateMessageHandler, t.message, state)
	var last string
	for attempt := 1; attempt <= maxAttempts; attempt++ {
		stream := &core.FieldStream{
			Root: "response", Field: "text", Emit: t.stream,
			Open: func(fields map[string]string) bool { return t.simple(t.read(fields)) },
		}
		response, err := t.Generate(ctx, core.TextLarge, core.TextRequest{Prompt: prompt, Stream: stream.Write})
		if err != nil {
			return core.Content{}, err
		}
		if fields, ok := core.ParseXML(response.Text, "response"); ok {
			return t.read(fields), nil
		}
		last = strings.TrimSpace(response.Text)
		t.log.Warn("the model's answer has no <response>; asking again",
			zap.Int("attempt", attempt), zap.Int("attempts", maxAttempts))
	}
	// A model that only ever talks is still worth listening to.
	if last != "" && !strings.Contains(last, "<response") {
		return core.Content{Text: last}, nil
	}
	return core.Content{}, fmt.Errorf("runtime: the model did not answer in the form that the prompt asks for, %d times: "+
		"try another model, or check the character's template %q", maxAttempts, core.TemplateMessageHandler)
}

// read turns the model's fields into a decision. Providers that do not exist,
// or that it was not told of, are left out.
func (t *turn) read(fields map[string]string) core.Content {
	var providers []string
	for _, name := range splitNames(fields["providers"]) {
		at := slices.IndexFunc(t.providers, func(p core.Provider) bool {
			return !p.Private && plainName(p.Name) == plainName(name)
		})
		if at >= 0 {
			providers = append(providers, t.providers[at].Name)
		}
	}
	return core.Content{
		Thought:   fields["thought"],
		Text:      fields["text"],
		Actions:   splitNames(fields["actions"]),
		Providers: providers,
	}
}

// simple reports whether the decision is a reply and nothing else, so that
// its text needs no second call of the model.
func (t *turn) simple(decision core.Content) bool {
	if len(decision.Providers) > 0 {
		return false
	}
	for _, name := range decision.Actions {
		if known := plainName(name); known != plainName(actionReply) && known != plainName(actionNone) {
			return false
		}
	}
	return true
}

func splitNames(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == '\n' || r == ' ' || r == '\t' })
}
