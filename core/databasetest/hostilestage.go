package databasetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// canaryPrefix is the prefix of the ids of rows that must not change.
const canaryPrefix = "cacacaca-"

// stage is a database with two agents: one that the calls are about, and the
// canary, which has a row in every table that must not change.
type stage struct {
	core.Database
	ctx    context.Context
	agent  uuid.UUID
	ids    map[string][]uuid.UUID // by kind
	song   string                 // the query for the canary's rows
	canary string                 // what it answered at first
}

func newStage(t testing.TB, db core.Database) *stage {
	t.Helper()
	s := &stage{Database: db, ctx: t.Context()}
	n := 0
	s.play(t, func() uuid.UUID {
		n++
		return uuid.MustParse(fmt.Sprintf("%s0000-4000-8000-%012d", canaryPrefix, n))
	})
	// Its rows are those with an id of that prefix. Ids are compared before the
	// rest of a row, which may be large.
	rows, err := db.Pool().QueryContext(s.ctx, `SELECT table_name, string_agg(format('r.%I::text LIKE $1', column_name), ' OR ')
		FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'uuid' GROUP BY 1 ORDER BY 1`)
	require.NoError(t, err)
	defer rows.Close()
	var songs []string
	for rows.Next() {
		var table, isCanary string
		require.NoError(t, rows.Scan(&table, &isCanary))
		songs = append(songs, fmt.Sprintf(`SELECT '%[1]s:' || count(*) || ':' || coalesce(md5(string_agg(r::text, ',' ORDER BY r::text)), '')
			FROM public.%[1]s r WHERE %[2]s`, table, isCanary))
	}
	require.NoError(t, rows.Err())
	s.song = "SELECT string_agg(one, ' ') FROM (" + strings.Join(songs, " UNION ALL ") + ") tables(one)"
	s.canary = s.sing(t)
	require.NotContains(t, s.canary, ":0:", "the canary has no row in a table: give it one in play")
	s.build(t)
	return s
}

// sing returns a digest of the canary's rows.
func (s *stage) sing(t require.TestingT) (rows string) {
	require.NoError(t, s.Pool().QueryRowContext(s.ctx, s.song, canaryPrefix+"%").Scan(&rows))
	return rows
}

// build recreates the rows that the calls are about.
func (s *stage) build(t require.TestingT) {
	if s.ids != nil {
		for _, agent := range s.ids["agent"] {
			_ = s.DeleteAgent(s.ctx, agent) // it may be gone
		}
		for _, server := range s.ids["server"] {
			_ = s.DeleteMessageServer(s.ctx, server)
		}
	}
	s.ids = s.play(t, core.NewID)
	s.agent = s.ids["agent"][0]
}

// play creates a row of every kind for an agent, with ids from newID.
func (s *stage) play(t require.TestingT, newID func() uuid.UUID) map[string][]uuid.UUID {
	ids := map[string][]uuid.UUID{}
	add := func(kind string) uuid.UUID {
		id := newID()
		ids[kind] = append(ids[kind], id)
		return id
	}
	ok := func(err error) { require.NoError(t, err) }
	ctx := s.ctx
	agent := add("agent")
	ok(s.SaveAgent(ctx, &core.Agent{Character: core.Character{ID: agent, Name: "agent " + agent.String()}, Enabled: true}))
	server := add("server")
	ok(s.SaveMessageServer(ctx, &core.MessageServer{ID: server, Name: "server", SourceType: "test"}))
	ok(s.AddServerAgent(ctx, server, agent))
	for range 2 {
		ok(s.SaveWorld(ctx, &core.World{ID: add("world"), AgentID: agent, Name: "world"}))
	}
	for _, world := range ids["world"] {
		ok(s.SaveRoom(ctx, &core.Room{ID: add("room"), AgentID: agent, WorldID: world, MessageServerID: server, Type: core.ChannelGroup}))
	}
	room, world := ids["room"][0], ids["world"][0]
	for i := range 3 {
		entity := add("entity")
		ok(s.SaveEntity(ctx, &core.Entity{ID: entity, AgentID: agent, Names: []string{fmt.Sprint("entity ", i)}}))
		ok(s.AddParticipant(ctx, core.ParticipantKey{AgentID: agent, RoomID: room, EntityID: entity}))
		ok(s.SaveComponent(ctx, &core.Component{ID: add("component"), EntityID: entity, AgentID: agent, RoomID: room, Type: "profile"}))
	}
	one, other, third := ids["entity"][0], ids["entity"][1], ids["entity"][2]
	for _, pair := range [][2]uuid.UUID{{one, other}, {other, one}, {one, third}, {third, other}} {
		ok(s.CreateRelationship(ctx, &core.Relationship{ID: add("relationship"), AgentID: agent, SourceID: pair[0], TargetID: pair[1], Tags: []string{"a"}}))
	}
	for i := range 3 {
		m := &core.Memory{
			ID: add("memory"), Type: core.MemoryMessages, AgentID: agent, EntityID: one, RoomID: room, WorldID: world,
			Content: core.Content{Text: "some words"}, Metadata: core.MemoryMetadata{Tags: []string{"a"}, Extra: map[string]any{"a": 1}},
		}
		if i > 0 {
			m.Embedding = axis(384, i)
		}
		ok(s.CreateMemory(ctx, m))
	}
	ok(s.CreateTask(ctx, &core.Task{ID: add("task"), AgentID: agent, Name: "task", RoomID: room}))
	ok(s.CreateLog(ctx, &core.Log{ID: add("log"), AgentID: agent, EntityID: one, Type: core.LogRun, Body: map[string]any{"runId": "1", "status": "started"}}))
	ok(s.SaveCache(ctx, core.CacheEntry{AgentID: agent, Key: "key", Value: json.RawMessage(`1`)}))
	channel := add("channel")
	ok(s.CreateChannel(ctx, &core.Channel{ID: channel, ServerID: server, Name: "channel", Type: core.ChannelGroup}, one, other))
	for range 2 {
		ok(s.CreateMessage(ctx, &core.Message{ID: add("message"), ChannelID: channel, AuthorID: one, Content: "hello"}))
	}
	s.playRuns(t, ids, add)
	return ids
}

