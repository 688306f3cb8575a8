package core

import (
	"context"

	"github.com/google/uuid"
)

// EmbeddingStore reports the state of an agent's vectors and changes their
// dimension.
type EmbeddingStore interface {
	// EmbeddingState returns the dimension of an agent's vectors. It returns
	// ErrNotFound if the agent does not exist.
	EmbeddingState(ctx context.Context, agentID uuid.UUID) (EmbeddingState, error)
	// RebuildEmbeddings replaces the vectors of all of an agent's memories by
	// vectors of another dimension. Until all exist, searches use the old
	// vectors and memories may be created with vectors of either dimension;
	// then the agent cuts over atomically to the new dimension and the old
	// vectors are deleted. It works in small transactions and may be
	// interrupted at any time: the next call with the same dimension resumes. A
	// call with the old dimension reverts a rebuild that has not finished.
	// Concurrent calls are safe and no faster.
	//
	// The new vectors match the texts as they are at the end: a memory whose
	// Content is updated in the meantime is embedded again. A vector of the new
	// length that a memory was created with is the caller's and is kept.
	//
	// Vectors of any other length, from elizaOS or from a rebuild that was
	// killed while it was being reverted, are replaced too, also by a call with
	// the agent's own dimension if it has Embed; without Embed they are
	// deleted.
	//
	// An error of Embed ends the rebuild; vectors made so far stay. It returns
	// ErrDimension for a Dimension that is not supported, for vectors from
	// Embed of another length, if a rebuild with another dimension or Model is
	// in progress, and if this one was reverted or replaced in the meantime. It
	// returns ErrNotFound if the agent does not exist.
	//
	// Inside InTx it returns ErrInvalid.
	RebuildEmbeddings(ctx context.Context, rebuild EmbeddingRebuild) error
}

// EmbeddingState is the state of an agent's vectors.
type EmbeddingState struct {
	// Dimension is the length of the vectors that are searched. Zero: the agent
	// has no vectors yet.
	Dimension int
	// Target is the dimension of a rebuild in progress. Zero: none.
	Target int
	// Total is the number of memories that have a vector.
	Total int
	// Done is the number of those that have a vector of dimension Target.
	Done int
}

// EmbeddingRebuild holds the options of RebuildEmbeddings.
type EmbeddingRebuild struct {
	AgentID uuid.UUID // required
	// Dimension is the new length: 384, 512, 768, 1024, 1536 or 3072.
	Dimension int
	// Embed returns the vectors of texts, in order, each of length Dimension,
	// as EmbeddingModel's method does. Required except to revert a rebuild. It
	// is not called for memories without text: their vector is deleted with the
	// old ones.
	Embed func(ctx context.Context, texts []string) ([][]float32, error)
	// Model names the model behind Embed. Resuming a rebuild with another model
	// is ErrDimension, since vectors of two models cannot be compared. Empty:
	// not checked.
	Model string
	// Batch is the number of texts per call of Embed. Zero: 64. Negative is an
	// error.
	Batch int
	// Progress is called at the beginning, after every batch and at the end.
	// Nil: not called.
	Progress func(state EmbeddingState)
}
