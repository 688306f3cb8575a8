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
// that fails, panics or times out is omitted, so that it cannot keep the agent
// from answering.
func (a *Agent) ComposeState(ctx context.Context, message *core.Memory, options core.StateOptions) (*core.State, error) {
	asked, err := a.choose(options)
	if err != nil {
		return nil, err
	}
	results := make([]*core.ProviderResult, len(asked))
	var group sync.WaitGroup
	for i, provider := range asked {
		group.Go(func() {
			result, err := a.ask(ctx, provider, core.ProviderCall{Runtime: a, Message: message, Results: options.Results})
			if err != nil {
				a.log.Warn("a provider failed; the agent answers without it", zap.String("provider", provider.Name), zap.Error(err))
				runLogOf(ctx).failed("provider", provider.Name, err)
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
	state.Text = strings.Join(texts, "\n\n")
	return state, nil
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

// ask calls one provider with its timeout.
func (a *Agent) ask(ctx context.Context, provider core.Provider, call core.ProviderCall) (result *core.ProviderResult, err error) {
	limit := a.runtime.config.ProviderTimeout
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("it took longer than %s", limit))
	defer cancel()
	defer recoverPanic(a.log, "", &err)
	result, err = provider.Get(ctx, call)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return result, err
}
