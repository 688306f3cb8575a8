package sql

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"testing"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// The conformance suite checks which errors are returned. This checks their texts:
// each names the thing and what to do.
func TestErrorsSayWhatToDo(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ctx := t.Context()
	other := s.addAgent(t, "Other")
	first := func(_ any, err error) error { return err }
	list := func(change func(last *core.Memory)) error {
		memories := []*core.Memory{s.memory("a"), s.memory("b"), s.memory("c")}
		change(memories[2])
		return s.CreateMemories(ctx, memories)
	}
	one := func(change func(m *core.Memory)) error {
		m := s.memory("a")
		change(m)
		return s.CreateMemory(ctx, m)
	}
	spoiled := func(tx core.Database) error {
		require.Error(t, tx.Driver().Exec(ctx, "INSERT INTO public.tasks (id) VALUES (NULL)", []any{}, nil))
		return nil
	}
	rebuilt := agentVectors{dimension: 384, target: 512, model: "one"}
	for _, tt := range []struct {
		err error
		say []string
	}{
		{list(func(m *core.Memory) { m.RoomID = core.NewID() }), []string{"memory 3 of 3", "room_id"}},
		{list(func(m *core.Memory) { m.Type = "" }), []string{"memory 3 of 3", "Memory.Type"}},
		{list(func(m *core.Memory) { m.Content.Data = map[string]any{"f": func() {}} }), []string{"memory 3 of 3", "content"}},
		{one(func(m *core.Memory) { m.Embedding = unit(384, 0); m.Embedding[5] = float32(math.NaN()) }), []string{"component 5 of the vector is NaN"}},
		{one(func(m *core.Memory) { m.Metadata.Type = core.MetadataDocument }), []string{"Metadata.Timestamp of a document"}},
		{one(func(m *core.Memory) { m.Metadata.Type = core.MetadataFragment }), []string{"Metadata.DocumentID of a fragment"}},
		{first(s.Memories(ctx, core.MemoryQuery{AgentID: s.agent, Type: "x", Limit: math.MaxInt64})), []string{"neither may be above 2147483647"}},
		{first(s.Tasks(ctx, core.TaskQuery{AgentID: s.agent, Offset: -1})), []string{"limit 0 and offset -1", "negative"}},
		{first(s.Channels(ctx, core.ChannelQuery{})), []string{"ChannelQuery.ServerID", "Participant is required"}},
		{first(s.DirectChannel(ctx, core.NewID(), s.user, s.user)), []string{"both ids are the same"}},
		{s.AddChannelParticipants(ctx, core.NewID(), uuid.Nil), []string{"a participant's id is missing"}},
		{first(s.SearchMemories(ctx, core.MemorySearch{AgentID: s.agent, Type: "x", Vector: make([]float32, 384)})), []string{"all zeros"}},
		{first(s.SearchMemories(ctx, core.MemorySearch{AgentID: s.agent, Type: "x", Vector: unit(384, 0), Limit: math.MaxInt64})), []string{"1 to 2147483647"}},
		{first(s.HybridSearchMemories(ctx, core.HybridSearch{MemorySearch: core.MemorySearch{AgentID: s.agent, Type: "x"}})), []string{"neither Text nor Vector"}},
		{first(s.HybridSearchMemories(ctx, core.HybridSearch{
			MemorySearch: core.MemorySearch{AgentID: s.agent, Type: "x", Vector: unit(384, 0)}, Candidates: math.MaxInt64,
		})), []string{"at most 2147483647"}},
		{s.SetTextConfig(ctx, s.agent, "klingon"), []string{`"klingon"`, "choose one of", "german"}},
		{s.SaveAgent(ctx, &core.Agent{Character: core.Character{Name: "Eve", Settings: map[string]any{"secrets": "x"}}}), []string{`"Eve"`, "must be an object"}},
		{s.SaveRoom(ctx, &core.Room{ID: s.room, AgentID: other, Type: core.ChannelDM}), []string{s.room.String(), s.agent.String(), other.String()}},
		{s.SaveRoom(ctx, &core.Room{AgentID: s.agent, Type: "'; DROP TABLE"}), []string{`Room.Type is "'; DROP TABLE"`, "one of"}},
		{s.SaveEntity(ctx, &core.Entity{AgentID: s.agent, Metadata: map[string]any{"x": math.NaN()}}), []string{"Entity.Metadata", "no number NaN"}},
		{s.CreateTask(ctx, &core.Task{AgentID: s.agent, Name: strings.Repeat("x", 1001)}), []string{"Task.Name has 1001 bytes: it may have 1000"}},
		{s.UpdateTask(ctx, core.NewID(), core.TaskUpdate{Metadata: &map[string]any{}, MergeMetadata: map[string]any{}}), []string{"both", "set one of them"}},
		{s.SaveCache(ctx, core.CacheEntry{AgentID: s.agent, Key: "k", Value: json.RawMessage("{")}), []string{"CacheEntry.Value is no JSON"}},
		{s.SaveCache(ctx, core.CacheEntry{AgentID: s.agent, Key: "k", Value: json.RawMessage("1e999999")}), []string{"larger"}},
		{s.InTx(ctx, spoiled), []string{"could not commit", "a statement in the transaction had failed"}},
		{s.InTx(ctx, func(tx core.Database) error { return first(tx.Driver().Tx(ctx)) }), []string{"could not commit"}},
		{s.InTx(ctx, func(tx core.Database) error {
			return tx.RebuildEmbeddings(ctx, core.EmbeddingRebuild{AgentID: s.agent, Dimension: 512, Embed: units(512, new(int))})
		}), []string{"inside InTx"}},
		{rowsOpen(ctx, t, s), []string{"close them first"}},
		{rebuilt.refusal(512), []string{"being rebuilt with 512", "search with 384"}},
		{(&rebuild{EmbeddingRebuild: core.EmbeddingRebuild{Dimension: 768, Embed: units(768, new(int))}}).check(rebuilt), []string{"being rebuilt with 512"}},
		{(&rebuild{EmbeddingRebuild: core.EmbeddingRebuild{Dimension: 512, Model: "another", Embed: units(512, new(int))}}).check(rebuilt), []string{`"one"`, `"another"`}},
	} {
		for _, say := range tt.say {
			require.ErrorContains(t, tt.err, say)
		}
	}
}

// rowsOpen is the error of a statement while rows of another one are open.
func rowsOpen(ctx context.Context, t *testing.T, s *scene) (err error) {
	require.NoError(t, s.InTx(ctx, func(tx core.Database) error {
		var rows entsql.Rows
		require.NoError(t, tx.Driver().Query(ctx, "SELECT generate_series(1, 3)", []any{}, &rows))
		require.True(t, rows.Next())
		_, err = tx.Memories(ctx, core.MemoryQuery{AgentID: s.agent, Type: core.MemoryFacts})
		return rows.Close()
	}))
	return err
}
