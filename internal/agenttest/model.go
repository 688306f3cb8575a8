package agenttest

import (
	"context"
	"fmt"
	"sync"

	"github.com/elizago/elizago/core"
)

// Model is a text model with scripted answers, one per call, streamed in chunks
// of three bytes. It is safe for concurrent use.
type Model struct {
	mu      sync.Mutex
	answers []string
	prompts []string
}

// Answering returns a plugin whose model gives these answers in turn, and the
// model.
func Answering(answers ...string) (*core.Plugin, *Model) {
	model := &Model{answers: answers}
	return &core.Plugin{
		Name:       "@test/model",
		TextModels: map[core.ModelType]core.TextModel{core.TextSmall: model, core.TextLarge: model},
	}, model
}

// Generate implements core.TextModel.
func (m *Model) Generate(_ context.Context, request core.TextRequest) (*core.TextResponse, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.prompts = append(m.prompts, request.Text())
	if len(m.prompts) > len(m.answers) {
		return nil, fmt.Errorf("the test has no answer %d", len(m.prompts))
	}
	answer := m.answers[len(m.prompts)-1]
	if request.Stream != nil {
		for at := 0; at < len(answer); at += 3 {
			if err := request.Stream(core.Delta{Text: answer[at:min(at+3, len(answer))]}); err != nil {
				return nil, err
			}
		}
	}
	return &core.TextResponse{Parts: []core.Part{core.TextPart(answer)}, Model: "test"}, nil
}

// Traits implements core.TextModel: text alone.
func (m *Model) Traits() core.Traits { return core.Traits{} }

// Prompts returns the prompts that the model received.
func (m *Model) Prompts() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string(nil), m.prompts...)
}
