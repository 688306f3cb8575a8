package runtime

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// ComposeState implements core.Runtime. The providers run concurrently; one
// that fails, panics or times out cannot keep the agent from answering, and is
// named as one that could not look: that is not the same as having found
// nothing.
func (a *Agent) ComposeState(ctx context.Context, message *core.Memory, options core.StateOptions) (*core.State, error) {
	if inTransaction(ctx) {
		return nil, fmt.Errorf("runtime: the state cannot be composed inside a Database action: %w", core.ErrInTransaction)
	}
	asked, err := a.choose(options)
	if err != nil {
		return nil, err
	}
	results := make([]*core.ProviderResult, len(asked))
	failed := make([]bool, len(asked))
	var group sync.WaitGroup
	for i, provider := range asked {
		group.Go(func() {
			result, err := a.ask(ctx, provider, core.ProviderCall{Runtime: a, Message: message, Results: options.Results})
			if err != nil {
				a.log.Warn("a provider failed; the agent answers without it", zap.String("provider", provider.Name), zap.Error(err))
				runLogOf(ctx).failed("provider", provider.Name, err)
				failed[i] = true
				return
			}
			results[i] = result
		})
	}
	group.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}

	state := &core.State{Values: map[string]any{}, Providers: map[string]*core.ProviderResult{}}
	var texts []string
	for i, result := range results {
		if failed[i] {
			state.Failed = append(state.Failed, asked[i].Name)
		}
		if result == nil {
			continue
		}
		state.Providers[asked[i].Name] = result
		maps.Copy(state.Values, result.Values)
		if text := strings.TrimSpace(result.Text); text != "" {
			texts = append(texts, text)
		}
	}
	for _, result := range options.Results {
		maps.Copy(state.Values, result.Values)
	}
	if len(state.Failed) > 0 {
		texts = append(texts, notLookedUp(state.Failed))
	}
	state.Text = strings.Join(texts, "\n\n")
	return state, nil
}

// notLookedUp returns the text about providers that failed, for the model.
func notLookedUp(names []string) string {
	return core.HeadingNotLookedUp + "\n- " + strings.Join(names, "\n- ") +
		"\nWhat these know is missing above. If it matters, say that you could not look it up just now; do not say that there is nothing."
}

// choose returns the providers to call, by position. An unknown name is an
// error of the caller; models' choices are filtered before.
func (a *Agent) choose(options core.StateOptions) ([]core.Provider, error) {
	for _, name := range options.Include {
		if !slices.ContainsFunc(a.providers, func(p core.Provider) bool { return p.Name == name }) {
			return nil, fmt.Errorf("runtime: there is no provider %q: add its plugin in main.go, or check the spelling", name)
		}
	}
	var chosen []core.Provider
	for _, provider := range a.providers {
		byDefault := !options.Only && !provider.Dynamic && !provider.Private
		if byDefault || slices.Contains(options.Include, provider.Name) {
			chosen = append(chosen, provider)
		}
	}
	return chosen, nil
}

// ask calls one provider within its time limit.
func (a *Agent) ask(ctx context.Context, provider core.Provider, call core.ProviderCall) (*core.ProviderResult, error) {
	return inTime(ctx, a.runtime.config.ProviderTimeout, a.log, func(ctx context.Context) (*core.ProviderResult, error) {
		return provider.Get(ctx, call)
	})
}
