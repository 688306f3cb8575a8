package classic

import (
	"context"
	"fmt"
	"strings"

	"github.com/elizago/elizago/core"
)

// modelName is what an answer says wrote it.
const modelName = "classic-1966"

// textModel answers prompts by the script. It has no state.
type textModel struct{}

// Generate implements core.TextModel. Temperature has no meaning here and is
// ignored; a token is a word with the space after it.
func (textModel) Generate(ctx context.Context, request core.TextRequest) (*core.TextResponse, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("classic: the answer was not wanted any more: %w", err)
	}
	words := limit(respond(request.System, request.Text()), request)
	if request.Stream != nil {
		for _, w := range words {
			if err := ctx.Err(); err != nil {
				return nil, fmt.Errorf("classic: the answer was not wanted any more: %w", err)
			}
			if err := request.Stream(core.Delta{Text: w}); err != nil {
				return nil, fmt.Errorf("classic: the answer could not be passed on: %w", err)
			}
		}
	}
	return &core.TextResponse{
		Parts: []core.Part{core.TextPart(strings.Join(words, ""))}, Finish: core.FinishStop, Model: modelName,
	}, nil
}

// Traits implements core.TextModel: text alone.
func (textModel) Traits() core.Traits { return core.Traits{} }

// limit cuts an answer into words, and ends it where the request wants.
func limit(text string, request core.TextRequest) []string {
	for _, stop := range request.Stop {
		if stop != "" {
			text, _, _ = strings.Cut(text, stop)
		}
	}
	words := pieces(text)
	if request.MaxTokens > 0 && len(words) > request.MaxTokens {
		words = words[:request.MaxTokens]
	}
	return words
}

// pieces cuts a text after each run of white space.
func pieces(text string) []string {
	var all []string
	start := 0
	for i := 1; i < len(text); i++ {
		if isSpace(text[i-1]) && !isSpace(text[i]) {
			all = append(all, text[start:i])
			start = i
		}
	}
	if start < len(text) {
		all = append(all, text[start:])
	}
	return all
}

func isSpace(b byte) bool { return b == ' ' || b == '\n' || b == '\t' }
