package core

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// MessageServer is a group of channels that agents can be added to, such as a
// Discord server, a workspace or a website.
type MessageServer struct {
	// ID is assigned by the adapter if it is zero.
	ID   uuid.UUID
	Name string // required
	// SourceType is the platform: "discord", "cli", ...; required.
	SourceType string
	// SourceID is the platform's id. Empty: none.
	SourceID string
	// Metadata is any JSON object. It is never nil when read from the database.
	Metadata map[string]any
	// CreatedAt and UpdatedAt are set by the adapter.
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Channel is a conversation on a message server, shared by all its agents and
// users. A Room is one agent's view of it.
type Channel struct {
	// ID is assigned by the adapter if it is zero.
	ID       uuid.UUID
	ServerID uuid.UUID // required
	// Name has at most 1,000 bytes; required.
	Name string
	// Type is ChannelDM, ChannelGroup, ...; required.
	Type ChannelType
	// SourceType and SourceID are the platform and its id. Empty: none.
	SourceType string
	SourceID   string
	Topic      string // may be empty
	// Metadata is any JSON object. It is never nil when read from the database.
	Metadata map[string]any
	// CreatedAt and UpdatedAt are set by the adapter.
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Message is a message of a channel, as it was sent. A Memory is one agent's
// record of it.
type Message struct {
	// ID is assigned by the adapter if it is zero.
	ID        uuid.UUID
	ChannelID uuid.UUID // required
	// AuthorID is the author; required. It need not be an entity: users may
	// write before an agent knows them.
	AuthorID uuid.UUID
	// Content is the text, which may be empty.
	Content string
	// Raw is the message as the platform sent it, any JSON. Empty: none.
	Raw json.RawMessage
	// InReplyTo is the message that this one answers. Zero: none.
	InReplyTo uuid.UUID
	// SourceType and SourceID are the platform and its id. Empty: none.
	SourceType string
	SourceID   string
	// Metadata is any JSON object. It is never nil when read from the database.
	Metadata map[string]any
	// CreatedAt is set by the adapter to the current time if it is zero,
	// UpdatedAt always. The year of CreatedAt must be 1 to 9999; it is stored
	// to the microsecond.
	CreatedAt time.Time
	UpdatedAt time.Time
}
