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
	if err := d.sealKeys(settings, id); err != nil {
		return nil, err
	}
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
var keyName = regexp.MustCompile(`(?i)(^|[_.-]|[a-z])(api_?keys?|access_?keys?|secret_?keys?|private_?keys?|tokens?|secrets?|passwords?|passwd|credentials?)$`)

// leastKey is the least length of a text that is a key by its name.
const leastKey = 8

// isKey reports whether a text is a key by its name.
func isKey(name, text string) bool {
	return len(text) >= leastKey && !strings.ContainsAny(text, " \t\n") && keyName.MatchString(name)
}

// takeKeys moves texts that are keys by their names from settings to secrets,
// which override them. Without a salt they stay: a program that has none runs
// on.
func (d *Database) takeKeys(settings map[string]any, secrets map[string]*string) {
	for name, value := range settings {
		text, ok := value.(string)
		if !ok || d.box.aead == nil || !isKey(name, text) {
			continue
		}
		if _, given := secrets[name]; !given {
			secrets[name] = &text
		}
		delete(settings, name)
	}
}

// sealedKey is the beginning of a key that is encrypted in its place in the
// settings, deeper than takeKeys looks: sealedMark stands before what seal returns.
const (
	sealedMark = "sealed:"
	sealedKey  = sealedMark + secretPrefix
)

// sealKeys encrypts keys within objects and lists of settings in their places.
// Without a salt they stay as they are.
func (d *Database) sealKeys(settings map[string]any, id uuid.UUID) error {
	if d.box.aead == nil {
		return nil
	}
	return eachKey(settings, func(path, text string) (any, error) {
		sealed, err := d.box.seal(secretOwner(id, path), text)
		return sealedMark + sealed, err
	})
}

// eachKey calls do for every key within objects and lists of settings, with the
// names on the way to it, and sets what that returns; nil removes a key.
func eachKey(settings map[string]any, do func(path, text string) (any, error)) error {
	var walk func(path, name string, at any) (any, error)
	walk = func(path, name string, at any) (_ any, err error) {
		switch at := at.(type) {
		case string:
			if isKey(name, at) {
				return do(path, at)
			}
		case []any:
			for i := range at {
				if at[i], err = walk(path, name, at[i]); err != nil {
					return nil, err
				}
			}
		case map[string]any:
			for inner, value := range at {
				if value == nil { // in a patch it deletes
					continue
				}
				if at[inner], err = walk(path+"."+inner, inner, value); err != nil {
					return nil, err
				}
				if at[inner] == nil {
					delete(at, inner)
				}
			}
		}
		return at, nil
	}
	for name, value := range settings {
		if _, text := value.(string); text || name == secretsKey {
			continue
		}
		if _, err := walk(name, name, value); err != nil {
			return err
		}
	}
	return nil
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
	if err := d.sealKeys(patch.settings, id); err != nil {
		return nil, err
	}
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

// openSettings decrypts stored settings, and separates the secrets from them.
// Those that do not open are left out, and unreadable says why.
func (d *Database) openSettings(id uuid.UUID, stored map[string]any) (settings map[string]any, secrets, unreadable map[string]string, err error) {
	missing := func(name string, err error) {
		if unreadable == nil {
			unreadable = map[string]string{}
		}
		unreadable[name] = err.Error()
	}
	err = eachKey(stored, func(path, text string) (any, error) {
		if !strings.HasPrefix(text, sealedKey) {
			return text, nil
		}
		key, err := d.box.open(secretOwner(id, path), strings.TrimPrefix(text, sealedMark))
		if err != nil {
			missing(path, err)
			return nil, nil
		}
		return key, nil
	})
	sealed, ok := stored[secretsKey].(map[string]any)
	if err != nil || !ok {
		return stored, nil, unreadable, err
	}
	settings = maps.Clone(stored)
	delete(settings, secretsKey)
	secrets = map[string]string{}
	for name, value := range sealed {
		secret, err := d.box.open(secretOwner(id, name), fmt.Sprint(value))
		if err != nil {
			missing(name, err)
			continue
		}
		secrets[name] = secret
	}
	return settings, secrets, unreadable, nil
}

func secretOwner(id uuid.UUID, name string) string { return id.String() + "/" + name }
