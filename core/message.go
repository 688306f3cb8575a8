package core

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// MessageServer is a group of channels that agents can be added to: what a
// Discord server, a workspace or a website is to its users.
type MessageServer struct {
	// ID is given by the database adapter when it is zero.
	ID   uuid.UUID
	Name string // required
	// SourceType is where it came from: "discord", "cli", ...; required.
	SourceType string
	// SourceID is its id there. Empty: none.
	SourceID string
	// Metadata is whatever a plugin adds. In what is read it is never nil.
	Metadata map[string]any
	// CreatedAt and UpdatedAt are set by the adapter.
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Channel is a conversation of a message server, as all agents and users in it
// see it. A Room is how one agent knows it.
type Channel struct {
	// ID is given by the database adapter when it is zero.
	ID       uuid.UUID
	ServerID uuid.UUID // required
	// Name has at most 1,000 bytes; required.
	Name string
	// Type is ChannelDM, ChannelGroup, ...; required.
	Type ChannelType
	// SourceType and SourceID say what it is elsewhere. Empty: nothing.
	SourceType string
	SourceID   string
	Topic      string // may be empty
	// Metadata is whatever a plugin adds. In what is read it is never nil.
	Metadata map[string]any
	// CreatedAt and UpdatedAt are set by the adapter.
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Message is one message of a channel, as it was sent. A Memory is what one
// agent keeps of it.
type Message struct {
	// ID is given by the database adapter when it is zero.
	ID        uuid.UUID
	ChannelID uuid.UUID // required
	// AuthorID is who wrote it; required. It need not be an entity: users
	// write before any agent has met them.
	AuthorID uuid.UUID
	// Content is its text, which may be empty.
	Content string
	// Raw is the message as the platform sent it, any JSON. Empty: none.
	Raw json.RawMessage
	// InReplyTo is the message of the same database that this one answers.
	// Zero: none.
	InReplyTo uuid.UUID
	// SourceType and SourceID say what it is elsewhere. Empty: nothing.
	SourceType string
	SourceID   string
	// Metadata is whatever a plugin adds. In what is read it is never nil.
	Metadata map[string]any
	// CreatedAt is set to the present by the adapter when it is zero,
	// UpdatedAt always. The year of CreatedAt is 1 to 9999; it is kept to the
	// microsecond.
	CreatedAt time.Time
	UpdatedAt time.Time
}
