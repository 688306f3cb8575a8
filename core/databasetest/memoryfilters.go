package databasetest

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

func memoryFilters(t *testing.T, s *scene) {
	at := time.Now().Add(-time.Hour).Truncate(time.Millisecond)
	other, otherAgent, room := s.addEntity(t, "alan"), s.addAgent(t, "Other"), core.NewID()
	require.NoError(t, s.SaveRoom(t.Context(), &core.Room{ID: room, AgentID: s.agent, Name: "b", Source: "cli", Type: core.ChannelDM}))
	add := func(text string, minute int, change func(*core.Memory)) {
		s.keep(t, text, func(m *core.Memory) {
			m.CreatedAt = at.Add(time.Duration(minute) * time.Minute)
			if change != nil {
				change(m)
			}
		})
	}
	add("first", 0, nil)
	add("by alan", 1, func(m *core.Memory) { m.EntityID = other })
	add("in room b", 2, func(m *core.Memory) { m.RoomID, m.WorldID = room, uuid.Nil })
	add("a fact", 3, func(m *core.Memory) { m.Type = core.MemoryFacts })
	add("another agent's", 4, func(m *core.Memory) {
		m.AgentID, m.EntityID, m.RoomID, m.WorldID = otherAgent, uuid.Nil, uuid.Nil, uuid.Nil
	})
	add("said before", 5, func(m *core.Memory) { m.Duplicate = true })
	add("last", 6, nil)
	for name, tt := range map[string]struct {
		narrow func(*core.MemoryQuery)
		want   []string
	}{
		"newest first":    {func(*core.MemoryQuery) {}, []string{"last", "said before", "in room b", "by alan", "first"}},
		"type":            {func(q *core.MemoryQuery) { q.Type = core.MemoryFacts }, []string{"a fact"}},
		"agent":           {func(q *core.MemoryQuery) { q.AgentID = otherAgent }, []string{"another agent's"}},
		"room":            {func(q *core.MemoryQuery) { q.RoomID = room }, []string{"in room b"}},
		"world":           {func(q *core.MemoryQuery) { q.WorldID = s.world }, []string{"last", "said before", "by alan", "first"}},
		"entity":          {func(q *core.MemoryQuery) { q.EntityID = other }, []string{"by alan"}},
		"unique":          {func(q *core.MemoryQuery) { q.Unique = true }, []string{"last", "in room b", "by alan", "first"}},
		"since inclusive": {func(q *core.MemoryQuery) { q.Since = at.Add(5 * time.Minute) }, []string{"last", "said before"}},
		"until exclusive": {func(q *core.MemoryQuery) { q.Until = at.Add(2 * time.Minute) }, []string{"by alan", "first"}},
		"nothing":         {func(q *core.MemoryQuery) { q.RoomID = core.NewID() }, []string{}},
		"a room of two":   {func(q *core.MemoryQuery) { q.RoomIDs = []uuid.UUID{room, s.room}; q.RoomID = room }, []string{"in room b"}},
	} {
		query := s.messages()
		tt.narrow(&query)
		require.Equal(t, tt.want, s.listed(t, query), name)
		n, err := s.CountMemories(t.Context(), query)
		require.NoError(t, err)
		require.Equal(t, len(tt.want), n, name)
	}
	page := s.messages()
	page.Limit, page.Offset = 2, 1
	require.Equal(t, []string{"said before", "in room b"}, s.listed(t, page))

	for name, query := range map[string]core.MemoryQuery{
		"no agent":        {Type: core.MemoryMessages},
		"no type":         {AgentID: s.agent},
		"negative limit":  {AgentID: s.agent, Type: core.MemoryMessages, Limit: -1},
		"negative offset": {AgentID: s.agent, Type: core.MemoryMessages, Offset: -1},
		"a vast limit":    {AgentID: s.agent, Type: core.MemoryMessages, Limit: math.MaxInt64, Offset: 1, RoomIDs: []uuid.UUID{s.room}},
		"a vast offset":   {AgentID: s.agent, Type: core.MemoryMessages, Offset: math.MaxInt64},
	} {
		_, err := s.Memories(t.Context(), query)
		require.ErrorIs(t, err, core.ErrInvalid, name)
	}
}

