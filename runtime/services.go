package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/elizago/elizago/core"
)

// runningService is a service that has started for an agent.
type runningService struct {
	agent, name string
	stop        func(ctx context.Context) error // may be nil
}

// startServices starts the services of an agent's plugins, in their order.
func (rt *Runtime) startServices(ctx context.Context, agent *Agent) error {
	for _, plugin := range agent.plugins {
		for _, service := range plugin.Services {
			stop, err := startService(ctx, agent, service)
			if err != nil {
				return fmt.Errorf("runtime: service %q of plugin %q, agent %q: %w", service.Name, plugin.Name, agent.character.Name, err)
			}
			rt.services = append(rt.services, runningService{agent.character.Name, service.Name, stop})
		}
	}
	return nil
}

func startService(ctx context.Context, agent *Agent, service core.Service) (stop func(context.Context) error, err error) {
	defer recoverPanic(agent.log, "", &err)
	return service.Start(ctx, agent)
}

// stopServices stops the services that run, the last one first. One that fails
// does not keep the others from being stopped.
func (rt *Runtime) stopServices(ctx context.Context) error {
	var errs []error
	for _, service := range slices.Backward(rt.services) {
		if service.stop == nil {
			continue
		}
		if err := rt.call(ctx, service.stop); err != nil {
			errs = append(errs, fmt.Errorf("runtime: service %q of agent %q did not stop: %w", service.name, service.agent, err))
		}
	}
	return errors.Join(errs...)
}

// closePlugins calls the plugins' Close, dependent ones first.
func (rt *Runtime) closePlugins(ctx context.Context) error {
	var errs []error
	for _, plugin := range slices.Backward(rt.initialized) {
		if plugin.Close == nil {
			continue
		}
		if err := rt.call(ctx, plugin.Close); err != nil {
			errs = append(errs, fmt.Errorf("runtime: plugin %q did not close: %w", plugin.Name, err))
		}
	}
	return errors.Join(errs...)
}

// call calls the code of a plugin at the end of the program.
func (rt *Runtime) call(ctx context.Context, do func(ctx context.Context) error) (err error) {
	defer recoverPanic(rt.config.Logger, "", &err)
	return do(ctx)
}
