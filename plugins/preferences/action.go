package preferences

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/elizago/elizago/core"
)

// storePreferences extracts a user's preferences from a message and saves them.
// It has no Validate: the model decides, in any language, whether a message
// states a preference.
var storePreferences = core.Action{
	Name: "STORE_USER_PREFERENCES",
	Description: "Saves what the user says to prefer, such as a theme, a language, a name to be called by. " +
		"Choose it when the message states a preference, before REPLY.",
	Similes: []string{"SAVE_PREFERENCES", "REMEMBER_PREFERENCE", "SET_PREFERENCES"},
	Examples: [][]core.ExampleLine{{
		{Name: "{{user}}", Content: core.Content{Text: "I prefer dark theme and Spanish language"}},
		{Name: "{{agent}}", Content: core.Content{
			Text: "I'll remember that.", Actions: []string{"STORE_USER_PREFERENCES", "REPLY"},
		}},
	}},
	Handle: func(ctx context.Context, call core.ActionCall) (*core.ActionResult, error) {
		answer, err := call.Runtime.Generate(ctx, core.TextSmall, core.TextRequest{
			Prompt: fmt.Sprintf(extraction, core.EscapePrompt(call.Message.Content.Text)),
		})
		if err != nil {
			return nil, err
		}
		values := stated(answer.Text())
		if len(values) == 0 {
			return &core.ActionResult{Text: "The message states no preference, so nothing was saved."}, nil
		}
		saved, err := NewRepository(call.Runtime.Database()).Upsert(ctx, call.Message.EntityID, values)
		if err != nil {
			return nil, err
		}
		return &core.ActionResult{
			Text: "Saved " + list(values) + ".",
			Data: map[string]any{"preferences": saved.Values},
		}, nil
	},
}

// extraction is the prompt for the preferences in a message.
const extraction = `Extract what the user states to prefer. Leave out everything that the message does not say.

` + core.MessageOpen + `
%s
` + core.MessageClose + `

Answer with one XML element and nothing else, with one element for each preference. Other names than these are welcome:
<preferences>
  <theme>light, dark or auto</theme>
  <language>a two-letter code such as en, es or fr</language>
  <notifications>true or false</notifications>
  <name>what to call the user</name>
</preferences>
`

// maxValue is the maximum length of a value, in case a model copies the whole
// message.
const maxValue = 200

// stated parses the model's answer.
func stated(answer string) map[string]string {
	fields, _ := core.ParseXML(answer, "preferences")
	maps.DeleteFunc(fields, func(_, value string) bool { return value == "" || len(value) > maxValue })
	return fields
}

// list formats values in the order of their names.
func list(values map[string]string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		parts = append(parts, name+" = "+values[name])
	}
	return strings.Join(parts, ", ")
}