func memoryMetadata(t *testing.T, s *scene) {
	add := func(text, source string, tags []string, extra map[string]any) {
		s.keep(t, text, func(m *core.Memory) {
			m.Metadata = core.MemoryMetadata{Source: source, Tags: tags, Extra: extra}
		})
	}
	add("a", "discord", []string{"work", "x"}, map[string]any{"score": 4, "deep": map[string]any{"er": "y"}})
	add("b", "cli", []string{"home"}, map[string]any{"score": 2.5, "nothing": nil, "years": map[string]any{"1815": "Ada", "1912": []string{"Alan"}}})
	add("c", "", nil, map[string]any{"score": "9", "odd'\"%_$1": true, "lists": [][]string{{"x"}, {"y", "z"}}})
	for name, tt := range map[string]struct {
		path  []string
		op    core.MetadataOp
		value any
		want  []string
	}{
		"equals":               {[]string{"source"}, core.MetadataEquals, "cli", []string{"b"}},
		"equals a number":      {[]string{"score"}, core.MetadataEquals, 4.0, []string{"a"}},
		"equals deep":          {[]string{"deep", "er"}, core.MetadataEquals, "y", []string{"a"}},
		"equals an object":     {[]string{"deep"}, core.MetadataEquals, map[string]any{"er": "y"}, []string{"a"}},
		"equals all of a list": {[]string{"tags"}, core.MetadataEquals, []string{"work"}, []string{}},
		"equals null":          {[]string{"nothing"}, core.MetadataEquals, nil, []string{"b"}},
		"equals, odd name":     {[]string{"odd'\"%_$1"}, core.MetadataEquals, true, []string{"c"}},
		"in":                   {[]string{"source"}, core.MetadataIn, []string{"cli", "discord"}, []string{"a", "b"}},
		"in nothing":           {[]string{"source"}, core.MetadataIn, []string{}, []string{}},
		"contains":             {[]string{"tags"}, core.MetadataContains, "work", []string{"a"}},
		"contains all":         {[]string{"tags"}, core.MetadataContains, []string{"x", "work"}, []string{"a"}},
		"contains not all":     {[]string{"tags"}, core.MetadataContains, []string{"x", "home"}, []string{}},
		"contains, no list":    {[]string{"source"}, core.MetadataContains, "cli", []string{}},
		"equals at a position": {[]string{"tags", "0"}, core.MetadataEquals, "work", []string{"a"}},
		"equals from the end":  {[]string{"tags", "-1"}, core.MetadataEquals, "home", []string{"b"}},
		"equals, name a digit": {[]string{"years", "1815"}, core.MetadataEquals, "Ada", []string{"b"}},
		"in at a position":     {[]string{"tags", "0"}, core.MetadataIn, []string{"work"}, []string{"a"}},
		"contains in a list":   {[]string{"lists", "1"}, core.MetadataContains, "y", []string{"c"}},
		"contains, name digit": {[]string{"years", "1912"}, core.MetadataContains, []string{"Alan"}, []string{"b"}},
		"exists at a position": {[]string{"tags", "1"}, core.MetadataExists, nil, []string{"a"}},
		"exists":               {[]string{"nothing"}, core.MetadataExists, nil, []string{"b"}},
		"exists deep":          {[]string{"deep", "er"}, core.MetadataExists, nil, []string{"a"}},
		"missing":              {[]string{"tags"}, core.MetadataMissing, nil, []string{"c"}},
		"more than":            {[]string{"score"}, core.MetadataMoreThan, 2.5, []string{"a"}},
		"at least":             {[]string{"score"}, core.MetadataAtLeast, 2.5, []string{"a", "b"}},
		"less than":            {[]string{"score"}, core.MetadataLessThan, 4, []string{"b"}},
		"at most":              {[]string{"score"}, core.MetadataAtMost, 4, []string{"a", "b"}},
		"injection":            {[]string{"source"}, core.MetadataEquals, "') OR true --", []string{}},
	} {
		query := s.messages()
		query.Metadata = []core.MetadataFilter{{Path: tt.path, Op: tt.op, Value: tt.value}}
		require.ElementsMatch(t, tt.want, s.listed(t, query), name)
		n, err := s.CountMemories(t.Context(), query)
		require.NoError(t, err, name)
		require.Equal(t, len(tt.want), n, name)
	}
	both := s.messages()
	both.Metadata = []core.MetadataFilter{
		{Path: []string{"score"}, Op: core.MetadataAtLeast, Value: 1}, {Path: []string{"source"}, Op: core.MetadataEquals, Value: "cli"},
	}
	require.Equal(t, []string{"b"}, s.listed(t, both), "all hold")
	for name, filter := range map[string]core.MetadataFilter{
		"no path":      {Op: core.MetadataExists},
		"a long path":  {Path: make([]string, 17), Op: core.MetadataExists},
		"no operator":  {Path: []string{"a"}},
		"in no list":   {Path: []string{"a"}, Op: core.MetadataIn, Value: 1},
		"no number":    {Path: []string{"a"}, Op: core.MetadataAtLeast, Value: "1"},
		"no JSON":      {Path: []string{"a"}, Op: core.MetadataEquals, Value: func() {}},
		"not a number": {Path: []string{"a"}, Op: core.MetadataLessThan, Value: math.NaN()},
	} {
		query := s.messages()
		query.Metadata = []core.MetadataFilter{filter}
		_, err := s.Memories(t.Context(), query)
		require.ErrorIs(t, err, core.ErrInvalid, name)
	}
}

