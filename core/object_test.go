package core_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// scripted is a runtime that has a model alone, with answers to give in turn.
type scripted struct {
	core.Runtime
	traits   core.Traits
	answers  []*core.TextResponse
	requests []core.TextRequest
}

func (s *scripted) Traits(core.ModelType) (core.Traits, error) { return s.traits, nil }

func (s *scripted) Generate(_ context.Context, _ core.ModelType, request core.TextRequest) (*core.TextResponse, error) {
	s.requests = append(s.requests, request)
	if len(s.requests) > len(s.answers) {
		return nil, errors.New("no answer is left")
	}
	return s.answers[len(s.requests)-1], nil
}

func texts(all ...string) (answers []*core.TextResponse) {
	for _, text := range all {
		answers = append(answers, &core.TextResponse{Parts: []core.Part{core.TextPart(text)}, Usage: core.Usage{Input: 10, Output: 2}})
	}
	return answers
}

func called(args string) *core.TextResponse {
	call := core.ToolCall{ID: "1", Name: "ANSWER", Args: json.RawMessage(args)}
	return &core.TextResponse{Parts: []core.Part{{Call: &call}}, Finish: core.FinishCalls}
}

type city struct {
	Name   string `json:"name" jsonschema:"as its people spell it"`
	People int    `json:"people,omitempty"`
}

func TestObject(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		traits  core.Traits
		answers []*core.TextResponse
		want    core.ObjectResult[city]
		err     string
	}{
		"by schema":   {core.Traits{Schema: true, Tools: true}, texts(`{"name": "Bern"}`), core.ObjectResult[city]{Value: city{Name: "Bern"}, Way: core.ObjectBySchema, Attempts: 1, Usage: core.Usage{Input: 10, Output: 2}}, ""},
		"by tool":     {core.Traits{Tools: true}, []*core.TextResponse{called(`{"name": 3}`), called(`{"name": "Bern"}`)}, core.ObjectResult[city]{Value: city{Name: "Bern"}, Way: core.ObjectByTool, Attempts: 2}, ""},
		"by text":     {core.Traits{}, texts("Sure: ```json\n{name: 'Bern', people: 134000,}\n```"), core.ObjectResult[city]{Value: city{"Bern", 134000}, Way: core.ObjectByText, Attempts: 1, Usage: core.Usage{Input: 10, Output: 2}}, ""},
		"asked again": {core.Traits{}, texts("Bern", `{"people": 3}`, `{"name": "Bern"}`), core.ObjectResult[city]{Value: city{Name: "Bern"}, Way: core.ObjectByText, Attempts: 3, Usage: core.Usage{Input: 30, Output: 6}}, ""},
		"given up":    {core.Traits{}, texts("{}", "{}", "{}"), core.ObjectResult[city]{}, "did not answer with a valid core_test.city, 3 times"},
		"no answer":   {core.Traits{}, nil, core.ObjectResult[city]{}, "no answer is left"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			model := &scripted{traits: tt.traits, answers: tt.answers}
			got, err := core.Object[city](t.Context(), model, core.TextSmall, core.TextRequest{Prompt: "Which city?"})
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, *got)
			require.Equal(t, "Which city?", model.requests[0].Messages[0].Parts[0].Text)
		})
	}
	_, err := core.Object[[]string](t.Context(), &scripted{}, core.TextSmall, core.TextRequest{})
	require.ErrorIs(t, err, core.ErrInvalid)
	_, err = core.Object[map[string]func()](t.Context(), &scripted{}, core.TextSmall, core.TextRequest{})
	require.ErrorContains(t, err, "has no JSON schema")
}

// What did not fit is quoted, after the answer itself.
func TestObjectQuotesTheError(t *testing.T) {
	t.Parallel()
	model := &scripted{traits: core.Traits{Tools: true}, answers: []*core.TextResponse{called(`{"people": 3}`), called(`{"name": "Bern"}`)}}
	_, err := core.Object[city](t.Context(), model, core.TextSmall, core.TextRequest{Prompt: "Which city?"})
	require.NoError(t, err)
	again := model.requests[1]
	require.Equal(t, core.ToolChoice("ANSWER"), again.ToolChoice)
	require.Len(t, again.Messages, 3)
	require.Equal(t, core.RoleAssistant, again.Messages[1].Role)
	result := again.Messages[2].Parts[0].Result
	require.Equal(t, "1", result.ID)
	require.True(t, result.Failed)
	require.Contains(t, result.Text, "name")
}

func TestReadArgs(t *testing.T) {
	t.Parallel()
	schema, err := jsonschema.For[city](nil)
	require.NoError(t, err)
	resolved, err := schema.Resolve(nil)
	require.NoError(t, err)
	for text, want := range map[string]city{
		`{"name": "Bern"}`:    {Name: "Bern"},
		`{name: "Bern",}`:     {Name: "Bern"},
		`{"name": "Bern`:      {Name: "Bern"},
		`{"name": "a \u00e4"`: {Name: "a ä"},
	} {
		var got city
		require.NoError(t, core.ReadArgs(text, resolved, &got), text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "{}", "null", "[]", `{"name": 3}`, `{"name": "x", "mayor": "y"}`, "\x00"} {
		require.Error(t, core.ReadArgs(text, resolved, new(city)), text)
	}
}

func TestTextOfAResponse(t *testing.T) {
	t.Parallel()
	call := &core.ToolCall{Name: "A"}
	response := core.TextResponse{Parts: []core.Part{
		{Reasoning: &core.Reasoning{Text: "hm", Signature: []byte("s")}}, core.TextPart("Let me "), core.TextPart("look."), {Call: call}, core.TextPart("So."),
	}}
	require.Equal(t, "Let me look.\n\nSo.", response.Text())
	require.Equal(t, "hm", response.Reasoning())
	require.Equal(t, []core.ToolCall{*call}, response.Calls())

	request := core.TextRequest{Messages: []core.ModelMessage{core.UserMessage("one")}, Prompt: "two"}
	require.Equal(t, "one\n\ntwo", request.Text())
	require.Len(t, request.Messages, 1)
	require.Equal(t, []core.ModelMessage{core.UserMessage("two")}, core.TextRequest{Prompt: "two"}.Conversation())
	data, err := json.Marshal(response)
	require.NoError(t, err)
	var again core.TextResponse
	require.NoError(t, json.Unmarshal(data, &again))
	require.Equal(t, response, again, "an answer can be stored")
}

// A value of a Go type, from any model.
func ExampleObject() {
	rt := &scripted{answers: texts(`{"name": "Bern", "people": 134000}`)}
	answer, err := core.Object[city](context.Background(), rt, core.TextSmall, core.TextRequest{Prompt: "What is the capital of Switzerland?"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(answer.Value.Name, answer.Value.People, answer.Way)
	// Output: Bern 134000 text
}
