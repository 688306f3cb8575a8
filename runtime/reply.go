package runtime

import (
	"context"
	"fmt"
	"strings"

	"github.com/elizago/elizago/core"
)

// stream forwards a reply while it is written, one chunk behind: the last one
// waits until the reply is saved, so that none is said in full and lost.
func (t *turn) stream(chunk string) error {
	t.streamed += chunk
	if chunk == "" {
		return nil
	}
	last := t.held
	t.held = chunk
	return t.say(last)
}

// say passes a chunk on.
func (t *turn) say(chunk string) error {
	if t.in.OnChunk == nil || chunk == "" {
		return nil
	}
	return t.in.OnChunk(chunk)
}

// reply saves a reply, and forwards the part of it that was not said yet.
func (t *turn) reply(ctx context.Context, content core.Content) error {
	content.Source = t.in.Source
	content.ChannelType = t.message.Content.ChannelType
	content.InReplyTo = &t.message.ID
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
	if err := saveMemory(ctx, t.db, memory); err != nil {
		return fmt.Errorf("runtime: the reply could not be saved: %w", err)
	}
	last := t.held
	if rest, ok := strings.CutPrefix(content.Text, t.streamed); ok {
		last += rest
	}
	t.streamed, t.held = "", ""
	if err := t.say(last); err != nil {
		return err
	}
	t.embedLater(ctx, memory)
	t.outcome.Replies = append(t.outcome.Replies, memory)
	if t.in.OnReply == nil {
		return nil
	}
	return t.in.OnReply(memory)
}
