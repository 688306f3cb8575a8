package preferences

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/elizago/elizago/core"
)

// provider returns the provider of the preferences of the message's sender. It
// is dynamic: the model requests it if they matter for the message.
func (k keeper) provider() core.Provider {
	return core.Provider{
		Name:        "USER_PREFERENCES",
		Description: "What this user has said to prefer: theme, language, name and the like",
		Dynamic:     true,
		Get:         k.read,
	}
}

// read returns the sender's preferences. In templates they are
// {{preferences.theme}} and so on, escaped, and apart from other values, since
// a user chooses the names as well.
func (keeper) read(ctx context.Context, ask core.ProviderCall) (*core.ProviderResult, error) {
	found, err := NewRepository(ask.Runtime.Database()).Find(ctx, ask.Message.EntityID)
	if errors.Is(err, core.ErrNotFound) {
		return &core.ProviderResult{Text: heading + "\n(none yet)"}, nil
	}
	if err != nil {
		return nil, err
	}
	values := map[string]any{}
	for name, value := range found.Values {
		values["preferences."+name] = core.EscapePrompt(strings.Join(strings.Fields(value), " "))
	}
	return &core.ProviderResult{
		Text:   section(found.Values),
		Values: values,
		Data:   map[string]any{"preferences": found.Values},
	}, nil
}

const heading = "# User Preferences"

// section returns the provider's text: one line per preference, escaped so that
// it cannot pass for another part of the prompt.
func section(values map[string]string) string {
	text := heading
	for _, name := range slices.Sorted(maps.Keys(values)) {
		text += "\n- " + core.EscapePrompt(name+": "+strings.Join(strings.Fields(values[name]), " "))
	}
	return text
}
