package sql

import (
	"context"
	"encoding/json"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/ent/message"
	"github.com/elizago/elizago/ent/predicate"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// CreateMessage implements core.MessageStore.
func (d *Database) CreateMessage(ctx context.Context, m *core.Message) error {
	if err := value.NotNil("the message", m); err != nil {
		return err
	}
	if err := value.Required(value.IDField("Message.ChannelID", m.ChannelID), value.IDField("Message.AuthorID", m.AuthorID)); err != nil {
		return err
	}
	if err := value.CheckJSON("Message.Metadata", m.Metadata); err != nil {
		return err
	}
	if err := value.CheckTime("Message.CreatedAt", m.CreatedAt); err != nil {
		return err
	}
	if m.ID == uuid.Nil {
		m.ID = core.NewID()
	}
	m.UpdatedAt = d.clock.Now()
	if m.CreatedAt.IsZero() {
		m.CreatedAt = m.UpdatedAt
	}
	create := d.client.Message.Create().
		SetID(m.ID).
		SetChannelID(m.ChannelID).
		SetAuthorID(m.AuthorID).
		SetContent(m.Content).
		SetNillableInReplyToRootMessageID(value.NullableID(m.InReplyTo)).
		SetSourceType(m.SourceType).
		SetSourceID(m.SourceID).
		SetMetadata(value.Object(m.Metadata)).
		SetCreatedAt(m.CreatedAt).
		SetUpdatedAt(m.UpdatedAt)
	if len(m.Raw) > 0 {
		if !json.Valid(m.Raw) {
			return value.Invalid("sql: Message.Raw is no JSON: encode it with json.Marshal")
		}
		create.SetRawMessage(m.Raw)
	}
	return pgtx.Explain("could not save message "+m.ID.String(), create.Exec(ctx))
}

// Message implements core.MessageStore.
func (d *Database) Message(ctx context.Context, id uuid.UUID) (*core.Message, error) {
	row, err := d.client.Message.Get(ctx, id)
	if err != nil {
		return nil, pgtx.Explain("message "+id.String(), err)
	}
	return messageFrom(row), nil
}

// Messages implements core.MessageStore.
func (d *Database) Messages(ctx context.Context, query core.MessageQuery) ([]*core.Message, error) {
	if err := value.Required(value.IDField("MessageQuery.ChannelID", query.ChannelID)); err != nil {
		return nil, err
	}
	if err := value.CheckTime("a query of messages", query.Since, query.Until); err != nil {
		return nil, err
	}
	if err := value.CheckPage("messages", &query.Limit, query.Offset, value.DefaultLimit); err != nil {
		return nil, err
	}
	where := messageFilters(query)
	if query.Before != uuid.Nil {
		where = append(where, olderThan(message.Table, message.FieldChannelID, query.ChannelID, query.Before))
	}
	rows, err := d.client.Message.Query().
		Where(where...).
		Order(message.ByCreatedAt(entsql.OrderDesc()), message.ByID(entsql.OrderDesc())).
		Limit(query.Limit).
		Offset(query.Offset).
		All(ctx)
	if err != nil {
		return nil, pgtx.Explain("could not list messages of channel "+query.ChannelID.String(), err)
	}
	return convert(rows, messageFrom), d.checkBefore(ctx, message.Table, message.FieldChannelID, query.ChannelID, query.Before, len(rows))
}

func messageFilters(query core.MessageQuery) []predicate.Message {
	where := []predicate.Message{message.ChannelID(query.ChannelID)}
	if query.AuthorID != uuid.Nil {
		where = append(where, message.AuthorID(query.AuthorID))
	}
	if query.InReplyTo != uuid.Nil {
		where = append(where, message.InReplyToRootMessageID(query.InReplyTo))
	}
	if !query.Since.IsZero() {
		where = append(where, message.CreatedAtGTE(query.Since))
	}
	if !query.Until.IsZero() {
		where = append(where, message.CreatedAtLT(query.Until))
	}
	return where
}

// UpdateMessage implements core.MessageStore.
func (d *Database) UpdateMessage(ctx context.Context, id uuid.UUID, change core.MessageUpdate) error {
	const query = `SELECT metadata FROM public.messages WHERE id = $1 FOR NO KEY UPDATE`
	if len(change.Raw) > 0 && !json.Valid(change.Raw) {
		return value.Invalid("sql: MessageUpdate.Raw is no JSON: encode it with json.Marshal")
	}
	return d.updateMerging(ctx, "could not update message "+id.String(), query, id, change.Metadata,
		func(tx *Database, metadata map[string]any) error {
			update := tx.client.Message.UpdateOneID(id).SetNillableContent(change.Content)
			if metadata != nil {
				update.SetMetadata(metadata)
			}
			switch {
			case change.Raw == nil:
			case len(change.Raw) == 0:
				update.ClearRawMessage()
			default:
				update.SetRawMessage(change.Raw)
			}
			return update.Exec(ctx)
		})
}

// DeleteMessage implements core.MessageStore.
func (d *Database) DeleteMessage(ctx context.Context, id uuid.UUID) error {
	return pgtx.Explain("message "+id.String(), d.client.Message.DeleteOneID(id).Exec(ctx))
}

func messageFrom(row *ent.Message) *core.Message {
	return &core.Message{
		ID: row.ID, ChannelID: row.ChannelID, AuthorID: row.AuthorID, Content: row.Content, Raw: row.RawMessage,
		InReplyTo: row.InReplyToRootMessageID, SourceType: row.SourceType, SourceID: row.SourceID,
		Metadata: value.Object(row.Metadata), CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt,
	}
}
