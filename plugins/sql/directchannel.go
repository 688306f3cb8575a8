package sql

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// DirectChannel implements core.ChannelStore. The channel's id follows from the
// server and both participants, so that of several concurrent calls one creates
// it and the others find it. Channels made by elizaOS have random ids: they are
// found by their name, which any channel may have, and their participants.
func (d *Database) DirectChannel(ctx context.Context, serverID, one, other uuid.UUID) (*core.Channel, error) {
	if err := value.Required(value.IDField("the server's id", serverID), value.IDField("a participant's id", one), value.IDField("a participant's id", other)); err != nil {
		return nil, err
	}
	if one == other {
		return nil, value.Invalid("sql: a direct channel has two participants: both ids are the same")
	}
	if bytes.Compare(one[:], other[:]) > 0 {
		one, other = other, one
	}
	name := fmt.Sprintf("DM-%s-%s", one, other)
	id := core.IDFromText(serverID.String() + ":" + name)
	found, err := d.Channel(ctx, id)
	if errors.Is(err, core.ErrNotFound) {
		var named uuid.UUID
		if named, err = d.directChannelOf(ctx, serverID, name, one, other); err == nil {
			return d.Channel(ctx, named)
		}
	}
	switch {
	case err == nil:
		if err := checkDirect(found, serverID); err != nil {
			return nil, err
		}
		if err := d.ensureChannelParticipants(ctx, id, one, other); err != nil {
			return nil, err
		}
		return found, nil
	case !errors.Is(err, core.ErrNotFound):
		return nil, err
	}
	err = d.InTx(ctx, func(tx core.Database) error {
		t := tx.(*Database)
		if err := t.insertDirectChannel(ctx, id, serverID, name); err != nil {
			return err
		}
		if err := t.AddChannelParticipants(ctx, id, one, other); err != nil {
			return err
		}
		if found, err = t.Channel(ctx, id); err != nil {
			return err
		}
		return checkDirect(found, serverID)
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// directChannelOf returns the id of a channel with this name and exactly these
// two participants, of which the first has the lesser id.
func (d *Database) directChannelOf(ctx context.Context, serverID uuid.UUID, name string, one, other uuid.UUID) (uuid.UUID, error) {
	id, err := pgtx.First(pgtx.Query(ctx, d.driver, `
SELECT c.id FROM public.channels c
WHERE c.message_server_id = $1 AND c.type = 'DM' AND c.name = $2 AND ARRAY[$3::uuid, $4::uuid] = (
	SELECT array_agg(p.entity_id ORDER BY p.entity_id) FROM public.channel_participants p WHERE p.channel_id = c.id)
ORDER BY c.created_at, c.id LIMIT 1`, []any{serverID, name, one, other}, pgtx.ScanOne[uuid.UUID]))
	return id, pgtx.Explain("channel "+name, err)
}

// checkDirect returns core.ErrConflict if the id belongs to another kind of
// channel.
func checkDirect(found *core.Channel, serverID uuid.UUID) error {
	if found.ServerID == serverID && found.Type == core.ChannelDM {
		return nil
	}
	return fmt.Errorf("sql: the direct channel's id %s is that of a channel of type %s on server %s: %w",
		found.ID, value.Quote(string(found.Type)), found.ServerID, core.ErrConflict)
}

func (d *Database) insertDirectChannel(ctx context.Context, id, serverID uuid.UUID, name string) error {
	_, err := pgtx.Exec(ctx, d.driver, `INSERT INTO public.channels (id, message_server_id, name, type, metadata)
VALUES ($1, $2, $3, 'DM', '{}') ON CONFLICT (id) DO NOTHING`, id, serverID, name)
	return pgtx.Explain("could not save channel "+name, err)
}

// ensureChannelParticipants adds the participants that are missing, usually
// none.
func (d *Database) ensureChannelParticipants(ctx context.Context, channelID uuid.UUID, participants ...uuid.UUID) error {
	there, err := d.ChannelParticipants(ctx, channelID)
	if err != nil {
		return err
	}
	for _, id := range participants {
		if !slices.Contains(there, id) {
			return d.AddChannelParticipants(ctx, channelID, participants...)
		}
	}
	return nil
}
