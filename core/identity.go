package core

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"github.com/google/uuid"
)

// IdentityKind is what an Identity is of.
type IdentityKind string

// The kinds of identities. Messages need no row: the id of one follows from
// IdentityID alone.
const (
	IdentityEntity  IdentityKind = "entity"
	IdentityRoom    IdentityKind = "room"
	IdentityWorld   IdentityKind = "world"
	IdentityMessage IdentityKind = "message"
)

// Identity is something that a source, such as discord, knows by an id of its
// own: a user, a room, a world.
type Identity struct {
	Kind IdentityKind // IdentityEntity, IdentityRoom or IdentityWorld; required
	// ExternalID is the source's id, in at most 1,000 bytes; required.
	ExternalID string
	// Earlier is the id that a program without identities gave it. Zero: none.
	Earlier uuid.UUID
	// ChannelID is Room.ChannelID of a room that a program without identities
	// may have made. Empty: none.
	ChannelID string
}

// IdentityStore stores which entity, room or world of an agent a source means by
// an id of its own.
type IdentityStore interface {
	// Identify returns the ids of an agent for what a source names, in the order
	// of the identities, and records those that are new. An identity that has no
	// id yet gets the one of the row that is there: of a room of the source with
	// its ChannelID, or else the Earlier one, if that is a room of the source, an
	// entity in a room of it, or a world. Otherwise it gets that of IdentityID.
	// An id that was recorded never changes. A source has at most 1,000 bytes;
	// required. It returns ErrNotFound if the agent does not exist.
	Identify(ctx context.Context, agentID uuid.UUID, source string, identities ...Identity) ([]uuid.UUID, error)
}

// IdentityID returns the id of something that a source names for the first time:
// IDFromText of the JSON list of the agent's id, the source, the kind and the
// external id, without spaces. It is the same in all programs.
func IdentityID(agentID uuid.UUID, source string, kind IdentityKind, externalID string) uuid.UUID {
	return IDFromText(JSONList(agentID.String(), source, string(kind), externalID))
}

// JSONList returns texts as a JSON list without spaces, as JavaScript's
// JSON.stringify writes it. It is an external id for what only several ids name
// together, such as a direct room: a user and a name.
func JSONList(texts ...string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(texts); err != nil { // no list of texts can fail
		panic("core: " + err.Error())
	}
	return lineSeparators.Replace(strings.TrimSuffix(b.String(), "\n"))
}

// lineSeparators undoes the one escape that JSON.stringify does not make. The
// encoder escapes backslashes, so that an even number of them comes before.
var lineSeparators = strings.NewReplacer(`\\`, `\\`, `\u2028`, "\u2028", `\u2029`, "\u2029")
