package core

import "context"

// Provider supplies context to an agent before it answers.
type Provider struct {
	// Name is upper case with underscores; required. A second provider with the
	// same name is skipped with a warning.
	Name string
	// Description explains to the model what the provider supplies; it is shown
	// for dynamic providers.
	Description string
	// Dynamic providers are called only if the model or a caller names them.
	Dynamic bool
	// Private providers are called only if a caller names them; they are not
	// offered to the model.
	Private bool
	// Position orders the texts of providers, lowest first, then in the order
	// of the plugins (see Plugin.Priority) and of their Providers.
	Position int

	// Get returns the provider's result; required. All providers of a state run
	// concurrently, each with a timeout; a provider that fails is omitted with
	// a warning.
	Get func(ctx context.Context, ask ProviderCall) (*ProviderResult, error)
}

// ProviderCall holds the arguments of Provider.Get.
type ProviderCall struct {
	Runtime Runtime
	// Message is the message being answered.
	Message *Memory
	// Results holds the results of earlier actions, in order.
	Results []ActionResult
}

// ProviderResult is the result of a provider.
type ProviderResult struct {
	// Text is included in the prompt. Empty: nothing.
	Text string
	// Values replace {{name}} in prompt templates.
	Values map[string]any
	// Data is for actions and other code; it is not part of the prompt.
	Data map[string]any
}

// State is the combined result of the providers for one message.
type State struct {
	// Text is all texts, in order, separated by blank lines.
	Text string
	// Values are the providers' values, merged in the same order, and then those
	// of StateOptions.Results; later ones win.
	Values map[string]any
	// Providers holds each provider's own result by name.
	Providers map[string]*ProviderResult
	// Failed names the providers that failed, in order. Text lists them under
	// HeadingNotLookedUp.
	Failed []string
}
