package core

import "context"

// ModelType is the purpose of a model. A plugin may register models of any
// other type, too, and call them by it.
type ModelType string

// The types, as elizaOS names them. The runtime itself requests TextLarge for
// answers and TextEmbedding; plugins use TextSmall for quick decisions.
const (
	TextSmall        ModelType = "TEXT_SMALL"
	TextLarge        ModelType = "TEXT_LARGE"
	ReasoningSmall   ModelType = "REASONING_SMALL"
	ReasoningLarge   ModelType = "REASONING_LARGE"
	ObjectSmall      ModelType = "OBJECT_SMALL"
	ObjectLarge      ModelType = "OBJECT_LARGE"
	TextEmbedding    ModelType = "TEXT_EMBEDDING"
	ImageDescription ModelType = "IMAGE_DESCRIPTION"
	Transcription    ModelType = "TRANSCRIPTION"
	TextToSpeech     ModelType = "TEXT_TO_SPEECH"
	Image            ModelType = "IMAGE"
)

// TextModel generates text. Implementations must be safe for concurrent use.
type TextModel interface {
	// Generate writes an answer. What is written goes to request.Stream, if
	// set, as it comes; the response is the whole.
	Generate(ctx context.Context, request TextRequest) (*TextResponse, error)
	// Traits returns what the model can do. It is called often and must not
	// ask the network.
	Traits() Traits
}

// Traits is what a text model can do. The zero value is a model that reads and
// writes text alone: it is offered actions in the prompt, and never receives
// Tools, Schema or media.
type Traits struct {
	// Tools: the model accepts TextRequest.Tools and answers with calls.
	Tools bool
	// Schema: the model keeps to TextRequest.Schema.
	Schema bool
	// Media: the model accepts parts with Media.
	Media bool
	// ContextWindow and MaxOutput are the longest request and answer, in tokens.
	// Zero: unknown.
	ContextWindow, MaxOutput int
	// InputPrice, CachedPrice and OutputPrice are US dollars for a million
	// tokens. Zero: unknown, or free.
	InputPrice, CachedPrice, OutputPrice float64
}

// EmbeddingModel turns texts into vectors. Implementations must be safe for
// concurrent use.
type EmbeddingModel interface {
	// Embed returns one vector per text, in order.
	Embed(ctx context.Context, texts []string) ([][]float32, error)
	// Dimensions returns the length of every vector.
	Dimensions() int
}
