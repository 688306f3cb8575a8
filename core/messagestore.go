package core

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// MessageStore stores the messages of channels.
type MessageStore interface {
	// CreateMessage saves a message and sets ID, CreatedAt and UpdatedAt. It
	// returns ErrConflict if the id exists, and ErrNotFound if the channel or
	// the answered message does not.
	CreateMessage(ctx context.Context, message *Message) error
	// Message returns one message.
	Message(ctx context.Context, id uuid.UUID) (*Message, error)
	// Messages lists messages of a channel, newest first.
	Messages(ctx context.Context, query MessageQuery) ([]*Message, error)
	// UpdateMessage changes a message and sets its UpdatedAt.
	UpdateMessage(ctx context.Context, id uuid.UUID, change MessageUpdate) error
	// DeleteMessage deletes a message. Its answers stay, with InReplyTo zero.
	DeleteMessage(ctx context.Context, id uuid.UUID) error
}

// MessageQuery selects messages. Each field that is set narrows the result.
type MessageQuery struct {
	ChannelID uuid.UUID // required
	AuthorID  uuid.UUID // zero: any
	InReplyTo uuid.UUID // answers to this message; zero: any
	Since     time.Time // zero: from the beginning; inclusive
	Until     time.Time // zero: without end; exclusive
	// Before is a message of the channel: only older messages follow, also
	// among equal times. Pages neither overlap nor skip messages while new ones
	// arrive. Zero: from the newest. A message that is not in the channel is
	// ErrNotFound.
	Before uuid.UUID
	Limit  int // zero: 50
	Offset int // zero: from the newest
}

// MessageUpdate is a partial update of a message. A nil field stays as it is.
type MessageUpdate struct {
	Content *string
	// Raw replaces the message as the platform sent it. Empty and not nil:
	// cleared.
	Raw json.RawMessage
	// Metadata is merged into the stored metadata as a JSON merge patch (RFC
	// 7396): objects merge recursively, null deletes a key, any other value
	// replaces. Concurrent updates do not overwrite each other.
	Metadata map[string]any
}
