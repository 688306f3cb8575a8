package databasetest

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/elizago/elizago/core"
)

func (s *scene) addTask(t require.TestingT, change func(*core.Task)) *core.Task {
	task := &core.Task{AgentID: s.agent, Name: "REMIND"}
	change(task)
	require.NoError(t, s.CreateTask(s.ctx, task))
	return task
}

func names(tasks []*core.Task) []string {
	names := []string{}
	for _, task := range tasks {
		names = append(names, task.Name)
	}
	return names
}

// tasks tests core.TaskStore.
func tasks(t *testing.T, open Open) {
	t.Run("all fields come back", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		task := s.addTask(t, func(task *core.Task) {
			task.Description, task.RoomID, task.WorldID, task.EntityID = "of tea", s.room, s.world, s.user
			task.Tags, task.Metadata = []string{"queue", "a,b"}, map[string]any{"every": 60.0}
		})
		require.NotZero(t, task.ID)
		require.False(t, task.CreatedAt.IsZero() || task.UpdatedAt.IsZero())
		got, err := s.Task(t.Context(), task.ID)
		require.NoError(t, err)
		sameTime(t, &task.CreatedAt, &got.CreatedAt)
		sameTime(t, &task.UpdatedAt, &got.UpdatedAt)
		require.Equal(t, task, got)

		again := *task
		require.ErrorIs(t, s.CreateTask(t.Context(), &again), core.ErrConflict)
		bare, err := s.Task(t.Context(), s.addTask(t, func(*core.Task) {}).ID)
		require.NoError(t, err, "a task needs neither world nor room")
		require.NotNil(t, bare.Tags)
		require.NotNil(t, bare.Metadata)
	})
	t.Run("every filter filters", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		otherAgent, alan := s.addAgent(t, "Other"), s.addEntity(t, "alan")
		at := time.Now().Add(-time.Hour)
		add := func(name string, minute int, change func(*core.Task)) {
			s.addTask(t, func(task *core.Task) {
				task.Name, task.CreatedAt = name, at.Add(time.Duration(minute)*time.Minute)
				change(task)
			})
		}
		add("room", 4, func(task *core.Task) { task.RoomID, task.Tags = s.room, []string{"queue"} })
		add("world", 3, func(task *core.Task) { task.WorldID, task.Tags = s.world, []string{"repeat", "queue"} })
		add("entity", 2, func(task *core.Task) { task.EntityID = alan })
		add("another agent's", 1, func(task *core.Task) { task.AgentID, task.Tags = otherAgent, []string{"queue"} })
		for what, tt := range map[string]struct {
			query core.TaskQuery
			want  []string
		}{
			"agent, the oldest first": {core.TaskQuery{AgentID: s.agent}, []string{"entity", "world", "room"}},
			"another agent":           {core.TaskQuery{AgentID: otherAgent}, []string{"another agent's"}},
			"name":                    {core.TaskQuery{AgentID: s.agent, Name: "world"}, []string{"world"}},
			"room":                    {core.TaskQuery{AgentID: s.agent, RoomID: s.room}, []string{"room"}},
			"world":                   {core.TaskQuery{AgentID: s.agent, WorldID: s.world}, []string{"world"}},
			"entity":                  {core.TaskQuery{AgentID: s.agent, EntityID: alan}, []string{"entity"}},
			"a tag":                   {core.TaskQuery{AgentID: s.agent, Tags: []string{"queue"}}, []string{"world", "room"}},
			"all tags":                {core.TaskQuery{AgentID: s.agent, Tags: []string{"queue", "repeat"}}, []string{"world"}},
			"a tag of none":           {core.TaskQuery{AgentID: s.agent, Tags: []string{"que"}}, []string{}},
			"all of it":               {core.TaskQuery{AgentID: s.agent, RoomID: s.room, WorldID: s.world}, []string{}},
			"a page":                  {core.TaskQuery{AgentID: s.agent, Limit: 1, Offset: 1}, []string{"world"}},
		} {
			got, err := s.Tasks(t.Context(), tt.query)
			require.NoError(t, err, what)
			require.Equal(t, tt.want, names(got), what)
		}
	})
	t.Run("pages never overlap", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		same := time.Now()
		for range 60 {
			s.addTask(t, func(task *core.Task) { task.CreatedAt = same })
		}
		all, err := s.Tasks(t.Context(), core.TaskQuery{AgentID: s.agent})
		require.NoError(t, err)
		require.Len(t, all, 50, "the default")
		seen := map[uuid.UUID]bool{}
		for offset := 0; offset < 60; offset += 7 {
			page, err := s.Tasks(t.Context(), core.TaskQuery{AgentID: s.agent, Limit: 7, Offset: offset})
			require.NoError(t, err)
			for _, task := range page {
				require.False(t, seen[task.ID])
				seen[task.ID] = true
			}
		}
		require.Len(t, seen, 60)
	})
	t.Run("updates", func(t *testing.T) { t.Parallel(); taskUpdates(t, newScene(t, open)) })
	t.Run("two who merge lose nothing", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		id := s.addTask(t, func(*core.Task) {}).ID
		var group sync.WaitGroup
		for _, key := range []string{"a", "b", "c", "d", "e", "f"} {
			group.Go(func() {
				if err := s.UpdateTask(t.Context(), id, core.TaskUpdate{MergeMetadata: map[string]any{key: 1}}); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		task, err := s.Task(t.Context(), id)
		require.NoError(t, err)
		require.Len(t, task.Metadata, 6)
	})
	t.Run("unknown and refused", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		_, err := s.Task(t.Context(), core.NewID())
		require.ErrorIs(t, err, core.ErrNotFound)
		require.ErrorIs(t, s.DeleteTask(t.Context(), core.NewID()), core.ErrNotFound)
		require.ErrorIs(t, s.UpdateTask(t.Context(), core.NewID(), core.TaskUpdate{Name: new("x")}), core.ErrNotFound)
		for what, task := range map[string]*core.Task{
			"agent": {AgentID: core.NewID(), Name: "x"}, "room": {AgentID: s.agent, Name: "x", RoomID: core.NewID()},
			"world": {AgentID: s.agent, Name: "x", WorldID: core.NewID()}, "entity": {AgentID: s.agent, Name: "x", EntityID: core.NewID()},
		} {
			err := s.CreateTask(t.Context(), task)
			require.ErrorIs(t, err, core.ErrNotFound, what)
			plain(t, err)
		}
		invalid(t, s.CreateTask(t.Context(), &core.Task{Name: "x"}), "AgentID")
		invalid(t, s.CreateTask(t.Context(), &core.Task{AgentID: s.agent, Name: "\x00"}), "Name")
		invalid(t, s.CreateTask(t.Context(), &core.Task{AgentID: s.agent, Name: strings.Repeat("x", 1001)}), "Name")
		long := []string{"a", strings.Repeat("x", 1001)}
		invalid(t, s.CreateTask(t.Context(), &core.Task{AgentID: s.agent, Name: "x", Tags: long}), "Tags")
		invalid(t, s.UpdateTask(t.Context(), core.NewID(), core.TaskUpdate{Tags: &long}), "Tags")
		_, err = s.Tasks(t.Context(), core.TaskQuery{})
		invalid(t, err, "AgentID")
		_, err = s.Tasks(t.Context(), core.TaskQuery{AgentID: s.agent, Offset: -1})
		invalid(t, err)
		id := s.addTask(t, func(*core.Task) {}).ID
		require.NoError(t, s.DeleteTask(t.Context(), id))
		require.ErrorIs(t, s.DeleteTask(t.Context(), id), core.ErrNotFound)
	})
	t.Run("any text and JSON", func(t *testing.T) { t.Parallel(); anyTask(t, newScene(t, open)) })
}

