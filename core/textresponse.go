package core

import (
	"encoding/json"
	"strings"
)

// TextResponse is a model's answer.
type TextResponse struct {
	// Parts are text, reasoning and tool calls, in the model's order.
	Parts []Part `json:"parts"`
	// Finish is why the answer ends.
	Finish Finish `json:"finish,omitempty"`
	// Model is the name of the model that answered.
	Model string `json:"model,omitempty"`
	Usage Usage  `json:"usage,omitzero"`
}

// Text returns the answer's text, without reasoning and calls. Texts that a
// call separates are separated by a blank line.
func (r *TextResponse) Text() string { return textOf(r.Parts) }

// Reasoning returns what the model thought.
func (r *TextResponse) Reasoning() string {
	var b strings.Builder
	for _, part := range r.Parts {
		if part.Reasoning != nil {
			b.WriteString(part.Reasoning.Text)
		}
	}
	return b.String()
}

// Calls returns the tool calls, in the model's order.
func (r *TextResponse) Calls() []ToolCall {
	var calls []ToolCall
	for _, part := range r.Parts {
		if part.Call != nil {
			calls = append(calls, *part.Call)
		}
	}
	return calls
}

// Finish is why an answer ends. Models may use values of their own, too.
type Finish string

// The reasons. An answer with calls and FinishStop is the last one: the calls
// run, and the model is not asked what it makes of their results.
const (
	FinishStop   Finish = "stop"
	FinishCalls  Finish = "calls"
	FinishLength Finish = "length"
)

// Usage is the number of tokens of an answer, as the model's provider counts
// them. Zero: unknown.
type Usage struct {
	Input     int `json:"input,omitempty"`
	Output    int `json:"output,omitempty"`
	Cached    int `json:"cached,omitempty"`    // of Input
	Reasoning int `json:"reasoning,omitempty"` // of Output
}

// Part is a part of a message. Exactly one field is set.
type Part struct {
	Text      string      `json:"text,omitempty"`
	Media     *Media      `json:"media,omitempty"`
	Reasoning *Reasoning  `json:"reasoning,omitempty"`
	Call      *ToolCall   `json:"call,omitempty"`
	Result    *ToolResult `json:"result,omitempty"`
}

// TextPart returns a part with a text.
func TextPart(text string) Part { return Part{Text: text} }

// Media is an image, a sound or another file.
type Media struct {
	// Type is the media type, such as image/png.
	Type string `json:"type"`
	// URL is where it is. Empty: Data is the content.
	URL  string `json:"url,omitempty"`
	Data []byte `json:"data,omitempty"`
}

// Reasoning is what a model thought before it answered.
type Reasoning struct {
	Text string `json:"text"`
	// Signature is the provider's proof, which is sent back with the text. Nil:
	// there is none.
	Signature []byte `json:"signature,omitempty"`
}

// ToolCall is a model's wish to call a tool.
type ToolCall struct {
	// ID is the model's own id of the call, which ToolResult.ID repeats. It can
	// be missing, and repeat itself.
	ID   string `json:"id,omitempty"`
	Name string `json:"name"`
	// Args is a JSON object. Empty: there are none.
	Args json.RawMessage `json:"args,omitempty"`
}

// ToolResult is what came of a ToolCall, in a message of RoleTool.
type ToolResult struct {
	ID     string `json:"id,omitempty"`
	Name   string `json:"name"`
	Text   string `json:"text"`
	Failed bool   `json:"failed,omitempty"`
}

// textOf joins the texts of parts: pieces that follow each other as they are,
// and with a blank line where another part stands between them.
func textOf(parts []Part) string {
	var b strings.Builder
	apart := false
	for _, part := range parts {
		if part.Text == "" {
			apart = true
			continue
		}
		if apart && b.Len() > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(part.Text)
		apart = false
	}
	return b.String()
}
