package core

import (
	"time"

	"github.com/google/uuid"
)

// ChannelType is the kind of a room.
type ChannelType string

// The kinds of rooms, as elizaOS names them.
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

// World is a place that holds rooms: a Discord server, a workspace, the
// terminal.
type World struct {
	ID       uuid.UUID
	AgentID  uuid.UUID
	Name     string
	Metadata map[string]any
}

// Room is where a conversation happens.
type Room struct {
	ID      uuid.UUID
	AgentID uuid.UUID
	// WorldID is zero for a room of no world.
	WorldID   uuid.UUID
	Name      string
	Source    string
	Type      ChannelType
	ChannelID string
	Metadata  map[string]any
}

// Entity is somebody or something that an agent knows: a user, another agent,
// the agent itself.
type Entity struct {
	ID      uuid.UUID
	AgentID uuid.UUID
	// Names is always a list; the first is the one to call it by.
	Names    []string
	Metadata map[string]any
}

// Name returns the entity's first name, or "" when it has none.
func (e *Entity) Name() string {
	if len(e.Names) == 0 {
		return ""
	}
	return e.Names[0]
}

// Agent is a Character as the database keeps it.
type Agent struct {
	Character
	Enabled   bool
	CreatedAt time.Time
	UpdatedAt time.Time
}
