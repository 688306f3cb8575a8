package runtime

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/elizago/elizago/core"
)

// toolName matches the names that every provider of models accepts for a tool.
var toolName = regexp.MustCompile(`^[A-Z0-9_]{1,64}$`)

// Check returns every mistake in what the plugins offer, joined: an action
// whose name models would refuse or whose arguments are no object, a provider
// without a name or Get, a service without a name or Start, settings that are
// not a struct. New calls it.
func Check(plugins []*core.Plugin) error {
	var errs []error
	for _, plugin := range plugins {
		mistake := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("runtime: plugin %q: "+format, append([]any{plugin.Name}, args...)...))
		}
		for _, action := range plugin.Actions {
			if !toolName.MatchString(action.Name) {
				mistake("action %q: a name is 1 to 64 of A-Z, 0-9 and _: change core.Action.Name", action.Name)
			}
			if action.Args == nil {
				continue
			}
			if _, err := action.Args.Resolve(nil); err != nil {
				mistake("action %s: its arguments' schema: %w", action.Name, err)
			} else if action.Args.Type != "object" {
				mistake("action %s: its arguments are no object: set core.Action.Args.Type", action.Name)
			}
		}
		for i, provider := range plugin.Providers {
			switch {
			case provider.Name == "":
				mistake("provider %d of %d has no name: set core.Provider.Name", i+1, len(plugin.Providers))
			case provider.Get == nil:
				mistake("provider %s supplies nothing: set core.Provider.Get", provider.Name)
			}
		}
		for i, service := range plugin.Services {
			switch {
			case service.Name == "":
				mistake("service %d of %d has no name: set core.Service.Name", i+1, len(plugin.Services))
			case service.Start == nil:
				mistake("service %s cannot be started: set core.Service.Start", service.Name)
			}
		}
		if _, err := core.SettingFields(plugin.Settings); err != nil {
			mistake("%w", err)
		}
	}
	return errors.Join(errs...)
}
