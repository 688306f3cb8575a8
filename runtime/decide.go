package runtime

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// Names of actions that the runtime handles itself. REPLY is run by the plugin
// that registers it, unless the text of the decision suffices.
const (
	actionReply  = "REPLY"
	actionIgnore = "IGNORE"
	actionNone   = "NONE"
)

// maxAttempts is the number of calls of the model if its answers cannot be
// parsed.
const maxAttempts = 3

// decision is what the model chose to do about a message.
type decision struct {
	core.Content
	// args are the arguments of the actions, as the model wrote them.
	args string
}

// decide asks the model for a decision. The answer is streamed as soon as it is
// certain that its text is the reply.
func (t *turn) decide(ctx context.Context) (decision, error) {
	state, err := t.ComposeState(ctx, t.message, core.StateOptions{})
	if err != nil {
		return decision{}, err
	}
	prompt := t.Prompt(core.TemplateMessageHandler, t.message, state)
	var last string
	for attempt := 1; attempt <= maxAttempts; attempt++ {
		stream := &core.FieldStream{
			Root: "response", Field: "text", Emit: t.stream,
			Open: func(fields map[string]string) bool { return t.simple(t.read(fields)) },
		}
		response, err := t.Generate(ctx, core.TextLarge, core.TextRequest{Prompt: prompt, Stream: func(d core.Delta) error { return stream.Write(d.Text) }})
		if err != nil {
			return decision{}, err
		}
		if fields, ok := core.ParseXML(response.Text(), "response"); ok {
			return t.read(fields), nil
		}
		last = strings.TrimSpace(response.Text())
		t.log.Warn("the model's answer has no <response>; asking again",
			zap.Int("attempt", attempt), zap.Int("attempts", maxAttempts))
	}
	// A plain text answer is used as the reply.
	if last != "" && !strings.Contains(last, "<response") {
		return decision{Content: core.Content{Text: last}}, nil
	}
	return decision{}, fmt.Errorf("runtime: the model did not answer in the form that the prompt asks for, %d times: "+
		"try another model, or check the character's template %q", maxAttempts, core.TemplateMessageHandler)
}

// read converts the model's fields to a decision. Providers that are unknown or
// were not offered are dropped.
func (t *turn) read(fields map[string]string) decision {
	var providers []string
	for _, name := range splitNames(fields["providers"]) {
		at := slices.IndexFunc(t.providers, func(p core.Provider) bool {
			return !p.Private && plainName(p.Name) == plainName(name)
		})
		if at >= 0 {
			providers = append(providers, t.providers[at].Name)
		}
	}
	return decision{args: fields["args"], Content: core.Content{
		Thought:   fields["thought"],
		Text:      fields["text"],
		Actions:   splitNames(fields["actions"]),
		Providers: providers,
	}}
}

// simple reports whether the decision is only a reply, so that no second call
// of the model is needed.
func (t *turn) simple(decision decision) bool {
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
