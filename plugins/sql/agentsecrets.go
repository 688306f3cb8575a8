package sql

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"strings"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// secretsKey is the key of an agent's secrets in its settings, as in elizaOS.
const secretsKey = "secrets"

var errSecretsObject = value.Invalid(`the setting "secrets" must be an object of names and values`)

// sealSettings returns the settings with all secrets of the character,
// encrypted: those in settings.secrets, overridden by those in Secrets.
func (d *Database) sealSettings(id uuid.UUID, character *core.Character) (map[string]any, error) {
	patch, err := secretsPatch(character.Settings, nil)
	if err != nil {
		return nil, err
	}
	for name, secret := range character.Secrets {
		patch.secrets[value.SanitizeText(name)] = &secret
	}
	settings := value.Object(patch.settings)
	d.takeKeys(settings, patch.secrets)
	return settings, d.sealInto(settings, id, map[string]any{}, patch.secrets)
}

// settingsPatch is a change of an agent's settings and secrets.
type settingsPatch struct {
	settings map[string]any
	secrets  map[string]*string // nil: to be deleted
	// forget deletes all stored secrets.
	forget bool
}

// secretsPatch separates the secrets from the settings. Names are sanitized
// first: a secret is bound to its name, and so must be encrypted under the one
// that the database returns.
func secretsPatch(settings map[string]any, secrets map[string]*string) (settingsPatch, error) {
	patch := settingsPatch{secrets: map[string]*string{}}
	var err error
	if patch.settings, err = plainJSON(settings); err != nil {
		return patch, err
	}
	inside, ok := patch.settings[secretsKey]
	delete(patch.settings, secretsKey)
	switch inside := inside.(type) {
	case nil:
		patch.forget = ok
	case map[string]any:
		for name, value := range inside {
			if patch.secrets[name], err = secretText(value); err != nil {
				return patch, err
			}
		}
	default:
		return patch, errSecretsObject
	}
	for name, secret := range secrets {
		patch.secrets[value.SanitizeText(name)] = secret
	}
	return patch, nil
}

// keyName matches the names of settings whose texts are keys: OPENAI_API_KEY,
// discordToken, password.
var keyName = regexp.MustCompile(`(?i)(^|[_.-]|[a-z])(api_?key|access_?key|secret_?key|private_?key|token|secret|password|passwd|credentials?)$`)

// leastKey is the least length of a text that is a key by its name.
const leastKey = 8

// takeKeys moves texts that are keys by their names from settings to secrets,
// which override them. Without a salt they stay: a program that has none runs
// on.
func (d *Database) takeKeys(settings map[string]any, secrets map[string]*string) {
	for name, value := range settings {
		text, ok := value.(string)
		if !ok || d.box.aead == nil || len(text) < leastKey || strings.ContainsAny(text, " \t\n") || !keyName.MatchString(name) {
			continue
		}
		if _, given := secrets[name]; !given {
			secrets[name] = &text
		}
		delete(settings, name)
	}
}

// secretText returns a string as it is, and any other JSON as text.
func secretText(value any) (*string, error) {
	switch value := value.(type) {
	case nil:
		return nil, nil
	case string:
		return &value, nil
	}
	text, err := json.Marshal(value)
	return new(string(text)), err
}

// applySettings merges a patch into stored settings. Secrets that it does not
// name stay as they are, and are not decrypted.
func (d *Database) applySettings(id uuid.UUID, stored map[string]any, patch settingsPatch) (map[string]any, error) {
	sealed, ok := stored[secretsKey].(map[string]any)
	if !ok || patch.forget {
		sealed = map[string]any{}
	}
	delete(stored, secretsKey)
	d.takeKeys(patch.settings, patch.secrets)
	settings := mergePatch(stored, value.Object(patch.settings)).(map[string]any)
	return settings, d.sealInto(settings, id, sealed, patch.secrets)
}

// sealInto sets the secrets of settings: the stored ones, which are sealed,
// with the changes, which are not.
func (d *Database) sealInto(settings map[string]any, id uuid.UUID, sealed map[string]any, secrets map[string]*string) error {
	for name, value := range secrets {
		if value == nil {
			delete(sealed, name)
			continue
		}
		text, err := d.box.seal(secretOwner(id, name), *value)
		if err != nil {
			return err
		}
		sealed[name] = text
	}
	if len(sealed) > 0 {
		settings[secretsKey] = sealed
	}
	return nil
}

// openSettings separates the secrets from stored settings, and decrypts them.
func (d *Database) openSettings(id uuid.UUID, stored map[string]any) (map[string]any, map[string]string, error) {
	sealed, ok := stored[secretsKey].(map[string]any)
	if !ok {
		return stored, nil, nil
	}
	settings := maps.Clone(stored)
	delete(settings, secretsKey)
	secrets := map[string]string{}
	for name, value := range sealed {
		secret, err := d.box.open(secretOwner(id, name), fmt.Sprint(value))
		if err != nil {
			return nil, nil, fmt.Errorf("secret %s cannot be read: %w", name, err)
		}
		secrets[name] = secret
	}
	return settings, secrets, nil
}

func secretOwner(id uuid.UUID, name string) string { return id.String() + "/" + name }
