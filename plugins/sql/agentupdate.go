package sql

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// UpdateAgent implements core.AgentStore.
func (d *Database) UpdateAgent(ctx context.Context, id uuid.UUID, update core.AgentUpdate) error {
	const query = `SELECT settings FROM public.agents WHERE id = $1 FOR NO KEY UPDATE`
	what := "could not update agent " + id.String()
	if update.Name != nil {
		if err := value.Required(value.TextField("AgentUpdate.Name", *update.Name)); err != nil {
			return err
		}
	}
	if err := value.CheckJSON("AgentUpdate.MessageExamples", update.MessageExamples); err != nil {
		return err
	}
	if update.Settings == nil && update.Secrets == nil {
		return pgtx.Explain(what, agentUpdate(d.client, id, update).Exec(ctx))
	}
	return d.InTx(ctx, func(tx core.Database) error {
		// Made again if the transaction is: keys are encrypted in its places.
		patch, err := secretsPatch(update.Settings, update.Secrets)
		if err != nil {
			return pgtx.Explain(what, err)
		}
		t := tx.(*Database)
		stored, err := t.lockObject(ctx, query, id)
		if err != nil {
			return pgtx.Explain(what, err)
		}
		settings, err := t.applySettings(id, stored, patch)
		if err != nil {
			return fmt.Errorf("sql: %s with its secrets: %w", what, err)
		}
		return pgtx.Explain(what, agentUpdate(t.client, id, update).SetSettings(settings).Exec(ctx))
	})
}

// agentUpdate returns the update without settings and secrets.
func agentUpdate(client *ent.Client, id uuid.UUID, update core.AgentUpdate) *ent.AgentUpdateOne {
	change := client.Agent.UpdateOneID(id).
		SetNillableEnabled(update.Enabled).
		SetNillableName(update.Name).
		SetNillableUsername(update.Username).
		SetNillableSystem(update.System)
	if update.Bio != nil {
		change.SetBio(update.Bio)
	}
	if update.MessageExamples != nil {
		change.SetMessageExamples(update.MessageExamples)
	}
	if update.PostExamples != nil {
		change.SetPostExamples(update.PostExamples)
	}
	if update.Topics != nil {
		change.SetTopics(update.Topics)
	}
	if update.Adjectives != nil {
		change.SetAdjectives(update.Adjectives)
	}
	if update.Knowledge != nil {
		change.SetKnowledge(update.Knowledge)
	}
	if update.Plugins != nil {
		change.SetPlugins(update.Plugins)
	}
	if update.Style != nil {
		change.SetStyle(*update.Style)
	}
	return change
}
