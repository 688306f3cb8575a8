package runtime

import (
	"maps"
	"slices"
	"strings"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// registry holds the plugins' actions, providers and models. It is immutable,
// so that reading needs no lock.
type registry struct {
	actions   []core.Action
	providers []core.Provider // by position
	texts     map[core.ModelType]offered[core.TextModel]
	embedding offered[core.EmbeddingModel]
}

// offered is a model with its plugin.
type offered[M any] struct {
	model    M
	plugin   string
	priority int
}

// register builds the registry in the order of the plugins: of two actions or
// providers with one name it keeps the first, of two models of one type that of
// the higher priority.
func register(plugins []*core.Plugin, log *zap.Logger) *registry {
	r := &registry{texts: map[core.ModelType]offered[core.TextModel]{}}
	for _, plugin := range plugins {
		for _, action := range plugin.Actions {
			if _, taken := r.action(action.Name); taken {
				log.Warn("an action of this name is registered already; this one is skipped",
					zap.String("action", action.Name), zap.String("plugin", plugin.Name))
				continue
			}
			r.actions = append(r.actions, action)
		}
		for _, provider := range plugin.Providers {
			if slices.ContainsFunc(r.providers, func(p core.Provider) bool { return p.Name == provider.Name }) {
				log.Warn("a provider of this name is registered already; this one is skipped",
					zap.String("provider", provider.Name), zap.String("plugin", plugin.Name))
				continue
			}
			r.providers = append(r.providers, provider)
		}
	}
	r.modelsOf(plugins)
	slices.SortStableFunc(r.providers, func(a, b core.Provider) int { return a.Position - b.Position })
	return r
}

// modelsOf adds the models of plugins for the types that have none.
func (r *registry) modelsOf(plugins []*core.Plugin) {
	had := maps.Clone(r.texts)
	embeds := r.embedding.model != nil
	for _, plugin := range plugins {
		for kind, model := range plugin.TextModels {
			if _, ok := had[kind]; ok {
				continue
			}
			if best, ok := r.texts[kind]; !ok || plugin.Priority > best.priority {
				r.texts[kind] = offered[core.TextModel]{model, plugin.Name, plugin.Priority}
			}
		}
		if plugin.EmbeddingModel != nil && !embeds && (r.embedding.model == nil || plugin.Priority > r.embedding.priority) {
			r.embedding = offered[core.EmbeddingModel]{plugin.EmbeddingModel, plugin.Name, plugin.Priority}
		}
	}
}

// action returns the action that a model named: it ignores case and
// underscores, and tries similes if no name matches.
func (r *registry) action(name string) (core.Action, bool) {
	wanted := plainName(name)
	for _, action := range r.actions {
		if plainName(action.Name) == wanted {
			return action, true
		}
	}
	for _, action := range r.actions {
		for _, simile := range action.Similes {
			if plainName(simile) == wanted {
				return action, true
			}
		}
	}
	return core.Action{}, false
}

func plainName(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "").Replace(name))
}
