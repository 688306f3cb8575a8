package core

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// MessageStore keeps the messages of channels.
type MessageStore interface {
	// CreateMessage saves a message and fills in ID, CreatedAt and UpdatedAt. An
	// id that exists is ErrConflict; a channel, or a message answered, that does
	// not is ErrNotFound.
	CreateMessage(ctx context.Context, message *Message) error
	// Message returns one message.
	Message(ctx context.Context, id uuid.UUID) (*Message, error)
	// Messages lists messages of a channel, the newest first.
	Messages(ctx context.Context, query MessageQuery) ([]*Message, error)
	// UpdateMessage changes a message, and sets its UpdatedAt.
	UpdateMessage(ctx context.Context, id uuid.UUID, change MessageUpdate) error
	// DeleteMessage deletes a message. Those that answer it stay, and answer
	// nothing.
	DeleteMessage(ctx context.Context, id uuid.UUID) error
}

// MessageQuery says which messages to list. Every field that is set narrows
// the result.
type MessageQuery struct {
	ChannelID uuid.UUID // required
	AuthorID  uuid.UUID // zero: any
	InReplyTo uuid.UUID // answers to this message; zero: any
	Since     time.Time // zero: from the beginning; inclusive
	Until     time.Time // zero: without end; exclusive
	// Before is a message of the channel: only older ones follow, also when
	// several have the same time. Pages made with it neither overlap nor leave
	// one out while new messages arrive. Zero: from the newest. A message that
	// is not in the channel is ErrNotFound.
	Before uuid.UUID
	Limit  int // zero: 50
	Offset int // zero: from the newest
}

// MessageUpdate says what to change in a message. Nil leaves a field as it is.
type MessageUpdate struct {
	Content *string
	// Raw replaces the message as the platform sent it. Empty, not nil: none.
	Raw json.RawMessage
	// Metadata is merged into what is stored, as a JSON merge patch (RFC 7396):
	// objects deeply, anything else replaces, null deletes. Of several updates
	// at once none is lost.
	Metadata map[string]any
}
