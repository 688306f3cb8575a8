package bootstrap

import (
	"context"
	"fmt"
	"strings"

	"github.com/elizago/elizago/core"
)

const (
	// recallCount is the number of messages recalled.
	recallCount = 5
	// recallThreshold omits unrelated messages. It is low because lexical
	// embeddings of short texts are seldom close.
	recallThreshold = 0.2
)

// recall finds earlier messages of the same user about the subject, in any
// room. Other users' messages are not recalled.
var recall = core.Provider{
	Name:        "RECALL",
	Description: "What this user said before about the subject of the message, from any time and room",
	Dynamic:     true,
	Get: func(ctx context.Context, ask core.ProviderCall) (*core.ProviderResult, error) {
		vector, err := ask.Runtime.Embed(ctx, ask.Message.Content.Text)
		if err != nil {
			return nil, err
		}
		memories, err := ask.Runtime.Database().SearchMemories(ctx, core.MemorySearch{
			AgentID: ask.Message.AgentID, Type: core.MemoryMessages, EntityID: ask.Message.EntityID,
			Vector: vector, Threshold: recallThreshold, Limit: recallCount + 1,
		})
		if err != nil {
			return nil, err
		}
		names, err := roomNames(ctx, ask)
		if err != nil {
			return nil, err
		}
		var b strings.Builder
		for _, memory := range memories {
			if memory.ID == ask.Message.ID {
				continue
			}
			fmt.Fprintf(&b, "- %s, %s: %s\n", speaker(ask, names, memory.EntityID),
				memory.CreatedAt.Format("2006-01-02"), plain(memory.Content.Text))
		}
		if b.Len() == 0 {
			return &core.ProviderResult{Text: headingRelated + "\n(nothing)"}, nil
		}
		return &core.ProviderResult{Text: headingRelated + "\n" + b.String()}, nil
	},
}

const headingRelated = "# Related Memories"
