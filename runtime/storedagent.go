package runtime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/elizago/elizago/core"
)

// settingSecrets is the setting whose values are secrets, as in elizaOS.
const settingSecrets = "secrets"

// errDisabled is the error of starting an agent whose row says that it is not
// to run.
var errDisabled = errors.New("it is disabled in the database")

// saveAgent inserts the character as an agent, or brings the stored agent up to
// date. What the character file describes, such as bio and style, is the file's.
// Settings, secrets and Enabled were perhaps changed since by UpdateAgent or by
// hand: they stay, and only keys that the row lacks are added. A disabled agent
// is not changed.
func saveAgent(ctx context.Context, tx core.Database, character *core.Character) (*core.Agent, error) {
	stored, err := tx.EnsureAgent(ctx, &core.Agent{Character: *character, Enabled: true})
	if err != nil {
		return nil, err
	}
	if !stored.Enabled {
		return nil, fmt.Errorf("%w and not started: to enable it, run UPDATE public.agents SET enabled = true WHERE id = '%s';", errDisabled, stored.ID)
	}
	for _, name := range slices.Sorted(maps.Keys(stored.UnreadableSecrets)) {
		return nil, fmt.Errorf("its secret %s cannot be read: %s", name, stored.UnreadableSecrets[name])
	}
	if change, changed := changeOf(stored, character); changed {
		return stored, tx.UpdateAgent(ctx, stored.ID, change)
	}
	return stored, nil
}

// changeOf returns what a start changes in the stored agent, and whether that is
// anything.
func changeOf(stored *core.Agent, file *core.Character) (change core.AgentUpdate, changed bool) {
	if !sameJSON(described(&stored.Character), described(file)) {
		changed = true
		change = core.AgentUpdate{
			Name: &file.Name, Username: &file.Username, System: &file.System, Style: &file.Style,
			Bio: orEmpty(file.Bio), MessageExamples: orEmpty(file.MessageExamples), PostExamples: orEmpty(file.PostExamples),
			Topics: orEmpty(file.Topics), Adjectives: orEmpty(file.Adjectives),
			Knowledge: orEmpty(file.Knowledge), Plugins: orEmpty(file.Plugins),
		}
	}
	change.Settings, change.Secrets = map[string]any{}, map[string]*string{}
	for name, value := range file.Settings {
		_, plain := stored.Settings[name]
		_, sealed := stored.Secrets[name]
		if !plain && !sealed && name != settingSecrets && value != nil {
			change.Settings[name] = value
		}
	}
	for name, secret := range secretsOf(file) {
		if _, is := stored.Secrets[name]; !is {
			change.Secrets[name] = &secret
		}
	}
	if len(change.Settings)+len(change.Secrets) > 0 {
		return change, true
	}
	change.Settings, change.Secrets = nil, nil
	return change, changed
}

// described is the part of a character that its file alone decides.
func described(c *core.Character) core.Character {
	part := *c
	part.ID, part.Settings, part.Secrets, part.Templates = [16]byte{}, nil, nil, nil
	return part
}

func sameJSON(a, b any) bool {
	var decoded [2]any
	for i, one := range []any{a, b} {
		text, err := json.Marshal(one)
		if err != nil || json.Unmarshal(text, &decoded[i]) != nil {
			return false
		}
	}
	return reflect.DeepEqual(decoded[0], decoded[1])
}

// orEmpty returns an empty list for nil, which an update would leave as it is.
func orEmpty[S ~[]E, E any](list S) S {
	if list == nil {
		return S{}
	}
	return list
}

// secretsOf returns the secrets of a character, also those in its settings.
func secretsOf(c *core.Character) map[string]string {
	secrets := map[string]string{}
	if inside, ok := c.Settings[settingSecrets].(map[string]any); ok {
		for name, value := range inside {
			if text, ok := settingText(value); ok {
				secrets[name] = text
			}
		}
	}
	maps.Copy(secrets, c.Secrets)
	return secrets
}

// addSecrets adds the texts of settings whose names say that they are secrets,
// at any depth.
func addSecrets(secrets *Secrets, settings map[string]any) {
	var walk func(name string, at any)
	walk = func(name string, at any) {
		switch at := at.(type) {
		case string:
			if secretName.MatchString(name) {
				secrets.Add(at)
			}
		case []any:
			for _, one := range at {
				walk(name, one)
			}
		case map[string]any:
			for inner, one := range at {
				walk(inner, one)
			}
		}
	}
	walk("", settings)
}

// merged returns the character with the stored settings and secrets that its
// file does not have.
func merged(stored *core.Agent, file *core.Character) *core.Character {
	all := *file
	all.Settings, all.Secrets = map[string]any{}, map[string]string{}
	maps.Copy(all.Settings, stored.Settings)
	maps.Copy(all.Settings, file.Settings)
	delete(all.Settings, settingSecrets)
	for name, secret := range stored.Secrets {
		if _, is := file.Settings[name]; !is {
			all.Secrets[name] = secret
		}
	}
	maps.Copy(all.Secrets, secretsOf(file))
	return &all
}