func memoryPages(t *testing.T, s *scene) {
	same := time.Now().Truncate(time.Millisecond)
	for i := range 25 {
		s.keep(t, fmt.Sprint(i), func(m *core.Memory) { m.CreatedAt = same })
	}
	for name, rooms := range map[string][]uuid.UUID{"any room": nil, "rooms": {s.room, core.NewID(), s.room}} {
		seen := map[string]bool{}
		for offset := 0; offset < 28; offset += 7 {
			query := s.messages()
			query.RoomIDs, query.Limit, query.Offset = rooms, 7, offset
			for _, text := range s.listed(t, query) {
				require.False(t, seen[text], name)
				seen[text] = true
			}
		}
		require.Len(t, seen, 25, name)
	}
}

func memoryRooms(t *testing.T, s *scene) {
	at := time.Now().Truncate(time.Millisecond)
	rooms := []uuid.UUID{s.room}
	for range 2 {
		room := core.NewID()
		require.NoError(t, s.SaveRoom(t.Context(), &core.Room{ID: room, AgentID: s.agent, WorldID: s.world, Name: "r", Source: "cli", Type: core.ChannelDM}))
		rooms = append(rooms, room)
	}
	for i := range 9 {
		s.keep(t, fmt.Sprint(i), func(m *core.Memory) { m.RoomID, m.CreatedAt = rooms[i%3], at.Add(time.Duration(i)*time.Second) })
	}
	query := s.messages()
	query.RoomIDs, query.Limit = rooms[:2], 4
	require.Equal(t, []string{"7", "6", "4", "3"}, s.listed(t, query))
	n, err := s.CountMemories(t.Context(), query)
	require.NoError(t, err)
	require.Equal(t, 6, n)
	query.RoomIDs = []uuid.UUID{}
	require.Empty(t, s.listed(t, query), "no rooms, no memories")
	query.RoomIDs, query.WorldID, query.Limit = nil, s.world, 2
	require.Equal(t, []string{"8", "7"}, s.listed(t, query))
}
