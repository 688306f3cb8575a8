package preferences

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/elizago/elizago/core"
)

// keeper is the plugin's action and provider. It has what both are made with,
// and no database: they make a repository in each call, from the one of the
// call.
type keeper struct {
	// longest is the maximum length of a value, in case a model copies the
	// whole message.
	longest int
}

// statement is what the model passes to the action.
type statement struct {
	Preferences map[string]string `json:"preferences" jsonschema:"what the user states to prefer, by name: theme (light, dark or auto), language (a two-letter code such as en, es or fr), notifications (true or false), name (what to call the user), and others. Only what the message says."`
}

// action returns the action that saves what a user prefers. It has no Validate:
// the model decides, in any language, whether a message states a preference.
func (k keeper) action() core.Action {
	action := core.NewAction("STORE_USER_PREFERENCES",
		"Saves what the user says to prefer, such as a theme, a language, a name to be called by. "+
			"Choose it when the message states a preference, before REPLY.",
		core.EffectDatabase, k.store)
	action.Similes = []string{"SAVE_PREFERENCES", "REMEMBER_PREFERENCE", "SET_PREFERENCES"}
	action.Examples = [][]core.ExampleLine{{
		{Name: "{{user}}", Content: core.Content{Text: "I prefer dark theme and Spanish language"}},
		{Name: "{{agent}}", Content: core.Content{
			Text: "I'll remember that.", Actions: []string{"STORE_USER_PREFERENCES", "REPLY"},
		}},
	}}
	return action
}

// store saves the preferences in the call's transaction.
func (k keeper) store(ctx context.Context, call core.ActionCall, stated statement) (*core.ActionResult, error) {
	values := stated.Preferences
	maps.DeleteFunc(values, func(name, value string) bool { return name == "" || value == "" || len(value) > k.longest })
	if len(values) == 0 {
		return &core.ActionResult{Text: "The message states no preference, so nothing was saved."}, nil
	}
	saved, err := NewRepository(call.Database).Upsert(ctx, call.Message.EntityID, values)
	if err != nil {
		return nil, err
	}
	return &core.ActionResult{
		Text: "Saved " + list(values) + ".",
		Data: map[string]any{"preferences": saved.Values},
	}, nil
}

// list formats values in the order of their names.
func list(values map[string]string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		parts = append(parts, name+" = "+values[name])
	}
	return strings.Join(parts, ", ")
}
