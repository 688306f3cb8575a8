package core

import (
	"context"

	"github.com/google/uuid"
)

// EmbeddingStore tells of an agent's vectors as a whole, and changes their
// dimension.
type EmbeddingStore interface {
	// EmbeddingState says which dimension an agent's vectors have. An agent that
	// does not exist is ErrNotFound.
	EmbeddingState(ctx context.Context, agentID uuid.UUID) (EmbeddingState, error)
	// RebuildEmbeddings gives every memory of an agent that has a vector
	// another one, of another dimension. Until all are there, searches go on
	// with the old vectors, and memories may be created with vectors of either
	// dimension; then the agent has the new dimension, from one moment to the
	// next, and the old vectors are deleted. It works in small transactions
	// and may be interrupted at any time: the next call with the same
	// dimension goes on where it was. A call with the old dimension takes back
	// what was begun. Several calls at once do no harm and are no faster.
	//
	// The new vectors are of the texts as they are at the end: one whose
	// memory's Content is updated in the meantime is made anew. A vector of the
	// new length that a memory was created with is kept; it is the caller's.
	//
	// Memories may have vectors of lengths that are neither, from elizaOS, or
	// from a rebuild that was killed as it was taken back. They are made anew
	// like the others, also by a call with the dimension that the agent has, if
	// that has Embed; without, they are deleted.
	//
	// An error of Embed ends it, and what was made so far stays. ErrDimension are
	// a Dimension that is none of those below, vectors of Embed of another length,
	// a rebuild with another dimension or Model that is under way, and one that
	// was begun, or this one taken back, in the meantime. An agent that does not
	// exist is ErrNotFound.
	//
	// It cannot run inside InTx: that is ErrInvalid.
	RebuildEmbeddings(ctx context.Context, rebuild EmbeddingRebuild) error
}

// EmbeddingState is how far an agent's vectors are.
type EmbeddingState struct {
	// Dimension is the length of the vectors that are searched. Zero: the
	// agent has none yet.
	Dimension int
	// Target is the length that they are being rebuilt with. Zero: they are
	// not.
	Target int
	// Total is how many memories have a vector.
	Total int
	// Done is how many of them have one of Target; zero when there is none.
	Done int
}

// EmbeddingRebuild says how RebuildEmbeddings works.
type EmbeddingRebuild struct {
	AgentID uuid.UUID // required
	// Dimension is the new length: 384, 512, 768, 1024, 1536 or 3072.
	Dimension int
	// Embed makes the new vectors of texts, in order, each of the length
	// Dimension; an EmbeddingModel's method. Required, but to take back what
	// was begun. It is not asked for memories without text: their vector is
	// deleted with the old ones.
	Embed func(ctx context.Context, texts []string) ([][]float32, error)
	// Model is a name of the model that Embed asks. A rebuild that was begun
	// with one is not gone on with by another, since vectors of two models
	// cannot be compared: that is ErrDimension. Empty: it is not checked.
	Model string
	// Batch is how many texts Embed gets at once. Zero: 64. Negative is an error.
	Batch int
	// Progress is told how far it is, at the beginning, after every batch and
	// at the end. Nil: nobody is.
	Progress func(state EmbeddingState)
}
