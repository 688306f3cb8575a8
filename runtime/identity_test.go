package runtime_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/agenttest"
	"github.com/elizago/elizago/plugins/bootstrap"
	"github.com/elizago/elizago/runtime"
)

func answering(t *testing.T, messages int) (*runtime.Agent, func(in runtime.Message) *core.Memory) {
	model, _ := agenttest.Answering(slices.Repeat([]string{"<response><text>yes</text></response>"}, messages)...)
	agent := agenttest.Start(t, bootstrap.New(), model)
	return agent, func(in runtime.Message) *core.Memory {
		in.Text = "hello"
		outcome, err := agent.Handle(t.Context(), in)
		require.NoError(t, err)
		return outcome.Message
	}
}

// A group room is one room for all its users, and a direct one is the user's own.
// Users of two sources are different ones.
func TestRoomsAndUsersOfSources(t *testing.T) {
	t.Parallel()
	agent, say := answering(t, 6)
	group := runtime.Message{Source: "discord", Room: "42", RoomName: "lounge", RoomType: core.ChannelGroup, World: "7", User: "1", UserName: "grace"}
	first := say(group)
	group.User, group.UserName = "2", "alan"
	second := say(group)
	require.Equal(t, first.RoomID, second.RoomID)
	require.NotEqual(t, first.EntityID, second.EntityID)
	require.Equal(t, core.ChannelGroup, first.Content.ChannelType)
	room, err := agent.Database().Room(t.Context(), first.RoomID)
	require.NoError(t, err)
	require.Equal(t, []any{"lounge", core.ChannelGroup, "discord", first.WorldID}, []any{room.Name, room.Type, room.Source, room.WorldID})
	grace, err := agent.Database().Entity(t.Context(), first.EntityID)
	require.NoError(t, err)
	require.Equal(t, []string{"grace"}, grace.Names)
	present, err := agent.Database().Participants(t.Context(), agent.AgentID(), room.ID)
	require.NoError(t, err)
	require.Len(t, present, 3)

	direct := say(runtime.Message{Source: "discord", Room: "42", User: "1"})
	require.NotEqual(t, first.RoomID, direct.RoomID)
	require.Equal(t, first.EntityID, direct.EntityID)
	require.NotEqual(t, direct.RoomID, say(runtime.Message{Source: "discord", Room: "42", User: "2"}).RoomID)
	other := say(runtime.Message{Source: "http", Room: "42", User: "1"})
	require.NotContains(t, []uuid.UUID{direct.RoomID, direct.EntityID, direct.WorldID}, other.RoomID)
	require.NotEqual(t, direct.EntityID, other.EntityID)
	require.NotEqual(t, direct.WorldID, other.WorldID)
	long := strings.Repeat("x", 2000)
	require.NotZero(t, say(runtime.Message{Room: long}).RoomID)
}

// What a program without identities has saved is found, and goes on under its
// ids.
func TestConversationOfAProgramWithoutIdentities(t *testing.T) {
	t.Parallel()
	agent, say := answering(t, 2)
	ctx, db, id := t.Context(), agent.Database(), agent.AgentID()
	world, user := core.ScopedID(id, "cli"), core.ScopedID(id, "grace")
	room := core.ScopedID(user, "main")
	require.NoError(t, db.SaveWorld(ctx, &core.World{ID: world, AgentID: id, Name: "cli"}))
	require.NoError(t, db.SaveRoom(ctx, &core.Room{ID: room, AgentID: id, WorldID: world, Name: "main", Source: "cli", Type: core.ChannelDM}))
	require.NoError(t, db.SaveEntity(ctx, &core.Entity{ID: user, AgentID: id, Names: []string{"grace"}}))
	_, err := db.AddParticipants(ctx, id, room, id, user)
	require.NoError(t, err)
	message := say(runtime.Message{User: "grace"})
	require.Equal(t, []uuid.UUID{world, room, user}, []uuid.UUID{message.WorldID, message.RoomID, message.EntityID})
	require.NotEqual(t, user, say(runtime.Message{User: "grace", Source: "http"}).EntityID)
}
