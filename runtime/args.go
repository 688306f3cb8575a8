package runtime

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/elizago/elizago/core"
)

// argsPrompt asks for the arguments of one action: its name and description,
// the message, and the schema.
const argsPrompt = `Write the arguments of the action %s, which was chosen for the message below. %s Leave out what the message does not say.

` + core.MessageOpen + `
%s
` + core.MessageClose + `

The arguments are one JSON object that fits this schema:
%s

Answer with one XML element and nothing else:
<response>
  <args>the JSON object</args>
</response>
`

// args returns the arguments of an action of the decision, which fit its
// schema. A decision without any, as after a character's own template that does
// not ask for them, makes the model be asked for them.
func (t *turn) args(ctx context.Context, action core.Action, decision decision) (json.RawMessage, error) {
	if action.Args == nil {
		return nil, nil
	}
	schema, err := action.Args.Resolve(nil)
	if err != nil {
		return nil, fmt.Errorf("runtime: the arguments' schema: %w", err)
	}
	written := decision.args
	if written == "" && len(action.Args.Required) > 0 {
		if written, err = t.askForArgs(ctx, action); err != nil {
			return nil, err
		}
	}
	var args json.RawMessage
	if err := core.ReadArgs(t.argsOf(action, written), schema, &args); err != nil {
		return nil, fmt.Errorf("the arguments do not fit: %w", err)
	}
	return args, nil
}

// askForArgs asks the model for the arguments of one action alone.
func (t *turn) askForArgs(ctx context.Context, action core.Action) (string, error) {
	schema, err := json.Marshal(action.Args)
	if err != nil {
		return "", err
	}
	response, err := t.Generate(ctx, core.TextLarge, core.TextRequest{
		Prompt: fmt.Sprintf(argsPrompt, action.Name, action.Description, core.EscapePrompt(t.message.Content.Text), schema),
	})
	if err != nil {
		return "", err
	}
	fields, ok := core.ParseXML(response.Text(), "response")
	if !ok {
		return response.Text(), nil
	}
	return fields["args"], nil
}

// argsOf returns the arguments of one action of those that the model wrote
// under the actions' names. What has no action's name is the arguments
// themselves.
func (t *turn) argsOf(action core.Action, written string) string {
	byName := map[string]json.RawMessage{}
	object, err := (&jsonschema.Schema{Type: "object"}).Resolve(nil)
	if err != nil || core.ReadArgs(written, object, &byName) != nil {
		return written
	}
	named := false
	for name, args := range byName {
		if plainName(name) == plainName(action.Name) {
			return string(args)
		}
		named = named || slices.ContainsFunc(t.actions, func(a core.Action) bool { return plainName(a.Name) == plainName(name) })
	}
	if named {
		return "" // of other actions
	}
	return written
}
