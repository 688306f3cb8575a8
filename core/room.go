package core

import (
	"slices"

	"github.com/google/uuid"
)

// ChannelType is the kind of a room or channel.
type ChannelType string

// The kinds of rooms, with elizaOS's names.
const (
	ChannelSelf       ChannelType = "SELF"
	ChannelDM         ChannelType = "DM"
	ChannelGroup      ChannelType = "GROUP"
	ChannelVoiceDM    ChannelType = "VOICE_DM"
	ChannelVoiceGroup ChannelType = "VOICE_GROUP"
	ChannelFeed       ChannelType = "FEED"
	ChannelThread     ChannelType = "THREAD"
	ChannelWorld      ChannelType = "WORLD"
	ChannelForum      ChannelType = "FORUM"
	ChannelAPI        ChannelType = "API"
)

// ChannelTypes returns the kinds above.
func ChannelTypes() []ChannelType {
	return []ChannelType{
		ChannelSelf, ChannelDM, ChannelGroup, ChannelVoiceDM, ChannelVoiceGroup,
		ChannelFeed, ChannelThread, ChannelWorld, ChannelForum, ChannelAPI,
	}
}

// Valid reports whether t is one of the kinds above.
func (t ChannelType) Valid() bool { return slices.Contains(ChannelTypes(), t) }

// Room is a place of conversation, as known to one agent.
type Room struct {
	// ID is assigned by the adapter if it is zero.
	ID uuid.UUID
	// AgentID is the agent that knows the room; required.
	AgentID uuid.UUID
	// WorldID is the world that the room belongs to. Zero: none.
	WorldID uuid.UUID
	// Name may be empty.
	Name string
	// Source is the platform: "cli", "discord", ... It may be empty.
	Source string
	// Type is one of the kinds above; required.
	Type ChannelType
	// ChannelID is the platform's own id of the room, of at most 1,000 bytes.
	ChannelID string
	// MessageServerID is the room's message server. Zero: none. It need not
	// exist in the database.
	MessageServerID uuid.UUID
	// Metadata is any JSON object. It is never nil when read from the database.
	Metadata map[string]any
}
