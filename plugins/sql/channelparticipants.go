package sql

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/ent/channel"
	"github.com/elizago/elizago/ent/channelparticipant"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

const insertChannelParticipants = `
INSERT INTO public.channel_participants (channel_id, entity_id)
SELECT channel_id, entity_id FROM jsonb_to_recordset($1::jsonb) AS r(channel_id uuid, entity_id uuid)
ON CONFLICT (channel_id, entity_id) DO NOTHING`

// AddChannelParticipants implements core.ChannelStore.
func (d *Database) AddChannelParticipants(ctx context.Context, channelID uuid.UUID, participants ...uuid.UUID) error {
	type row struct {
		ChannelID uuid.UUID `json:"channel_id"`
		EntityID  uuid.UUID `json:"entity_id"`
	}
	rows := make([]row, len(participants))
	for i, id := range participants {
		if err := value.Required(value.IDField("a participant's id", id)); err != nil {
			return err
		}
		rows[i] = row{channelID, id}
	}
	slices.SortFunc(rows, func(a, b row) int { return bytes.Compare(a.EntityID[:], b.EntityID[:]) })
	_, err := insertBatch(ctx, d, "could not add participants to channel "+channelID.String(), insertChannelParticipants, rows)
	return err
}

// RemoveChannelParticipant implements core.ChannelStore.
func (d *Database) RemoveChannelParticipant(ctx context.Context, channelID, participant uuid.UUID) error {
	removed, err := d.client.ChannelParticipant.Delete().
		Where(channelparticipant.ChannelID(channelID), channelparticipant.EntityID(participant)).
		Exec(ctx)
	if err == nil && removed == 0 {
		err = core.ErrNotFound
	}
	return pgtx.Explain(fmt.Sprintf("participant %s of channel %s", participant, channelID), err)
}

func (d *Database) replaceParticipants(ctx context.Context, channelID uuid.UUID, participants []uuid.UUID) error {
	_, err := d.client.ChannelParticipant.Delete().
		Where(channelparticipant.ChannelID(channelID), channelparticipant.EntityIDNotIn(participants...)).
		Exec(ctx)
	if err != nil {
		return pgtx.Explain("could not replace the participants of channel "+channelID.String(), err)
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
		return nil, pgtx.Explain("could not list who is in channel "+channelID.String(), err)
	}
	return convert(rows, func(row *ent.ChannelParticipant) uuid.UUID { return row.EntityID }), d.checkExists(ctx, channel.Table, channelID, len(rows))
}

// IsChannelParticipant implements core.ChannelStore.
func (d *Database) IsChannelParticipant(ctx context.Context, channelID, participant uuid.UUID) (bool, error) {
	there, err := d.client.ChannelParticipant.Query().
		Where(channelparticipant.ChannelID(channelID), channelparticipant.EntityID(participant)).
		Exist(ctx)
	return there, pgtx.Explain("could not look who is in channel "+channelID.String(), err)
}
