package runtime

import (
	"context"
	"fmt"
	"strings"

	"github.com/elizago/elizago/core"
)

// stream forwards a chunk of a reply.
func (t *turn) stream(chunk string) error {
	t.streamed += chunk
	if t.in.OnChunk == nil {
		return nil
	}
	return t.in.OnChunk(chunk)
}

// reply saves a reply and forwards the part that was not streamed yet.
func (t *turn) reply(ctx context.Context, content core.Content) error {
	content.Source = t.in.Source
	content.ChannelType = t.message.Content.ChannelType
	content.InReplyTo = &t.message.ID
	if rest, ok := strings.CutPrefix(content.Text, t.streamed); ok && rest != "" {
		if err := t.stream(rest); err != nil {
			return err
		}
	}
	t.streamed = ""
	memory := &core.Memory{
		ID:       core.NewID(),
		Type:     core.MemoryMessages,
		AgentID:  t.AgentID(),
		EntityID: t.AgentID(),
		RoomID:   t.message.RoomID,
		WorldID:  t.message.WorldID,
		Content:  content,
		Metadata: core.MemoryMetadata{Type: core.MetadataMessage, Source: t.in.Source},
	}
	err := retryTx(ctx, t.db, func(tx core.Database) error { return tx.CreateMemory(ctx, memory) })
	if err != nil {
		return fmt.Errorf("runtime: the reply could not be saved: %w", err)
	}
	t.embedLater(ctx, memory)
	t.outcome.Replies = append(t.outcome.Replies, memory)
	if t.in.OnReply == nil {
		return nil
	}
	return t.in.OnReply(memory)
}
