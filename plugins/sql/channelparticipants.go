package sql

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/ent/channel"
	"github.com/elizago/elizago/ent/channelparticipant"
)

// DirectChannel implements core.ChannelStore. The channel's id follows from
// the server and both participants, so that of several who make it at once all
// but one find it made. It is looked for by its name first, which is elizaOS's,
// because channels made by elizaOS have random ids.
func (d *Database) DirectChannel(ctx context.Context, serverID, one, other uuid.UUID) (*core.Channel, error) {
	if err := required(idField("the server's id", serverID), idField("a participant's id", one), idField("a participant's id", other)); err != nil {
		return nil, err
	}
	if one == other {
		return nil, errors.New("sql: a direct channel has two participants: both ids are the same")
	}
	if bytes.Compare(one[:], other[:]) > 0 {
		one, other = other, one
	}
	name := fmt.Sprintf("DM-%s-%s", one, other)
	found, err := d.directChannel(ctx, serverID, name)
	if err == nil || !errors.Is(err, core.ErrNotFound) {
		return found, err
	}
	id := core.IDFromText(serverID.String() + ":" + name)
	err = d.InTx(ctx, func(tx core.Database) error {
		t := tx.(*Database)
		if err := t.insertDirectChannel(ctx, id, serverID, name); err != nil {
			return err
		}
		if err := t.AddChannelParticipants(ctx, id, one, other); err != nil {
			return err
		}
		found, err = t.Channel(ctx, id)
		return err
	})
	return found, err
}

func (d *Database) directChannel(ctx context.Context, serverID uuid.UUID, name string) (*core.Channel, error) {
	row, err := d.client.Channel.Query().
		Where(channel.MessageServerID(serverID), channel.Type(string(core.ChannelDM)), channel.Name(name)).
		Order(channel.ByCreatedAt(), channel.ByID()).
		First(ctx)
	if err != nil {
		return nil, explain("channel "+name, err)
	}
	return channelFrom(row), nil
}

func (d *Database) insertDirectChannel(ctx context.Context, id, serverID uuid.UUID, name string) error {
	_, err := d.driver.write(ctx, `INSERT INTO public.channels (id, message_server_id, name, type, metadata)
VALUES ($1, $2, $3, 'DM', '{}') ON CONFLICT (id) DO NOTHING`, id, serverID, name)
	return explain("could not save channel "+name, err)
}

// AddChannelParticipants implements core.ChannelStore.
func (d *Database) AddChannelParticipants(ctx context.Context, channelID uuid.UUID, participants ...uuid.UUID) error {
	for _, id := range participants {
		if err := required(idField("a participant's id", id)); err != nil {
			return err
		}
	}
	_, err := d.driver.write(ctx, `INSERT INTO public.channel_participants (channel_id, entity_id)
SELECT $1, entity FROM unnest($2::uuid[]) entity ON CONFLICT DO NOTHING`, channelID, participants)
	return explain("could not add participants to channel "+channelID.String(), err)
}

// RemoveChannelParticipant implements core.ChannelStore.
func (d *Database) RemoveChannelParticipant(ctx context.Context, channelID, participant uuid.UUID) error {
	removed, err := d.client.ChannelParticipant.Delete().
		Where(channelparticipant.ChannelID(channelID), channelparticipant.EntityID(participant)).
		Exec(ctx)
	if err == nil && removed == 0 {
		err = core.ErrNotFound
	}
	return explain(fmt.Sprintf("participant %s of channel %s", participant, channelID), err)
}

func (d *Database) replaceParticipants(ctx context.Context, channelID uuid.UUID, participants []uuid.UUID) error {
	_, err := d.client.ChannelParticipant.Delete().
		Where(channelparticipant.ChannelID(channelID), channelparticipant.EntityIDNotIn(participants...)).
		Exec(ctx)
	if err != nil {
		return explain("could not replace the participants of channel "+channelID.String(), err)
	}
	return d.AddChannelParticipants(ctx, channelID, participants...)
}

// ChannelParticipants implements core.ChannelStore.
func (d *Database) ChannelParticipants(ctx context.Context, channelID uuid.UUID) ([]uuid.UUID, error) {
	rows, err := d.client.ChannelParticipant.Query().
		Where(channelparticipant.ChannelID(channelID)).
		Order(channelparticipant.ByCreatedAt(), channelparticipant.ByEntityID()).
		All(ctx)
	if err != nil {
		return nil, explain("could not list who is in channel "+channelID.String(), err)
	}
	return participantIDs(rows), nil
}

// IsChannelParticipant implements core.ChannelStore.
func (d *Database) IsChannelParticipant(ctx context.Context, channelID, participant uuid.UUID) (bool, error) {
	there, err := d.client.ChannelParticipant.Query().
		Where(channelparticipant.ChannelID(channelID), channelparticipant.EntityID(participant)).
		Exist(ctx)
	return there, explain("could not look who is in channel "+channelID.String(), err)
}

func participantIDs(rows []*ent.ChannelParticipant) []uuid.UUID {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.EntityID
	}
	return ids
}