func taskUpdates(t *testing.T, s *scene) {
	task := s.addTask(t, func(task *core.Task) {
		task.RoomID, task.Tags, task.Metadata = s.room, []string{"a"}, map[string]any{"keep": 1.0, "drop": 2.0, "in": map[string]any{"x": 1.0}}
	})
	update := func(change core.TaskUpdate) *core.Task {
		require.NoError(t, s.UpdateTask(t.Context(), task.ID, change))
		got, err := s.Task(t.Context(), task.ID)
		require.NoError(t, err)
		require.False(t, got.UpdatedAt.Before(task.UpdatedAt))
		sameTime(t, &task.CreatedAt, &got.CreatedAt)
		return got
	}
	got := update(core.TaskUpdate{MergeMetadata: map[string]any{"new": "n", "drop": nil, "never": nil, "in": map[string]any{"y": 2.0}}})
	require.Equal(t, map[string]any{"keep": 1.0, "new": "n", "in": map[string]any{"y": 2.0}}, got.Metadata)
	require.Equal(t, []string{"a"}, got.Tags, "what is not named stays")
	require.Equal(t, s.room, got.RoomID)

	got = update(core.TaskUpdate{
		Name: new("OTHER"), Description: new("d"), RoomID: new(uuid.UUID{}), WorldID: new(s.world), EntityID: new(s.user),
		Tags: new([]string{}), Metadata: new(map[string]any{"only": true}),
	})
	want := &core.Task{
		ID: task.ID, AgentID: s.agent, Name: "OTHER", Description: "d", WorldID: s.world, EntityID: s.user,
		Tags: []string{}, Metadata: map[string]any{"only": true}, CreatedAt: got.CreatedAt, UpdatedAt: got.UpdatedAt,
	}
	require.Equal(t, want, got)
	require.Empty(t, update(core.TaskUpdate{Metadata: new(map[string]any)}).Metadata)

	// Keys of invalid UTF-8 are distinguished as those of any JSON.
	update(core.TaskUpdate{Metadata: new(map[string]any{"\x80": 1.0})})
	got = update(core.TaskUpdate{MergeMetadata: map[string]any{"\xff\xfe": nil}})
	require.Equal(t, map[string]any{"\ufffd": 1.0}, got.Metadata)

	invalid(t, s.UpdateTask(t.Context(), task.ID, core.TaskUpdate{Name: new("")}), "Name")
	require.ErrorIs(t, s.UpdateTask(t.Context(), task.ID, core.TaskUpdate{RoomID: new(core.NewID())}), core.ErrNotFound)
	err := s.UpdateTask(t.Context(), task.ID, core.TaskUpdate{Metadata: new(map[string]any), MergeMetadata: map[string]any{}})
	invalid(t, err)
}

