package core

import (
	"slices"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
)

// TextRequest asks a text model for an answer. A request with a Prompt alone
// is one message of a user.
type TextRequest struct {
	// System is the system prompt. Empty: the character's.
	System string
	// Messages is the conversation so far, oldest first.
	Messages []ModelMessage
	// Prompt is the text of a last message, of the user, after Messages. Empty:
	// there is none.
	Prompt string

	// Tools are what the model may call, in an order that stays the same from
	// request to request, so that providers can cache the prompt.
	Tools []Tool
	// ToolChoice says whether the model must call a tool. The zero value lets
	// it choose.
	ToolChoice ToolChoice
	// Schema is the JSON schema that the answer's text has to fit. Nil: any
	// text. Most callers use Object.
	Schema *jsonschema.Schema

	// MaxTokens limits the answer. Zero: the model's default.
	MaxTokens int
	// Temperature is passed through unchanged. Nil: the model's default.
	Temperature *float64
	// Stop lists texts that end the answer.
	Stop []string
	// Stream receives the answer in pieces as it is generated, from one
	// goroutine; an error ends the answer. Nil: no streaming. A model that
	// cannot stream passes the whole answer in one piece.
	Stream func(Delta) error
}

// Conversation returns Messages and, after them, the message that Prompt is.
// Models read it instead of the two fields.
func (r TextRequest) Conversation() []ModelMessage {
	if r.Prompt == "" {
		return r.Messages
	}
	return append(slices.Clip(r.Messages), UserMessage(r.Prompt))
}

// Text returns the text of all messages of Conversation, separated by blank
// lines, for models that read one text.
func (r TextRequest) Text() string {
	var texts []string
	for _, message := range r.Conversation() {
		if text := textOf(message.Parts); text != "" {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, "\n\n")
}

// Delta is a piece of an answer that is being generated. Tool calls are in the
// response alone.
type Delta struct {
	// Text is a piece of the answer's text.
	Text string
	// Reasoning is a piece of what the model thinks.
	Reasoning string
}

// Role says who wrote a ModelMessage.
type Role string

// The roles. Results of tools are messages of their own.
const (
	RoleUser      Role = "user"
	RoleAssistant Role = "assistant"
	RoleTool      Role = "tool"
)

// ModelMessage is one message of a conversation with a model.
type ModelMessage struct {
	Role  Role   `json:"role"`
	Parts []Part `json:"parts"`
}

// UserMessage returns a message of the user with a text.
func UserMessage(text string) ModelMessage {
	return ModelMessage{Role: RoleUser, Parts: []Part{TextPart(text)}}
}

// Tool is something that a model may call.
type Tool struct {
	Name        string `json:"name"` // [A-Z0-9_], at most 64 characters
	Description string `json:"description"`
	// Schema describes the arguments, an object. Nil: there are none.
	Schema *jsonschema.Schema `json:"schema,omitempty"`
}

// ToolChoice says whether a model must call a tool: the zero value leaves it
// to the model, and any value besides ToolNone and ToolAny names the tool that
// it must call.
type ToolChoice string

// ToolNone forbids calls, ToolAny wants at least one. They are in lower case,
// and names of tools are not.
const (
	ToolNone ToolChoice = "none"
	ToolAny  ToolChoice = "any"
)
