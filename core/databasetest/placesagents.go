package databasetest

import (
	"maps"
	"slices"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/elizago/elizago/core"
)

func anyAgent(s *scene, ctx ctx, r *rapid.T) {
	a := &core.Agent{Enabled: rapid.Bool().Draw(r, "enabled"), Character: core.Character{
		ID: core.NewID(), Name: someText().Draw(r, "name"), Username: anyText().Draw(r, "username"),
		System: anyText().Draw(r, "system"), Bio: anyTexts().Draw(r, "bio"), Topics: anyTexts().Draw(r, "topics"),
		Settings: withoutSecrets(anyObject().Draw(r, "settings")),
		Secrets:  distinct(rapid.MapOfN(anyText(), anyText(), 0, 3).Draw(r, "secrets")),
	}}
	want := *a
	want.Name, want.Username, want.System = clean(a.Name), clean(a.Username), clean(a.System)
	want.Settings, want.Secrets = withoutSecrets(cleanJSON(r, a.Settings)), cleanSecrets(a.Secrets)
	if rapid.Bool().Draw(r, "save") {
		fine(r, s.SaveAgent(ctx, a))
	} else {
		fine(r, s.CreateAgent(ctx, a))
	}
	same := func() {
		got, err := s.Agent(ctx, a.ID)
		fine(r, err)
		require.Equal(r, want.Name, got.Name)
		require.Equal(r, want.Username, got.Username)
		require.Equal(r, want.System, got.System)
		require.Equal(r, len(a.Bio), len(got.Bio))
		require.Equal(r, want.Settings, got.Settings)
		require.Len(r, got.Secrets, len(want.Secrets))
		for name, value := range want.Secrets {
			require.Equal(r, clean(value), clean(got.Secrets[name]), "secret %q", name)
		}
	}
	same()

	name, patch := someText().Draw(r, "new name"), withoutSecrets(anyObject().Draw(r, "patch"))
	changes := distinct(rapid.MapOfN(anyText(), rapid.Ptr(anyText(), true), 0, 3).Draw(r, "new secrets"))
	fine(r, s.UpdateAgent(ctx, a.ID, core.AgentUpdate{Name: &name, Settings: patch, Secrets: changes}))
	want.Name, want.Settings = clean(name), mergeObjects(want.Settings, cleanJSON(r, patch))
	for name, value := range changes {
		if value == nil {
			delete(want.Secrets, clean(name))
		} else {
			want.Secrets[clean(name)] = *value
		}
	}
	same()
	list, err := s.Agents(ctx, core.AgentQuery{Name: name})
	fine(r, err)
	require.NotEmpty(r, list)
	fine(r, s.DeleteAgent(ctx, a.ID))
}

// withoutSecrets removes the secrets from settings.
func withoutSecrets(object map[string]any) map[string]any {
	maps.DeleteFunc(object, func(name string, _ any) bool { return cleanKey(name) == "secrets" })
	return object
}

// distinct drops names that are equal to another one after cleaning.
func distinct[V any](named map[string]V) map[string]V {
	list, seen := map[string]V{}, map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(named)) {
		if !seen[clean(name)] {
			list[name] = named[name]
		}
		seen[clean(name)] = true
	}
	return list
}

func cleanSecrets(secrets map[string]string) map[string]string {
	list := map[string]string{}
	for name, value := range secrets {
		list[clean(name)] = value
	}
	return list
}
