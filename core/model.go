package core

import "context"

// ModelType is what a text model is for.
type ModelType string

// The types that the runtime asks for. TextSmall is for quick decisions,
// TextLarge for replies.
const (
	TextSmall ModelType = "TEXT_SMALL"
	TextLarge ModelType = "TEXT_LARGE"
)

// TextModel writes text. Implementations are safe for concurrent use.
type TextModel interface {
	Generate(ctx context.Context, request TextRequest) (*TextResponse, error)
}

// TextRequest is a prompt and how to answer it.
type TextRequest struct {
	// System is the system prompt. Empty: the runtime fills in the
	// character's.
	System string
	Prompt string // required
	// MaxTokens limits the answer. Zero: the model's own limit.
	MaxTokens int
	// Temperature is passed on as it is. Nil: the model's own default.
	Temperature *float64
	// Stop ends the answer where one of these texts would come.
	Stop []string
	// Stream is given the answer piece by piece, from one goroutine, while it
	// is being written; an error ends the answer. Nil: not wanted. A model
	// that cannot stream passes the whole answer in one piece.
	Stream func(chunk string) error
}

// TextResponse is a model's answer.
type TextResponse struct {
	Text string
	// Model is the name of the model that answered.
	Model string
	// InputTokens and OutputTokens are what the provider counted. Zero: not
	// known.
	InputTokens, OutputTokens int
}

// EmbeddingModel turns texts into vectors. Implementations are safe for
// concurrent use.
type EmbeddingModel interface {
	// Embed returns one vector a text, in order.
	Embed(ctx context.Context, texts []string) ([][]float32, error)
	// Dimensions is the length of every vector.
	Dimensions() int
}
