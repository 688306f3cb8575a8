package bootstrap

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"github.com/elizago/elizago/core"
)

// conversationLength is the number of earlier messages in the prompt.
const conversationLength = 30

// conversation lists the earlier messages of the room, oldest first. The
// agent's own lines begin with "You".
var conversation = core.Provider{
	Name:     "RECENT_MESSAGES",
	Position: positionConversation,
	Get: func(ctx context.Context, ask core.ProviderCall) (*core.ProviderResult, error) {
		db, message := ask.Runtime.Database(), ask.Message
		memories, err := db.Memories(ctx, core.MemoryQuery{
			AgentID: message.AgentID, Type: core.MemoryMessages, RoomID: message.RoomID, Limit: conversationLength + 1,
		})
		if err != nil {
			return nil, err
		}
		names, err := roomNames(ctx, ask)
		if err != nil {
			return nil, err
		}
		sender := ""
		if names[message.EntityID] != "" {
			sender = called(ask, names[message.EntityID])
		}
		memories = slices.DeleteFunc(memories, func(m *core.Memory) bool { return m.ID == message.ID })
		slices.Reverse(memories)
		result := &core.ProviderResult{
			Values: map[string]any{"senderName": sender},
			Data:   map[string]any{"messages": memories},
		}
		if len(memories) == 0 {
			return result, nil
		}
		var b strings.Builder
		fmt.Fprintln(&b, core.HeadingConversation)
		for _, memory := range memories {
			fmt.Fprintf(&b, "%s: %s\n", speaker(ask, names, memory.EntityID), plain(memory.Content.Text))
		}
		result.Text = b.String()
		return result, nil
	},
}

// people lists the participants of the room.
var people = core.Provider{
	Name:     "ENTITIES",
	Position: positionPeople,
	Get: func(ctx context.Context, ask core.ProviderCall) (*core.ProviderResult, error) {
		names, err := roomNames(ctx, ask)
		if err != nil {
			return nil, err
		}
		var b strings.Builder
		fmt.Fprintln(&b, "# People in the Room")
		fmt.Fprintf(&b, "- %s (you)\n", ask.Runtime.Character().Name)
		for _, id := range slices.SortedFunc(maps.Keys(names), func(a, b uuid.UUID) int { return strings.Compare(names[a], names[b]) }) {
			if id == ask.Runtime.AgentID() {
				continue
			}
			says := ""
			if id == ask.Message.EntityID {
				says = " (who wrote the message)"
			}
			fmt.Fprintf(&b, "- %s%s\n", called(ask, names[id]), says)
		}
		return &core.ProviderResult{Text: b.String()}, nil
	},
}

// roomNames returns the names of all participants of the message's room.
func roomNames(ctx context.Context, ask core.ProviderCall) (map[uuid.UUID]string, error) {
	entities, err := ask.Runtime.Database().Participants(ctx, ask.Message.AgentID, ask.Message.RoomID)
	if err != nil {
		return nil, err
	}
	names := map[uuid.UUID]string{}
	for _, entity := range entities {
		names[entity.ID] = entity.Name()
	}
	return names, nil
}

// speaker returns the display name of a line's speaker.
func speaker(ask core.ProviderCall, names map[uuid.UUID]string, id uuid.UUID) string {
	if id == ask.Runtime.AgentID() {
		return "You"
	}
	return called(ask, names[id])
}

// called returns how a user is called in a prompt. A name that would look like
// the agent's own line, or like the beginning of a line, is quoted.
func called(ask core.ProviderCall, name string) string {
	name = plain(name)
	switch {
	case name == "":
		return "Somebody"
	case strings.ContainsAny(name, ":#\"`"), sameName(name, "You"), sameName(name, ask.Runtime.Character().Name):
		return fmt.Sprintf("User %q", strings.ReplaceAll(name, ":", " "))
	}
	return name
}

// sameName reports whether two names look the same: letters alone count, in
// compatibility form, so that "Y​ou" and "Ｙｏｕ" are You.
func sameName(a, b string) bool {
	letters := func(name string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return unicode.ToLower(r)
			}
			return -1
		}, norm.NFKC.String(name))
	}
	return letters(a) == letters(b)
}
