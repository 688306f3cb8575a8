package bootstrap

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/elizago/elizago/core"
)

// character describes the agent and its style.
var character = core.Provider{
	Name:     "CHARACTER",
	Position: positionCharacter,
	Get: func(_ context.Context, ask core.ProviderCall) (*core.ProviderResult, error) {
		c := ask.Runtime.Character()
		var b strings.Builder
		fmt.Fprintf(&b, "# About %s\n", c.Name)
		for _, line := range c.Bio {
			fmt.Fprintln(&b, line)
		}
		section(&b, "is interested in", c.Topics)
		section(&b, "is", c.Adjectives)
		for _, rule := range append(append([]string(nil), c.Style.All...), c.Style.Chat...) {
			fmt.Fprintf(&b, "- %s\n", rule)
		}
		examples(&b, c)
		return &core.ProviderResult{Text: b.String()}, nil
	},
}

func section(b *strings.Builder, verb string, words []string) {
	if len(words) > 0 {
		fmt.Fprintf(b, "It %s %s.\n", verb, strings.Join(words, ", "))
	}
}

// examples writes the character's example conversations. They are not escaped:
// the character's author is trusted.
func examples(b *strings.Builder, c *core.Character) {
	if len(c.MessageExamples) == 0 {
		return
	}
	fmt.Fprintf(b, "\n# How %s Talks\n", c.Name)
	for _, example := range c.MessageExamples {
		for _, line := range example {
			fmt.Fprintf(b, "%s: %s\n", line.Name, oneLine(line.Content.Text))
		}
	}
}

// clock provides the current time. {{time}} is RFC 3339.
var clock = core.Provider{
	Name:     "TIME",
	Position: positionTime,
	Get: func(context.Context, core.ProviderCall) (*core.ProviderResult, error) {
		now := time.Now().UTC()
		return &core.ProviderResult{
			Text:   "# Time\n" + now.Format("Monday, 2 January 2006, 15:04 UTC"),
			Values: map[string]any{"time": now.Format(time.RFC3339)},
		}, nil
	},
}

// actions lists the actions that are available for the message.
var actions = core.Provider{
	Name:     "ACTIONS",
	Position: positionActions,
	Get: func(ctx context.Context, ask core.ProviderCall) (*core.ProviderResult, error) {
		var b strings.Builder
		var names []string
		fmt.Fprintln(&b, core.HeadingActions)
		for _, action := range ask.Runtime.Actions(ctx, ask.Message) {
			tool := action.Tool()
			fmt.Fprintf(&b, "- %s: %s", tool.Name, oneLine(tool.Description))
			if tool.Schema != nil {
				schema, err := json.Marshal(tool.Schema)
				if err != nil {
					return nil, err
				}
				fmt.Fprintf(&b, " Arguments: %s", schema)
			}
			fmt.Fprintln(&b)
			names = append(names, action.Name)
		}
		return &core.ProviderResult{Text: b.String(), Values: map[string]any{"actionNames": strings.Join(names, ", ")}}, nil
	},
}

// providers lists the dynamic providers that the model can request.
var providers = core.Provider{
	Name:     "PROVIDERS",
	Position: positionProviders,
	Get: func(_ context.Context, ask core.ProviderCall) (*core.ProviderResult, error) {
		var b strings.Builder
		for _, provider := range ask.Runtime.Providers() {
			if provider.Dynamic && !provider.Private {
				fmt.Fprintf(&b, "- %s: %s\n", provider.Name, provider.Description)
			}
		}
		if b.Len() == 0 {
			return &core.ProviderResult{}, nil
		}
		return &core.ProviderResult{Text: core.HeadingProviders + "\n" + b.String()}, nil
	},
}

// sqlState matches the code in an error of PostgreSQL, which says nothing to a
// model.
var sqlState = regexp.MustCompile(` \(SQLSTATE [0-9A-Z]{5}\)`)

// results lists the results of earlier actions.
var results = core.Provider{
	Name:     "ACTION_STATE",
	Position: positionResults,
	Get: func(_ context.Context, ask core.ProviderCall) (*core.ProviderResult, error) {
		if len(ask.Results) == 0 {
			return &core.ProviderResult{}, nil
		}
		var b strings.Builder
		fmt.Fprintln(&b, core.HeadingActionResults)
		for _, result := range ask.Results {
			if result.Err != nil {
				fmt.Fprintf(&b, "- %s: failed: %s\n", result.Action, plain(sqlState.ReplaceAllString(result.Err.Error(), "")))
			} else {
				fmt.Fprintf(&b, "- %s: done: %s\n", result.Action, plain(result.Text))
			}
		}
		return &core.ProviderResult{Text: b.String()}, nil
	},
}

// plain escapes user input for one line of a prompt.
func plain(text string) string { return core.EscapePrompt(oneLine(text)) }

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
