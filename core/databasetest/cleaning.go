package databasetest

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// dirty holds everything that PostgreSQL cannot store in a text; tidy is the
// cleaned text.
const (
	dirty = "a\x00b\xffc"
	tidy  = "ab\uFFFDc"
	// dirtyJSON has it escaped, with both halves of a surrogate pair alone.
	dirtyJSON = `{"a\u0000b": ["\ud800x", "x\udc00", "\ud83d\ude00", "\\u0000", {"\udfff": "y\u0000"}]}`
	tidyJSON  = `{"ab": ["\ufffdx", "x\ufffd", "\ud83d\ude00", "\\u0000", {"\ufffd": "y"}]}`
)

func dirtyObject() map[string]any {
	return map[string]any{dirty: dirty, "in": map[string]any{"list": []any{dirty, json.RawMessage(dirtyJSON)}}}
}

func tidyObject(t require.TestingT) map[string]any {
	var raw any
	require.NoError(t, json.Unmarshal([]byte(tidyJSON), &raw))
	return map[string]any{tidy: tidy, "in": map[string]any{"list": []any{tidy, raw}}}
}

// cleaning tests that every text, list of texts and JSON value of every store
// loses the characters that cannot be stored, and nothing else.
func cleaning(t *testing.T, open Open) {
	for name, write := range map[string]func(t *testing.T, s *scene, db core.Database) (texts []string, objects []map[string]any){
		"agent": func(t *testing.T, _ *scene, db core.Database) ([]string, []map[string]any) {
			agent := &core.Agent{Character: core.Character{
				ID: core.NewID(), Name: dirty, Username: dirty, System: dirty, Bio: core.Lines{dirty}, Topics: []string{dirty},
				Adjectives: []string{dirty}, PostExamples: []string{dirty}, Settings: dirtyObject(), Style: core.Style{All: []string{dirty}},
				MessageExamples: [][]core.ExampleLine{{{Name: dirty, Content: core.Content{Text: dirty}}}},
			}}
			require.NoError(t, db.SaveAgent(t.Context(), agent))
			got, err := db.Agent(t.Context(), agent.ID)
			require.NoError(t, err)
			line := got.MessageExamples[0][0]
			return []string{
				got.Name, got.Username, got.System, got.Bio[0], got.Topics[0], got.Adjectives[0], got.PostExamples[0],
				got.Style.All[0], line.Name, line.Content.Text,
			}, []map[string]any{got.Settings}
		},
		"world and room": func(t *testing.T, s *scene, db core.Database) ([]string, []map[string]any) {
			world := &core.World{ID: core.NewID(), AgentID: s.agent, Name: dirty, Metadata: dirtyObject()}
			require.NoError(t, db.SaveWorld(t.Context(), world))
			gotWorld, err := db.World(t.Context(), world.ID)
			require.NoError(t, err)
			room := &core.Room{
				ID: core.NewID(), AgentID: s.agent, Name: dirty, Source: dirty, ChannelID: dirty, Type: core.ChannelDM, Metadata: dirtyObject(),
			}
			require.NoError(t, db.SaveRoom(t.Context(), room))
			gotRoom, err := db.Room(t.Context(), room.ID)
			require.NoError(t, err)
			return []string{gotWorld.Name, gotRoom.Name, gotRoom.Source, gotRoom.ChannelID},
				[]map[string]any{gotWorld.Metadata, gotRoom.Metadata}
		},
		"entity, component and relationship": func(t *testing.T, s *scene, db core.Database) ([]string, []map[string]any) {
			entity := &core.Entity{ID: core.NewID(), AgentID: s.agent, Names: []string{dirty}, Metadata: dirtyObject()}
			require.NoError(t, db.SaveEntity(t.Context(), entity))
			gotEntity, err := db.Entity(t.Context(), entity.ID)
			require.NoError(t, err)
			component := &core.Component{
				ID: core.NewID(), EntityID: entity.ID, AgentID: s.agent, RoomID: s.room, Type: dirty, Data: dirtyObject(),
			}
			require.NoError(t, db.CreateComponent(t.Context(), component))
			gotComponent, err := db.Component(t.Context(), component.ID)
			require.NoError(t, err)
			relationship := &core.Relationship{
				ID: core.NewID(), AgentID: s.agent, SourceID: entity.ID, TargetID: s.user, Tags: []string{dirty}, Metadata: dirtyObject(),
			}
			require.NoError(t, db.CreateRelationship(t.Context(), relationship))
			gotRelationship, err := db.Relationship(t.Context(), relationship.ID)
			require.NoError(t, err)
			return []string{gotEntity.Names[0], gotComponent.Type, gotRelationship.Tags[0]},
				[]map[string]any{gotEntity.Metadata, gotComponent.Data, gotRelationship.Metadata}
		},
		"memory": func(t *testing.T, s *scene, db core.Database) ([]string, []map[string]any) {
			memory := func() *core.Memory {
				return &core.Memory{
					ID: core.NewID(), Type: dirty, AgentID: s.agent,
					Content:  core.Content{Text: dirty, Actions: []string{dirty}, Data: dirtyObject()},
					Metadata: core.MemoryMetadata{Source: dirty, Tags: []string{dirty}},
				}
			}
			one, bulk := memory(), memory()
			require.NoError(t, db.CreateMemory(t.Context(), one))
			require.NoError(t, db.CreateMemories(t.Context(), []*core.Memory{bulk}))
			listed, err := db.Memories(t.Context(), core.MemoryQuery{AgentID: s.agent, Type: dirty})
			require.NoError(t, err)
			require.Len(t, listed, 2, "found by what it was saved with")
			var (
				texts   []string
				objects []map[string]any
			)
			for _, got := range listed {
				texts = append(texts, got.Type, got.Content.Text, got.Content.Actions[0], got.Metadata.Source, got.Metadata.Tags[0])
				objects = append(objects, got.Content.Data)
			}
			return texts, objects
		},
		"log": func(t *testing.T, s *scene, db core.Database) ([]string, []map[string]any) {
			require.NoError(t, db.CreateLog(t.Context(), &core.Log{AgentID: s.agent, EntityID: s.user, Type: dirty, Body: dirtyObject()}))
			got, err := db.Logs(t.Context(), core.LogQuery{AgentID: s.agent, Type: dirty})
			require.NoError(t, err)
			return []string{got[0].Type}, []map[string]any{got[0].Body}
		},
		"task": func(t *testing.T, s *scene, db core.Database) ([]string, []map[string]any) {
			task := &core.Task{AgentID: s.agent, Name: dirty, Description: dirty, Tags: []string{dirty}, Metadata: dirtyObject()}
			require.NoError(t, db.CreateTask(t.Context(), task))
			require.NoError(t, db.UpdateTask(t.Context(), task.ID, core.TaskUpdate{
				Name: new(dirty), Tags: new([]string{dirty}), MergeMetadata: dirtyObject(),
			}))
			got, err := db.Tasks(t.Context(), core.TaskQuery{AgentID: s.agent, Name: dirty, Tags: []string{dirty}})
			require.NoError(t, err)
			return []string{got[0].Name, got[0].Description, got[0].Tags[0]}, []map[string]any{got[0].Metadata}
		},
		"cache": func(t *testing.T, s *scene, db core.Database) ([]string, []map[string]any) {
			require.NoError(t, db.SaveCache(t.Context(), core.CacheEntry{AgentID: s.agent, Key: dirty, Value: json.RawMessage(dirtyJSON)}))
			got, err := db.Cache(t.Context(), s.agent, dirty)
			require.NoError(t, err)
			require.JSONEq(t, tidyJSON, string(got))
			return nil, nil
		},
		"server, channel and message": func(t *testing.T, s *scene, db core.Database) ([]string, []map[string]any) {
			server := &core.MessageServer{Name: dirty, SourceType: dirty, SourceID: dirty, Metadata: dirtyObject()}
			require.NoError(t, db.SaveMessageServer(t.Context(), server))
			gotServer, err := db.MessageServer(t.Context(), server.ID)
			require.NoError(t, err)
			channel := &core.Channel{
				ServerID: server.ID, Name: dirty, Type: core.ChannelDM, SourceType: dirty, SourceID: dirty, Topic: dirty, Metadata: dirtyObject(),
			}
			require.NoError(t, db.CreateChannel(t.Context(), channel))
			gotChannel, err := db.Channel(t.Context(), channel.ID)
			require.NoError(t, err)
			message := &core.Message{
				ChannelID: channel.ID, AuthorID: s.user, Content: dirty, SourceType: dirty, SourceID: dirty,
				Raw: json.RawMessage(dirtyJSON), Metadata: dirtyObject(),
			}
			require.NoError(t, db.CreateMessage(t.Context(), message))
			got, err := db.Message(t.Context(), message.ID)
			require.NoError(t, err)
			require.JSONEq(t, tidyJSON, string(got.Raw))
			return []string{
				gotServer.Name, gotServer.SourceType, gotServer.SourceID, gotChannel.Name, gotChannel.SourceType,
				gotChannel.SourceID, gotChannel.Topic, got.Content, got.SourceType, got.SourceID,
			}, []map[string]any{gotServer.Metadata, gotChannel.Metadata, got.Metadata}
		},
	} {
		check := func(t *testing.T, s *scene, db core.Database) {
			texts, objects := write(t, s, db)
			for i, text := range texts {
				require.Equal(t, tidy, text, "text %d", i)
			}
			for i, object := range objects {
				require.Equal(t, tidyObject(t), object, "object %d", i)
			}
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, open)
			require.ErrorIs(t, s.InTx(t.Context(), func(tx core.Database) error { check(t, s, tx); return errNo }), errNo)
			check(t, s, s)
		})
	}
}
