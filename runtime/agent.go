package runtime

import (
	"context"
	"regexp"
	"strconv"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// Agent is one running character. It implements core.Runtime for its plugins,
// and answers messages. Its methods are safe for concurrent use.
type Agent struct {
	*registry
	runtime   *Runtime
	plugins   []*core.Plugin // those that the character uses
	character *core.Character
	settings  *core.Character // character with what is stored
	db        core.Database
	log       *zap.Logger
	rooms     rooms
	vectors   vectors
}

var _ core.Runtime = (*Agent)(nil)

// startAgent saves the character, registers the plugins and calls their Init.
func (rt *Runtime) startAgent(ctx context.Context, db core.Database, character *core.Character) (*Agent, error) {
	id := character.Identify()
	for _, secret := range secretsOf(character) {
		rt.config.Secrets.Add(secret)
	}
	addSecrets(rt.config.Secrets, character.Settings)
	log := rt.config.Logger.With(zap.String("agent", character.Name))
	for _, name := range rt.missingPlugins(character) {
		log.Warn("the character wants a plugin that this program does not contain; it runs without", zap.String("plugin", name))
	}
	if len(character.Unknown) > 0 {
		log.Warn("the character has fields that are not known; they have no effect", zap.Strings("fields", character.Unknown))
	}
	var stored *core.Agent
	err := db.InTx(ctx, func(tx core.Database) (err error) {
		if stored, err = saveAgent(ctx, tx, character); err != nil {
			return err
		}
		// The agent takes part in conversations, so it is an entity, too. An
		// existing entity keeps what plugins stored about it.
		_, err = tx.EnsureEntities(ctx, &core.Entity{ID: id, AgentID: id, Names: []string{character.Name}})
		return err
	})
	if err != nil {
		return nil, err
	}
	settings := merged(stored, character)
	for _, secret := range settings.Secrets {
		rt.config.Secrets.Add(secret)
	}
	addSecrets(rt.config.Secrets, settings.Settings)
	plugins := rt.choose(character)
	agent := &Agent{
		registry:  register(plugins, log),
		runtime:   rt,
		plugins:   plugins,
		character: character,
		settings:  settings,
		db:        db,
		log:       log,
	}
	agent.modelsOf(rt.others(plugins))
	return agent, rt.initialize(ctx, agent)
}

// AgentID implements core.Runtime.
func (a *Agent) AgentID() uuid.UUID { return a.character.ID }

// Character implements core.Runtime.
func (a *Agent) Character() *core.Character { return a.character }

// Database implements core.Runtime.
func (a *Agent) Database() core.Database { return a.db }

// Logger implements core.Runtime.
func (a *Agent) Logger() *zap.Logger { return a.log }

// Providers implements core.Runtime.
func (a *Agent) Providers() []core.Provider { return a.providers }

// Setting implements core.Runtime. Settings of the character may be strings,
// numbers or booleans; lists and objects are ignored. What the character's file
// does not set is taken from what is stored.
func (a *Agent) Setting(name string) (string, bool) {
	if value, ok := a.settings.Secrets[name]; ok {
		return value, true
	}
	if value, ok := settingText(a.settings.Settings[name]); ok {
		return value, true
	}
	value, ok := a.runtime.config.Lookup(name)
	if secretName.MatchString(name) {
		a.runtime.config.Secrets.Add(value)
	}
	return value, ok
}

// secretName matches the names of settings whose values are secrets.
var secretName = regexp.MustCompile(`(?i)key|token|secret|passw|passphrase|credential|salt`)

func settingText(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case int:
		return strconv.Itoa(v), true
	}
	return "", false
}

// Actions implements core.Runtime. An action whose Validate fails is omitted.
func (a *Agent) Actions(ctx context.Context, message *core.Memory) []core.Action {
	var offered []core.Action
	for _, action := range a.actions {
		if action.Validate != nil {
			ok, err := action.Validate(ctx, core.ActionCall{Runtime: a, Database: a.db, Message: message})
			if err != nil {
				a.log.Warn("an action failed to report whether it applies; it is not offered",
					zap.String("action", action.Name), zap.Error(err))
				runLogOf(ctx).failed("action", action.Name, err)
			}
			if err != nil || !ok {
				continue
			}
		}
		offered = append(offered, action)
	}
	return offered
}