// playRuns makes a run that waits for the approval of call, and one that is
// running, with a step and an event.
func (s *stage) playRuns(t require.TestingT, ids map[string][]uuid.UUID, add func(kind string) uuid.UUID) {
	agent, one, room := ids["agent"][0], ids["entity"][0], ids["room"][0]
	_, err := s.Identify(s.ctx, agent, "test", core.Identity{Kind: core.IdentityEntity, ExternalID: "one"})
	require.NoError(t, err)
	start := func() core.RunFence {
		run, isNew, err := s.StartRun(s.ctx, core.RunStart{RunID: add("run"), Owner: one, Lease: time.Hour, Message: &core.Memory{
			ID: add("memory"), Type: core.MemoryMessages, AgentID: agent, EntityID: one, RoomID: room,
		}})
		require.NoError(t, err)
		require.True(t, isNew && run.Status == core.RunRunning)
		return run.Fence()
	}
	require.NoError(t, s.WaitRun(s.ctx, start(), core.RunStep{N: 1, Kind: core.StepApproval, State: core.StepWaiting, CallID: "call"}))
	running := start()
	require.NoError(t, s.RecordSteps(s.ctx, running, core.RunStep{N: 1, Kind: core.StepCall, State: core.StepStarted}))
	_, err = s.AppendRunEvents(s.ctx, running, core.RunEvent{Kind: "text"})
	require.NoError(t, err)
}

// readAll reads all rows of the called agents: a store must be able to return
// what it accepted.
func (s *stage) readAll(t require.TestingT, after string) {
	const many = 1 << 30
	ctx := s.ctx
	for _, agent := range s.ids["agent"] {
		lists := map[string]func() error{
			"agents": func() error { _, err := s.Agents(ctx, core.AgentQuery{Limit: many}); return err },
			"agent": func() error {
				if _, err := s.Agent(ctx, agent); err != nil && !errors.Is(err, core.ErrNotFound) {
					return err
				}
				return nil
			},
			"worlds": func() error { _, err := s.Worlds(ctx, core.WorldQuery{AgentID: agent, Limit: many}); return err },
			"rooms":  func() error { _, err := s.Rooms(ctx, core.RoomQuery{AgentID: agent, Limit: many}); return err },
			"entities": func() error {
				_, err := s.Entities(ctx, core.EntityQuery{AgentID: agent, Components: true, Limit: many})
				return err
			},
			"relationships": func() error {
				_, err := s.Relationships(ctx, core.RelationshipQuery{AgentID: agent, Limit: many})
				return err
			},
			"memories": func() error {
				_, err := s.Memories(ctx, core.MemoryQuery{AgentID: agent, Type: core.MemoryMessages, Embeddings: true, Limit: many})
				return err
			},
			"tasks": func() error { _, err := s.Tasks(ctx, core.TaskQuery{AgentID: agent, Limit: many}); return err },
			"logs":  func() error { _, err := s.Logs(ctx, core.LogQuery{AgentID: agent, Limit: many}); return err },
			"runs":  func() error { _, err := s.Runs(ctx, core.RunQuery{AgentID: agent}); return err },
			"agent runs": func() error {
				_, err := s.AgentRuns(ctx, core.AgentRunQuery{AgentID: agent, Limit: many})
				return err
			},
			"servers": func() error {
				_, err := s.MessageServers(ctx, core.MessageServerQuery{Limit: many})
				return err
			},
		}
		for _, server := range s.ids["server"] {
			lists["channels"] = func() error { _, err := s.Channels(ctx, core.ChannelQuery{ServerID: server, Limit: many}); return err }
		}
		for _, channel := range s.ids["channel"] {
			lists["messages"] = func() error {
				_, err := s.Messages(ctx, core.MessageQuery{ChannelID: channel, Limit: many})
				return err
			}
		}
		for _, run := range s.ids["run"] {
			lists["steps"] = func() error { _, err := s.RunSteps(ctx, run); return err }
			lists["events"] = func() error { _, err := s.RunEvents(ctx, run, 0, many); return err }
		}
		for name, list := range lists {
			require.NoError(t, list(), "the %s cannot be read after calls of %s", name, after)
		}
	}
}
