package runtime

import (
	"errors"
	"fmt"

	"github.com/elizago/elizago/core"
)

// Check returns every mistake in what the plugins offer, joined: a provider
// without a name or Get, a service without a name or Start, settings that are
// not a struct. New calls it.
func Check(plugins []*core.Plugin) error {
	var errs []error
	for _, plugin := range plugins {
		mistake := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("runtime: plugin %q: "+format, append([]any{plugin.Name}, args...)...))
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
