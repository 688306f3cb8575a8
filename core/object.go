package core

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/kaptinlin/jsonrepair"
)

// ObjectWay is how a model was brought to answer with an object.
type ObjectWay string

// The ways, the surest first.
const (
	ObjectBySchema ObjectWay = "schema" // the model keeps to schemas
	ObjectByTool   ObjectWay = "tool"   // it had to call a tool with the object
	ObjectByText   ObjectWay = "text"   // it was asked for JSON in its text
)

// ObjectResult is the result of Object.
type ObjectResult[T any] struct {
	Value T
	// Way is how the value came.
	Way ObjectWay
	// Attempts is the number of answers that the model gave, 1 to 3.
	Attempts int
	// Usage is the sum over all answers.
	Usage Usage
}

// objectTool is the tool that a model has to call with the object.
const objectTool = "ANSWER"

// objectAttempts is the number of answers that Object asks for at most.
const objectAttempts = 3

// Object asks a model for a T, a struct or a map with string keys, whose JSON
// schema is that of jsonschema.For: fields with omitempty are optional, the tag
// jsonschema describes a field to the model.
//
// The model gets the schema if it keeps to schemas, else a tool that it must
// call, else the schema in the prompt; JSON in a text is repaired where it can
// be. What does not fit the schema is asked for again, with the error, twice.
// request's own Tools, Schema and Stream are ignored.
func Object[T any](ctx context.Context, rt Runtime, model ModelType, request TextRequest) (*ObjectResult[T], error) {
	schema, err := jsonschema.For[T](nil)
	if err != nil {
		return nil, fmt.Errorf("core: %T has no JSON schema: %w", *new(T), err)
	}
	if schema.Type != "object" {
		return nil, fmt.Errorf("core: %w: %T is no JSON object: use a struct or a map", ErrInvalid, *new(T))
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		return nil, fmt.Errorf("core: the JSON schema of %T: %w", *new(T), err)
	}
	traits, err := rt.Traits(model)
	if err != nil {
		return nil, err
	}
	result := &ObjectResult[T]{}
	request.Messages = request.Conversation()
	request.Prompt, request.Tools, request.ToolChoice, request.Schema, request.Stream = "", nil, "", nil, nil
	switch {
	case traits.Schema:
		result.Way, request.Schema = ObjectBySchema, schema
	case traits.Tools:
		result.Way, request.ToolChoice = ObjectByTool, objectTool
		request.Tools = []Tool{{Name: objectTool, Description: "Takes the answer.", Schema: schema}}
	default:
		text, err := json.Marshal(schema)
		if err != nil {
			return nil, fmt.Errorf("core: the JSON schema of %T: %w", *new(T), err)
		}
		result.Way, request.Prompt = ObjectByText, "Answer with one JSON object that fits this schema, and nothing else:\n"+string(text)
		request.Messages = request.Conversation()
		request.Prompt = ""
	}
	for {
		response, err := rt.Generate(ctx, model, request)
		if err != nil {
			return nil, err
		}
		result.Attempts++
		result.Usage = result.Usage.plus(response.Usage)
		answer, call := objectText(response)
		if err = ReadArgs(answer, resolved, &result.Value); err == nil {
			return result, nil
		}
		if result.Attempts == objectAttempts {
			return nil, fmt.Errorf("core: the model did not answer with a valid %T, %d times: %w", *new(T), objectAttempts, err)
		}
		result.Value = *new(T)
		request.Messages = append(request.Messages, ModelMessage{Role: RoleAssistant, Parts: response.Parts}, objection(call, err))
	}
}

// objectText returns the JSON in an answer, and the call that it came with.
func objectText(response *TextResponse) (text string, call *ToolCall) {
	if calls := response.Calls(); len(calls) > 0 {
		return string(calls[0].Args), &calls[0]
	}
	text = response.Text()
	if start, end := strings.IndexByte(text, '{'), strings.LastIndexByte(text, '}'); start >= 0 && end > start {
		return text[start : end+1], nil
	}
	return text, nil
}

// objection returns the message that quotes an error to the model.
func objection(call *ToolCall, err error) ModelMessage {
	text := "That does not fit: " + err.Error() + ". Answer again."
	if call == nil {
		return UserMessage(text)
	}
	return ModelMessage{Role: RoleTool, Parts: []Part{{Result: &ToolResult{ID: call.ID, Name: call.Name, Text: text, Failed: true}}}}
}

// ReadArgs reads a model's JSON into the value that into points to, if it fits
// the schema. JSON that is broken is repaired where that is possible; nothing
// is taken for an empty object. The error is one that the model understands.
func ReadArgs(text string, schema *jsonschema.Resolved, into any) error {
	if strings.TrimSpace(text) == "" {
		text = "{}"
	}
	data := []byte(text)
	if !json.Valid(data) {
		repaired, err := jsonrepair.Repair(text)
		if err != nil {
			return errors.New("it is no JSON")
		}
		data = []byte(repaired)
	}
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		return fmt.Errorf("it is no JSON: %w", err)
	}
	if err := schema.Validate(value); err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

func (u Usage) plus(more Usage) Usage {
	return Usage{
		Input: u.Input + more.Input, Output: u.Output + more.Output,
		Cached: u.Cached + more.Cached, Reasoning: u.Reasoning + more.Reasoning,
	}
}
