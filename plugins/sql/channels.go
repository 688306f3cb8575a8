package sql

import (
	"context"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/ent/channel"
	"github.com/elizago/elizago/ent/channelparticipant"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// CreateChannel implements core.ChannelStore.
func (d *Database) CreateChannel(ctx context.Context, created *core.Channel, participants ...uuid.UUID) error {
	if err := checkChannel(created); err != nil {
		return err
	}
	if created.ID == uuid.Nil {
		created.ID = core.NewID()
	}
	created.CreatedAt = d.clock.Now()
	created.UpdatedAt = created.CreatedAt
	if len(participants) == 0 {
		return d.insertChannel(ctx, created)
	}
	return d.InTx(ctx, func(tx core.Database) error {
		t := tx.(*Database)
		if err := t.insertChannel(ctx, created); err != nil {
			return err
		}
		return t.AddChannelParticipants(ctx, created.ID, participants...)
	})
}

func checkChannel(c *core.Channel) error {
	if err := value.NotNil("the channel", c); err != nil {
		return err
	}
	err := value.Required(value.IDField("Channel.ServerID", c.ServerID), value.TextField("Channel.Name", c.Name), value.TextField("Channel.Type", string(c.Type)))
	if err != nil {
		return err
	}
	if err := value.CheckJSON("Channel.Metadata", c.Metadata); err != nil {
		return err
	}
	if err := checkChannelType("Channel.Type", c.Type); err != nil {
		return err
	}
	return value.Indexable("Channel.Name", c.Name)
}

func (d *Database) insertChannel(ctx context.Context, c *core.Channel) error {
	err := d.client.Channel.Create().
		SetID(c.ID).
		SetMessageServerID(c.ServerID).
		SetName(c.Name).
		SetType(string(c.Type)).
		SetSourceType(c.SourceType).
		SetSourceID(c.SourceID).
		SetTopic(c.Topic).
		SetMetadata(value.Object(c.Metadata)).
		SetCreatedAt(c.CreatedAt).
		SetUpdatedAt(c.UpdatedAt).
		Exec(ctx)
	return pgtx.Explain("could not save channel "+value.Quote(c.Name), err)
}

// Channel implements core.ChannelStore.
func (d *Database) Channel(ctx context.Context, id uuid.UUID) (*core.Channel, error) {
	row, err := d.client.Channel.Get(ctx, id)
	if err != nil {
		return nil, pgtx.Explain("channel "+id.String(), err)
	}
	return channelFrom(row), nil
}

// Channels implements core.ChannelStore.
func (d *Database) Channels(ctx context.Context, query core.ChannelQuery) ([]*core.Channel, error) {
	if query.ServerID == uuid.Nil && query.Participant == uuid.Nil {
		return nil, value.Invalid("sql: ChannelQuery.ServerID is missing: it or Participant is required")
	}
	if err := value.CheckPage("channels", &query.Limit, query.Offset, value.DefaultLimit); err != nil {
		return nil, err
	}
	list := d.client.Channel.Query()
	if query.ServerID != uuid.Nil {
		list.Where(channel.MessageServerID(query.ServerID))
	}
	if query.Participant != uuid.Nil {
		list.Where(channel.HasParticipantsWith(channelparticipant.EntityID(query.Participant)))
	}
	if query.Type != "" {
		list.Where(channel.Type(string(query.Type)))
	}
	if query.Name != "" {
		list.Where(channel.Name(query.Name))
	}
	if query.After != uuid.Nil {
		list.Where(after(channel.Table, query.After))
	}
	rows, err := list.
		Order(oldestFirst).
		Limit(query.Limit).
		Offset(query.Offset).
		All(ctx)
	if err != nil {
		return nil, pgtx.Explain("could not list channels", err)
	}
	return convert(rows, channelFrom), d.checkAfter(ctx, channel.Table, query.After, len(rows))
}

// UpdateChannel implements core.ChannelStore.
func (d *Database) UpdateChannel(ctx context.Context, id uuid.UUID, change core.ChannelUpdate) error {
	const query = `SELECT metadata FROM public.channels WHERE id = $1 FOR NO KEY UPDATE`
	if change.Name != nil {
		if err := value.Required(value.TextField("ChannelUpdate.Name", *change.Name)); err != nil {
			return err
		}
		if err := value.Indexable("ChannelUpdate.Name", *change.Name); err != nil {
			return err
		}
	}
	update := func(d *Database) error {
		return d.updateMerging(ctx, "could not update channel "+id.String(), query, id, change.Metadata,
			func(tx *Database, metadata map[string]any) error {
				row := tx.client.Channel.UpdateOneID(id).SetNillableName(change.Name).SetNillableTopic(change.Topic)
				if metadata != nil {
					row.SetMetadata(metadata)
				}
				return row.Exec(ctx)
			})
	}
	if change.Participants == nil {
		return update(d)
	}
	return d.InTx(ctx, func(tx core.Database) error {
		t := tx.(*Database)
		// The update locks the channel, so that two replacements of its
		// participants run one after the other.
		if err := update(t); err != nil {
			return err
		}
		return t.replaceParticipants(ctx, id, *change.Participants)
	})
}

// DeleteChannel implements core.ChannelStore.
func (d *Database) DeleteChannel(ctx context.Context, id uuid.UUID) error {
	return pgtx.Explain("channel "+id.String(), d.client.Channel.DeleteOneID(id).Exec(ctx))
}

func channelFrom(row *ent.Channel) *core.Channel {
	return &core.Channel{
		ID: row.ID, ServerID: row.MessageServerID, Name: row.Name, Type: core.ChannelType(row.Type),
		SourceType: row.SourceType, SourceID: row.SourceID, Topic: row.Topic,
		Metadata: value.Object(row.Metadata), CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt,
	}
}
