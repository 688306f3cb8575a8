package core

import "context"

// ModelType is the purpose of a text model.
type ModelType string

// The types that the runtime requests: TextSmall for quick decisions, TextLarge
// for replies.
const (
	TextSmall ModelType = "TEXT_SMALL"
	TextLarge ModelType = "TEXT_LARGE"
)

// TextModel generates text. Implementations must be safe for concurrent use.
type TextModel interface {
	// Generate returns the answer to a prompt, after passing it to
	// request.Stream, if set.
	Generate(ctx context.Context, request TextRequest) (*TextResponse, error)
}

// TextRequest is a prompt with its options.
type TextRequest struct {
	// System is the system prompt. Empty: the character's.
	System string
	Prompt string // required
	// MaxTokens limits the answer. Zero: the model's default.
	MaxTokens int
	// Temperature is passed through unchanged. Nil: the model's default.
	Temperature *float64
	// Stop lists texts that end the answer.
	Stop []string
	// Stream receives the answer in chunks as it is generated, from one
	// goroutine; an error ends the answer. Nil: no streaming. A model that
	// cannot stream passes the whole answer in one chunk.
	Stream func(chunk string) error
}

// TextResponse is a model's answer.
type TextResponse struct {
	Text string
	// Model is the name of the model that answered.
	Model string
	// InputTokens and OutputTokens are the provider's counts. Zero: unknown.
	InputTokens, OutputTokens int
}

// EmbeddingModel turns texts into vectors. Implementations must be safe for
// concurrent use.
type EmbeddingModel interface {
	// Embed returns one vector per text, in order.
	Embed(ctx context.Context, texts []string) ([][]float32, error)
	// Dimensions returns the length of every vector.
	Dimensions() int
}
