package sql

import (
	"context"
	"fmt"
	"maps"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
)

// secretsKey is where elizaOS keeps an agent's secrets in its settings.
const secretsKey = "secrets"

// SaveAgent implements core.AgentStore. Templates are part of the program, not
// of the database: they are not saved.
func (d *Database) SaveAgent(ctx context.Context, saved *core.Agent) error {
	id := saved.Identify()
	settings, err := d.sealSettings(id, &saved.Character)
	if err != nil {
		return fmt.Errorf("sql: agent %q cannot be saved with its secrets: %w", saved.Name, err)
	}
	err = d.client.Agent.Create().
		SetID(id).
		SetEnabled(saved.Enabled).
		SetName(saved.Name).
		SetUsername(saved.Username).
		SetSystem(saved.System).
		SetBio(orEmpty(saved.Bio)).
		SetMessageExamples(orEmpty(saved.MessageExamples)).
		SetPostExamples(orEmpty(saved.PostExamples)).
		SetTopics(orEmpty(saved.Topics)).
		SetAdjectives(orEmpty(saved.Adjectives)).
		SetKnowledge(orEmpty(saved.Knowledge)).
		SetPlugins(orEmpty(saved.Plugins)).
		SetSettings(settings).
		SetStyle(saved.Style).
		OnConflict(overwrite()...).
		Exec(ctx)
	return explain(fmt.Sprintf("could not save agent %q", saved.Name), err)
}

// Agent implements core.AgentStore.
func (d *Database) Agent(ctx context.Context, id uuid.UUID) (*core.Agent, error) {
	row, err := d.client.Agent.Get(ctx, id)
	if err != nil {
		return nil, explain("agent "+id.String(), err)
	}
	settings, secrets, err := d.openSettings(id, row.Settings)
	if err != nil {
		return nil, fmt.Errorf("sql: agent %q: %w", row.Name, err)
	}
	return &core.Agent{
		Character: core.Character{
			ID: row.ID, Name: row.Name, Username: row.Username, System: row.System, Bio: row.Bio,
			MessageExamples: row.MessageExamples, PostExamples: row.PostExamples, Topics: row.Topics,
			Adjectives: row.Adjectives, Knowledge: row.Knowledge, Plugins: row.Plugins,
			Settings: settings, Secrets: secrets, Style: row.Style,
		},
		Enabled: row.Enabled, CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt,
	}, nil
}

// sealSettings returns the settings with all secrets of the character in them,
// encrypted: those in settings.secrets, and over them those in secrets.
func (d *Database) sealSettings(id uuid.UUID, character *core.Character) (map[string]any, error) {
	settings := maps.Clone(character.Settings)
	if settings == nil {
		settings = map[string]any{}
	}
	plain := map[string]string{}
	if inside, ok := settings[secretsKey].(map[string]any); ok {
		for name, value := range inside {
			plain[name] = fmt.Sprint(value)
		}
	}
	maps.Copy(plain, character.Secrets)
	delete(settings, secretsKey)
	if len(plain) == 0 {
		return settings, nil
	}
	sealed := map[string]any{}
	for name, value := range plain {
		text, err := d.box.seal(secretOwner(id, name), value)
		if err != nil {
			return nil, err
		}
		sealed[name] = text
	}
	settings[secretsKey] = sealed
	return settings, nil
}

// openSettings is the reverse of sealSettings.
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

// orEmpty makes [] of nil, since the columns are not nullable.
func orEmpty[S ~[]E, E any](list S) S {
	if list == nil {
		return S{}
	}
	return list
}

// overwrite resolves a conflict on the id by taking every new value but the
// time of creation. The id itself is left out: to set it, even to what it is,
// would lock the row against everybody who refers to it, and two processes that
// save a room while others save memories in it would deadlock.
func overwrite() []sql.ConflictOption {
	return []sql.ConflictOption{
		sql.ConflictColumns("id"),
		sql.ResolveWith(func(row *sql.UpdateSet) {
			for _, column := range row.Columns() {
				if column != "id" && column != "created_at" {
					row.SetExcluded(column)
				}
			}
		}),
	}
}
