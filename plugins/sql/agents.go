package sql

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/ent/agent"
	"github.com/elizago/elizago/ent/entity"
	"github.com/elizago/elizago/ent/predicate"
	"github.com/elizago/elizago/ent/room"
	"github.com/elizago/elizago/ent/world"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// SaveAgent implements core.AgentStore. Templates are part of the program, not
// of the database: they are not saved.
func (d *Database) SaveAgent(ctx context.Context, saved *core.Agent) error {
	create, err := d.createAgent(saved)
	if err != nil {
		return err
	}
	err = create.OnConflict(overwrite()...).Exec(ctx)
	return pgtx.Explain("could not save agent "+value.Quote(saved.Name), err)
}

// CreateAgent implements core.AgentStore.
func (d *Database) CreateAgent(ctx context.Context, saved *core.Agent) error {
	create, err := d.createAgent(saved)
	if err != nil {
		return err
	}
	return pgtx.Explain("could not create agent "+value.Quote(saved.Name), create.Exec(ctx))
}

// EnsureAgent implements core.AgentStore.
func (d *Database) EnsureAgent(ctx context.Context, saved *core.Agent) (*core.Agent, error) {
	create, err := d.createAgent(saved)
	if err != nil {
		return nil, err
	}
	if err := create.OnConflict(keepExisting()...).Exec(ctx); err != nil && !pgtx.IsNoRows(err) {
		return nil, pgtx.Explain("could not create agent "+value.Quote(saved.Name), err)
	}
	return d.Agent(ctx, saved.ID)
}

func (d *Database) createAgent(saved *core.Agent) (*ent.AgentCreate, error) {
	if err := value.NotNil("the agent", saved); err != nil {
		return nil, err
	}
	if err := value.Required(value.TextField("Agent.Name", saved.Name)); err != nil {
		return nil, err
	}
	if err := value.CheckJSON("Agent.MessageExamples", saved.MessageExamples); err != nil {
		return nil, err
	}
	for name := range saved.UnreadableSecrets {
		return nil, value.Invalid("sql: agent %s was read without its secret %s, and would lose it: change it with UpdateAgent, or read it with the SECRET_SALT that the secret was saved with",
			value.Quote(saved.Name), value.Quote(name))
	}
	id := saved.Identify()
	settings, err := d.sealSettings(id, &saved.Character)
	if err != nil {
		return nil, fmt.Errorf("sql: agent %s cannot be saved with its secrets: %w", value.Quote(saved.Name), err)
	}
	return d.client.Agent.Create().
		SetID(id).
		SetEnabled(saved.Enabled).
		SetName(saved.Name).
		SetUsername(saved.Username).
		SetSystem(saved.System).
		SetBio(value.List(saved.Bio)).
		SetMessageExamples(value.List(saved.MessageExamples)).
		SetPostExamples(value.List(saved.PostExamples)).
		SetTopics(value.List(saved.Topics)).
		SetAdjectives(value.List(saved.Adjectives)).
		SetKnowledge(value.List(saved.Knowledge)).
		SetPlugins(value.List(saved.Plugins)).
		SetSettings(settings).
		SetStyle(saved.Style), nil
}

// Agent implements core.AgentStore.
func (d *Database) Agent(ctx context.Context, id uuid.UUID) (*core.Agent, error) {
	row, err := d.client.Agent.Get(ctx, id)
	if err != nil {
		return nil, pgtx.Explain("agent "+id.String(), err)
	}
	settings, secrets, unreadable, err := d.openSettings(id, row.Settings)
	if err != nil {
		return nil, fmt.Errorf("sql: agent %s: %w", value.Quote(row.Name), err)
	}
	return &core.Agent{
		Character: core.Character{
			ID: row.ID, Name: row.Name, Username: row.Username, System: row.System, Bio: row.Bio,
			MessageExamples: row.MessageExamples, PostExamples: row.PostExamples, Topics: row.Topics,
			Adjectives: row.Adjectives, Knowledge: row.Knowledge, Plugins: row.Plugins,
			Settings: settings, Secrets: secrets, Style: row.Style,
		},
		UnreadableSecrets: unreadable,
		Enabled:           row.Enabled, CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt,
	}, nil
}

// Agents implements core.AgentStore.
func (d *Database) Agents(ctx context.Context, query core.AgentQuery) ([]*core.AgentSummary, error) {
	if err := value.CheckPage("agents", &query.Limit, 0, value.DefaultLimit); err != nil {
		return nil, err
	}
	where := agentsWhere(query)
	if query.After != uuid.Nil {
		where = append(where, after(agent.Table, query.After))
	}
	rows, err := d.client.Agent.Query().
		Where(where...).
		Order(oldestFirst).
		Limit(query.Limit).
		Select(agent.FieldName, agent.FieldUsername, agent.FieldBio, agent.FieldEnabled,
			agent.FieldCreatedAt, agent.FieldUpdatedAt).
		All(ctx)
	if err != nil {
		return nil, pgtx.Explain("could not list agents", err)
	}
	return convert(rows, summaryFrom), d.checkAfter(ctx, agent.Table, query.After, len(rows))
}

// CountAgents implements core.AgentStore.
func (d *Database) CountAgents(ctx context.Context, query core.AgentQuery) (int, error) {
	n, err := d.client.Agent.Query().Where(agentsWhere(query)...).Count(ctx)
	return n, pgtx.Explain("could not count agents", err)
}

func agentsWhere(query core.AgentQuery) []predicate.Agent {
	var where []predicate.Agent
	if query.Name != "" {
		where = append(where, agent.Name(query.Name))
	}
	if query.Enabled != nil {
		where = append(where, agent.Enabled(*query.Enabled))
	}
	return where
}

// DeleteAgent implements core.AgentStore. The foreign keys delete what belongs
// to the agent.
func (d *Database) DeleteAgent(ctx context.Context, id uuid.UUID) error {
	var rows []owned
	for _, table := range []string{world.Table, room.Table, entity.Table} {
		rows = append(rows, owned{table, "t.agent_id = $1::uuid", []any{id}})
	}
	return d.deleteOwned(ctx, "could not delete agent "+id.String(), rows, func(tx *Database) error {
		return tx.client.Agent.DeleteOneID(id).Exec(ctx)
	})
}

// DeleteAllAgents implements core.AgentStore.
func (d *Database) DeleteAllAgents(ctx context.Context) (int, error) {
	n, err := d.client.Agent.Delete().Exec(ctx)
	return n, pgtx.Explain("could not delete all agents", err)
}

func summaryFrom(row *ent.Agent) *core.AgentSummary {
	return &core.AgentSummary{
		ID: row.ID, Name: row.Name, Username: row.Username, Bio: row.Bio, Enabled: row.Enabled,
		CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt,
	}
}
