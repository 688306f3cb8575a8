package core

import "context"

// Provider tells an agent something that it should know before it answers.
type Provider struct {
	// Name is in capitals with underscores; required.
	Name string
	// Description tells the model what it would learn; it is shown for dynamic
	// providers.
	Description string
	// Dynamic providers are asked only when the model, or a caller, names
	// them.
	Dynamic bool
	// Private providers are asked only when a caller names them; the model is
	// not told of them.
	Private bool
	// Position orders the texts of providers, the lowest first. Equal
	// positions: in the order of registration.
	Position int

	// Get answers; required. All providers of one state run at once, each with
	// a time limit; one that fails is left out, with a warning.
	Get func(ctx context.Context, ask ProviderCall) (*ProviderResult, error)
}

// ProviderCall is what a provider is given.
type ProviderCall struct {
	Runtime Runtime
	// Message is what is being answered.
	Message *Memory
	// Results are those of the actions that ran before, in order.
	Results []ActionResult
}

// ProviderResult is what a provider says.
type ProviderResult struct {
	// Text goes into the prompt. Empty: nothing to say.
	Text string
	// Values fill {{name}} in prompt templates.
	Values map[string]any
	// Data is for code.
	Data map[string]any
}

// State is what all asked providers said of one message.
type State struct {
	// Text is all texts, in order, with a blank line between them.
	Text string
	// Values are merged in the same order: later ones win.
	Values map[string]any
	// Providers holds each provider's own result by name.
	Providers map[string]*ProviderResult
}
