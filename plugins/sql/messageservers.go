package sql

import (
	"context"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/ent/agent"
	"github.com/elizago/elizago/ent/messageserver"
	"github.com/elizago/elizago/ent/messageserveragent"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// saveServerSQL returns the server's time of creation, which ent's upsert does
// not.
const saveServerSQL = `INSERT INTO public.message_servers (id, name, source_type, source_id, metadata, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $6)
ON CONFLICT (id) DO UPDATE
SET name = EXCLUDED.name, source_type = EXCLUDED.source_type, source_id = EXCLUDED.source_id,
	metadata = EXCLUDED.metadata, updated_at = EXCLUDED.updated_at
RETURNING created_at, updated_at`

// SaveMessageServer implements core.ChannelStore.
func (d *Database) SaveMessageServer(ctx context.Context, server *core.MessageServer) error {
	if err := value.NotNil("the message server", server); err != nil {
		return err
	}
	err := value.Required(value.TextField("MessageServer.Name", server.Name), value.TextField("MessageServer.SourceType", server.SourceType))
	if err != nil {
		return err
	}
	metadata, err := value.NullableJSON("MessageServer.Metadata", &server.Metadata)
	if err != nil {
		return err
	}
	if server.ID == uuid.Nil {
		server.ID = core.NewID()
	}
	_, err = pgtx.ExecReturning(ctx, d.driver, saveServerSQL,
		[]any{server.ID, server.Name, server.SourceType, server.SourceID, metadata, d.clock.Now()},
		func(row pgtx.Scanner) (struct{}, error) {
			return struct{}{}, row.Scan(&server.CreatedAt, &server.UpdatedAt)
		})
	return pgtx.Explain("could not save message server "+value.Quote(server.Name), err)
}

// MessageServer implements core.ChannelStore.
func (d *Database) MessageServer(ctx context.Context, id uuid.UUID) (*core.MessageServer, error) {
	row, err := d.client.MessageServer.Get(ctx, id)
	if err != nil {
		return nil, pgtx.Explain("message server "+id.String(), err)
	}
	return serverFrom(row), nil
}

// MessageServers implements core.ChannelStore.
func (d *Database) MessageServers(ctx context.Context, query core.MessageServerQuery) ([]*core.MessageServer, error) {
	if err := value.CheckPage("message servers", &query.Limit, query.Offset, value.DefaultLimit); err != nil {
		return nil, err
	}
	list := d.client.MessageServer.Query()
	if query.AgentID != uuid.Nil {
		list.Where(messageserver.HasAgentsWith(agent.ID(query.AgentID)))
	}
	if query.After != uuid.Nil {
		list.Where(after(messageserver.Table, query.After))
	}
	rows, err := list.
		Order(oldestFirst).
		Limit(query.Limit).
		Offset(query.Offset).
		All(ctx)
	if err != nil {
		return nil, pgtx.Explain("could not list message servers", err)
	}
	return convert(rows, serverFrom), d.checkAfter(ctx, messageserver.Table, query.After, len(rows))
}

// DeleteMessageServer implements core.ChannelStore.
func (d *Database) DeleteMessageServer(ctx context.Context, id uuid.UUID) error {
	return pgtx.Explain("message server "+id.String(), d.client.MessageServer.DeleteOneID(id).Exec(ctx))
}

// AddServerAgent implements core.ChannelStore.
func (d *Database) AddServerAgent(ctx context.Context, serverID, agentID uuid.UUID) error {
	err := d.client.MessageServerAgent.Create().
		SetMessageServerID(serverID).
		SetAgentID(agentID).
		OnConflict(
			entsql.ConflictColumns(messageserveragent.FieldMessageServerID, messageserveragent.FieldAgentID),
			entsql.DoNothing(),
		).
		Exec(ctx)
	if pgtx.IsNoRows(err) {
		return nil // it was there already, so nothing came back
	}
	return pgtx.Explain(fmt.Sprintf("could not add agent %s to message server %s", agentID, serverID), err)
}

// RemoveServerAgent implements core.ChannelStore.
func (d *Database) RemoveServerAgent(ctx context.Context, serverID, agentID uuid.UUID) error {
	removed, err := d.client.MessageServerAgent.Delete().
		Where(messageserveragent.MessageServerID(serverID), messageserveragent.AgentID(agentID)).
		Exec(ctx)
	if err == nil && removed == 0 {
		err = core.ErrNotFound
	}
	return pgtx.Explain(fmt.Sprintf("agent %s of message server %s", agentID, serverID), err)
}

// ServerAgents implements core.ChannelStore.
func (d *Database) ServerAgents(ctx context.Context, serverID uuid.UUID) ([]uuid.UUID, error) {
	rows, err := d.client.MessageServerAgent.Query().
		Where(messageserveragent.MessageServerID(serverID)).
		Order(messageserveragent.ByCreatedAt(), messageserveragent.ByAgentID()).
		All(ctx)
	if err != nil {
		return nil, pgtx.Explain("could not list the agents of message server "+serverID.String(), err)
	}
	return convert(rows, func(row *ent.MessageServerAgent) uuid.UUID { return row.AgentID }), d.checkExists(ctx, messageserver.Table, serverID, len(rows))
}

func serverFrom(row *ent.MessageServer) *core.MessageServer {
	return &core.MessageServer{
		ID: row.ID, Name: row.Name, SourceType: row.SourceType, SourceID: row.SourceID,
		Metadata: value.Object(row.Metadata), CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt,
	}
}
