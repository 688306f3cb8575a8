package runtime

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
)

// address is where a message comes from, by the ids of its source.
type address struct {
	source, user, room, world string
	direct                    bool
}

// place is an address by the ids of the database.
type place struct{ world, room, user uuid.UUID }

func addressOf(in Message) address {
	return address{in.Source, in.User, in.Room, in.World, in.RoomType == core.ChannelDM}
}

// locate returns the place of an address. Ids of a source never change, so that
// it asks the database once.
func (a *Agent) locate(ctx context.Context, from address) (place, error) {
	if found, ok := a.rooms.place(from); ok {
		return found, nil
	}
	agent := a.AgentID()
	user := core.ScopedID(agent, from.user)
	room := core.Identity{Kind: core.IdentityRoom, ExternalID: externalID(from.room), ChannelID: from.room}
	if from.direct {
		// Each user has direct rooms of their own.
		room.ExternalID = externalID(core.JSONList(from.user, from.room))
		room.Earlier = core.ScopedID(user, from.room)
	}
	ids, err := a.db.Identify(core.Retry(ctx), agent, from.source,
		core.Identity{Kind: core.IdentityWorld, ExternalID: externalID(from.world), Earlier: core.ScopedID(agent, from.world)},
		room,
		core.Identity{Kind: core.IdentityEntity, ExternalID: externalID(from.user), Earlier: user})
	if err != nil {
		return place{}, err
	}
	found := place{ids[0], ids[1], ids[2]}
	a.rooms.keep(from, found)
	return found, nil
}

// maxExternalID is the longest external id that a database takes.
const maxExternalID = 1000

// externalID returns a source's id, or the hash of one that is too long.
func externalID(id string) string {
	if len(id) <= maxExternalID {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "sha256:" + hex.EncodeToString(sum[:])
}
