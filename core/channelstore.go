package core

import (
	"context"

	"github.com/google/uuid"
)

// ChannelStore stores message servers, their agents, their channels and the
// channels' participants.
type ChannelStore interface {
	// SaveMessageServer inserts the server, or overwrites the row with the same
	// id, and sets ID, CreatedAt and UpdatedAt.
	SaveMessageServer(ctx context.Context, server *MessageServer) error
	// MessageServer returns one server.
	MessageServer(ctx context.Context, id uuid.UUID) (*MessageServer, error)
	// MessageServers lists servers, oldest first.
	MessageServers(ctx context.Context, query MessageServerQuery) ([]*MessageServer, error)
	// DeleteMessageServer deletes a server with all its channels and messages.
	DeleteMessageServer(ctx context.Context, id uuid.UUID) error
	// AddServerAgent lets an agent listen on a server. Adding it again is a
	// no-op. It returns ErrNotFound if the server or agent does not exist.
	AddServerAgent(ctx context.Context, serverID, agentID uuid.UUID) error
	// RemoveServerAgent undoes AddServerAgent. It returns ErrNotFound if the
	// agent is not on the server.
	RemoveServerAgent(ctx context.Context, serverID, agentID uuid.UUID) error
	// ServerAgents returns the agents of a server, longest member first. It
	// returns ErrNotFound if the server does not exist.
	ServerAgents(ctx context.Context, serverID uuid.UUID) ([]uuid.UUID, error)

	// CreateChannel saves a channel with its first participants, and sets ID,
	// CreatedAt and UpdatedAt. It returns ErrConflict if the id exists, and
	// ErrNotFound if the server does not.
	CreateChannel(ctx context.Context, channel *Channel, participants ...uuid.UUID) error
	// Channel returns one channel.
	Channel(ctx context.Context, id uuid.UUID) (*Channel, error)
	// Channels lists channels, oldest first.
	Channels(ctx context.Context, query ChannelQuery) ([]*Channel, error)
	// UpdateChannel applies the update atomically.
	UpdateChannel(ctx context.Context, id uuid.UUID, change ChannelUpdate) error
	// DeleteChannel deletes a channel with its messages and participants.
	DeleteChannel(ctx context.Context, id uuid.UUID) error
	// DirectChannel returns the channel of two participants on a server, in
	// either order, and creates it if there is none; concurrent callers get the
	// same channel. Both participants are in it afterwards, even if one had
	// been removed. An existing channel with elizaOS's name for it is used only
	// if these two are its only participants. The channel's Type is ChannelDM.
	// Equal or zero ids are an error. It returns ErrNotFound if the server does
	// not exist.
	DirectChannel(ctx context.Context, serverID, one, other uuid.UUID) (*Channel, error)

	// AddChannelParticipants adds participants to a channel. Adding one again
	// is a no-op. Ids must be non-zero but need not be entities. It returns
	// ErrNotFound if the channel does not exist; without participants it does
	// nothing.
	AddChannelParticipants(ctx context.Context, channelID uuid.UUID, participants ...uuid.UUID) error
	// RemoveChannelParticipant removes a participant. It returns ErrNotFound if
	// the participant is not in the channel.
	RemoveChannelParticipant(ctx context.Context, channelID, participant uuid.UUID) error
	// ChannelParticipants returns the participants of a channel, longest member
	// first. It returns ErrNotFound if the channel does not exist.
	ChannelParticipants(ctx context.Context, channelID uuid.UUID) ([]uuid.UUID, error)
	// IsChannelParticipant reports whether a participant is in a channel.
	IsChannelParticipant(ctx context.Context, channelID, participant uuid.UUID) (bool, error)
}

// MessageServerQuery selects servers. The zero value selects the 50 oldest.
type MessageServerQuery struct {
	AgentID uuid.UUID // servers that this agent was added to; zero: any
	After   uuid.UUID // last id of the previous page; zero: from the oldest
	Limit   int       // zero: 50
	Offset  int       // zero: from the oldest
}

// ChannelQuery selects channels. Each field that is set narrows the result;
// ServerID or Participant is required.
type ChannelQuery struct {
	ServerID    uuid.UUID   // zero: any
	Participant uuid.UUID   // channels that this id takes part in; zero: any
	Type        ChannelType // empty: any
	Name        string      // empty: any
	After       uuid.UUID   // last id of the previous page; zero: from the oldest
	Limit       int         // zero: 50
	Offset      int         // zero: from the oldest
}

// ChannelUpdate is a partial update of a channel. A nil field stays as it is.
type ChannelUpdate struct {
	Name  *string // 1 to 1,000 bytes
	Topic *string // may be empty
	// Metadata is merged into the stored metadata as a JSON merge patch (RFC
	// 7396): objects merge recursively, null deletes a key, any other value
	// replaces. Concurrent updates do not overwrite each other.
	Metadata map[string]any
	// Participants replaces all participants. Those that remain keep their time
	// of joining.
	Participants *[]uuid.UUID
}
