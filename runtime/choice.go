package runtime

import (
	"context"
	"fmt"
	"slices"

	"github.com/elizago/elizago/core"
)

// choose returns the plugins that a character uses, as core.Character.Plugins
// says, in the order of the runtime's.
func (rt *Runtime) choose(character *core.Character) []*core.Plugin {
	if len(character.Plugins) == 0 {
		return rt.plugins
	}
	used := map[*core.Plugin]bool{}
	var use func(plugin *core.Plugin)
	use = func(plugin *core.Plugin) {
		if used[plugin] {
			return
		}
		used[plugin] = true
		needed, _ := dependencies(rt.plugins, plugin) // Order has found them all
		for _, one := range needed {
			use(one)
		}
	}
	for _, plugin := range rt.plugins {
		named := slices.ContainsFunc(character.Plugins, func(name string) bool { return samePlugin(plugin.Name, name) })
		if named || plugin.Base || plugin.Adapter != nil {
			use(plugin)
		}
	}
	var chosen []*core.Plugin
	for _, plugin := range rt.plugins {
		if used[plugin] {
			chosen = append(chosen, plugin)
		}
	}
	return chosen
}

// others returns the plugins that are not among the chosen.
func (rt *Runtime) others(chosen []*core.Plugin) []*core.Plugin {
	var rest []*core.Plugin
	for _, plugin := range rt.plugins {
		if !slices.Contains(chosen, plugin) {
			rest = append(rest, plugin)
		}
	}
	return rest
}

// initialize checks the settings of the agent's plugins, all of them before any
// plugin's Init, and calls Init.
func (rt *Runtime) initialize(ctx context.Context, agent *Agent) error {
	for _, plugin := range agent.plugins {
		if err := core.CheckSettings(plugin.Settings, agent.Setting); err != nil {
			return fmt.Errorf("plugin %q: %w", plugin.Name, err)
		}
	}
	for _, plugin := range agent.plugins {
		if !slices.Contains(rt.initialized, plugin) {
			rt.initialized = append(rt.initialized, plugin)
		}
		if plugin.Init == nil {
			continue
		}
		if err := plugin.Init(ctx, agent); err != nil {
			return fmt.Errorf("plugin %q: %w", plugin.Name, err)
		}
	}
	return nil
}
