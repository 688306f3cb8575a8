package core

import (
	"context"

	"github.com/google/uuid"
)

// ChannelStore keeps message servers, their agents, channels and who is in
// them.
type ChannelStore interface {
	// SaveMessageServer inserts the server, or overwrites the one with the same
	// id, and fills in ID, CreatedAt and UpdatedAt.
	SaveMessageServer(ctx context.Context, server *MessageServer) error
	// MessageServer returns one server.
	MessageServer(ctx context.Context, id uuid.UUID) (*MessageServer, error)
	// MessageServers lists servers, the oldest first.
	MessageServers(ctx context.Context, query MessageServerQuery) ([]*MessageServer, error)
	// DeleteMessageServer deletes a server with all its channels and messages.
	DeleteMessageServer(ctx context.Context, id uuid.UUID) error
	// AddServerAgent lets an agent listen on a server. To add it again changes
	// nothing. A server or agent that does not exist is ErrNotFound.
	AddServerAgent(ctx context.Context, serverID, agentID uuid.UUID) error
	// RemoveServerAgent ends that. An agent that is not there is ErrNotFound.
	RemoveServerAgent(ctx context.Context, serverID, agentID uuid.UUID) error
	// ServerAgents returns the agents of a server, the longest there first. A
	// server that does not exist is ErrNotFound.
	ServerAgents(ctx context.Context, serverID uuid.UUID) ([]uuid.UUID, error)

	// CreateChannel saves a channel with its first participants, and fills in
	// ID, CreatedAt and UpdatedAt. An id that exists is ErrConflict; a server
	// that does not is ErrNotFound.
	CreateChannel(ctx context.Context, channel *Channel, participants ...uuid.UUID) error
	// Channel returns one channel.
	Channel(ctx context.Context, id uuid.UUID) (*Channel, error)
	// Channels lists channels, the oldest first.
	Channels(ctx context.Context, query ChannelQuery) ([]*Channel, error)
	// UpdateChannel changes a channel, all of it or nothing.
	UpdateChannel(ctx context.Context, id uuid.UUID, change ChannelUpdate) error
	// DeleteChannel deletes a channel with its messages and participants.
	DeleteChannel(ctx context.Context, id uuid.UUID) error
	// DirectChannel returns the channel of two participants on a server, in
	// either order, and makes it when there is none: of several callers at once,
	// all get the same one. Both are in it, also where one had been taken out.
	// A channel that others made under the name that elizaOS gives is theirs
	// only if they alone are in it. The channel's Type is ChannelDM. Twice the
	// same id, or a zero one, is an error; a server that does not exist is
	// ErrNotFound.
	DirectChannel(ctx context.Context, serverID, one, other uuid.UUID) (*Channel, error)

	// AddChannelParticipants puts participants into a channel. To add one again
	// changes nothing. Any id but zero will do: they need not be entities. A
	// channel that does not exist is ErrNotFound; without participants nothing
	// happens.
	AddChannelParticipants(ctx context.Context, channelID uuid.UUID, participants ...uuid.UUID) error
	// RemoveChannelParticipant takes one out. One that is not in it is
	// ErrNotFound.
	RemoveChannelParticipant(ctx context.Context, channelID, participant uuid.UUID) error
	// ChannelParticipants returns who is in a channel, the longest there first.
	// A channel that does not exist is ErrNotFound.
	ChannelParticipants(ctx context.Context, channelID uuid.UUID) ([]uuid.UUID, error)
	// IsChannelParticipant reports whether somebody is in a channel.
	IsChannelParticipant(ctx context.Context, channelID, participant uuid.UUID) (bool, error)
}

// MessageServerQuery says which servers to list. The zero value lists the
// oldest 50 of all.
type MessageServerQuery struct {
	AgentID uuid.UUID // servers that this agent was added to; zero: any
	After   uuid.UUID // the last of the page before; zero: from the oldest
	Limit   int       // zero: 50
	Offset  int       // zero: from the oldest
}

// ChannelQuery says which channels to list. Every field that is set narrows
// the result; ServerID or Participant is required.
type ChannelQuery struct {
	ServerID    uuid.UUID   // zero: any
	Participant uuid.UUID   // channels that somebody is in; zero: any
	Type        ChannelType // empty: any
	Name        string      // empty: any
	After       uuid.UUID   // the last of the page before; zero: from the oldest
	Limit       int         // zero: 50
	Offset      int         // zero: from the oldest
}

// ChannelUpdate says what to change in a channel. Nil leaves a field as it is.
type ChannelUpdate struct {
	Name  *string // 1 to 1,000 bytes
	Topic *string // may be empty
	// Metadata is merged into what is stored, as a JSON merge patch (RFC 7396):
	// objects deeply, anything else replaces, null deletes. Of several updates
	// at once none is lost.
	Metadata map[string]any
	// Participants replaces everybody who is in it. Those who stay keep the
	// time that they came.
	Participants *[]uuid.UUID
}
