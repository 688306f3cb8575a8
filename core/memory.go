package core

import (
	"time"

	"github.com/google/uuid"
)

// Memory types that the runtime itself writes. Plugins may use names of their
// own.
const (
	MemoryMessages  = "messages"
	MemoryFacts     = "facts"
	MemoryDocuments = "documents"
	MemoryFragments = "fragments"
)

// Memory is one thing that an agent keeps: a message that it heard or said, a
// fact, a document. Memories of one Type are listed and searched together.
type Memory struct {
	// ID is given by the database adapter when it is zero.
	ID uuid.UUID
	// Type groups memories, in at most 1,000 bytes; required. MemoryMessages for
	// messages.
	Type string
	// AgentID is the agent that keeps the memory; required.
	AgentID uuid.UUID
	// EntityID is who the memory came from. Zero: nobody.
	EntityID uuid.UUID
	// RoomID is where it came up. Zero: no room.
	RoomID uuid.UUID
	// WorldID is the world of that room. Zero: none.
	WorldID uuid.UUID
	// CreatedAt is set to the present by the adapter when it is zero. Its year
	// is 1 to 9999; it is kept to the microsecond.
	CreatedAt time.Time
	// Content is what is remembered. A text with more than about 1 MB of
	// different words is refused.
	Content  Content
	Metadata MemoryMetadata
	// Embedding is the vector of the content's text, of 384, 512, 768, 1024,
	// 1536 or 3072 finite numbers, kept as they come; its norm, the root of the
	// sum of their squares, is from 1e-15 to 1e19. Empty: not embedded (yet). A
	// vector of zeros is kept, but has no direction: no search by similarity
	// finds it.
	Embedding []float32
	// Duplicate says that a memory much like this one was there before: see
	// MemoryStore.CreateMemoryOnce.
	Duplicate bool
	// Similarity is 1 - cosine distance to the vector of a search, and zero
	// outside of one.
	Similarity float64
}

// Content is what a message says and what it asks for. The JSON names are
// elizaOS's.
type Content struct {
	Text string `json:"text,omitempty"`
	// Thought is what the agent was thinking; it is kept, not shown.
	Thought string `json:"thought,omitempty"`
	// Actions are the names of the actions that the agent chose, in order.
	Actions []string `json:"actions,omitempty"`
	// Providers are the names of further providers that the agent asked for.
	Providers []string `json:"providers,omitempty"`
	// Source is where the message came from: "cli", "discord", ...
	Source string `json:"source,omitempty"`
	// InReplyTo is the memory that this one answers.
	InReplyTo *uuid.UUID `json:"inReplyTo,omitempty"`
	// ChannelType is the kind of room that the message was sent in.
	ChannelType ChannelType `json:"channelType,omitempty"`
	// Data is whatever a plugin adds.
	Data map[string]any `json:"data,omitempty"`
}