func anyTask(t *testing.T, s *scene) {
	rapid.Check(t, func(r *rapid.T) {
		task := &core.Task{
			AgentID: s.agent, Name: someText().Draw(r, "name"), Description: anyText().Draw(r, "description"),
			Tags: rapid.SliceOfN(anyText(), 0, 4).Draw(r, "tags"), Metadata: anyObject().Draw(r, "metadata"),
		}
		require.NoError(r, s.CreateTask(t.Context(), task))
		got, err := s.Task(t.Context(), task.ID)
		require.NoError(r, err)
		require.Equal(r, clean(task.Name), got.Name)
		require.Equal(r, clean(task.Description), got.Description)
		tags := []string{}
		for _, tag := range task.Tags {
			tags = append(tags, clean(tag))
		}
		require.Equal(r, tags, got.Tags)
		require.Equal(r, cleanJSON(r, task.Metadata), got.Metadata)

		found, err := s.Tasks(t.Context(), core.TaskQuery{AgentID: s.agent, Name: task.Name, Tags: task.Tags})
		require.NoError(r, err)
		require.NotEmpty(r, found, "found by what it was saved with")
		merge := anyObject().Draw(r, "merge")
		require.NoError(r, s.UpdateTask(t.Context(), task.ID, core.TaskUpdate{Description: &task.Name, MergeMetadata: merge}))
		got, err = s.Task(t.Context(), task.ID)
		require.NoError(r, err)
		require.Equal(r, clean(task.Name), got.Description)
		want := cleanJSON(r, task.Metadata)
		for key, value := range cleanJSON(r, merge) {
			if value == nil {
				delete(want, key)
			} else {
				want[key] = value
			}
		}
		require.Equal(r, want, got.Metadata)
		require.NoError(r, s.DeleteTask(t.Context(), task.ID))
	})
}
