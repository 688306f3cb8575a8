package databasetest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// relationships tests core.RelationshipStore.
func relationships(t *testing.T, open Open) {
	for name, test := range map[string]func(t *testing.T, s *scene, alan uuid.UUID){
		"unknown ids are not found":               relationshipsUnknown,
		"all fields come back":                    relationshipsRoundTrip,
		"fields that are required":                relationshipsRequired,
		"a duplicate is a conflict and not false": relationshipsConflict,
		"saving overwrites the one of the two":    relationshipsSave,
		"saving at once leaves one":               relationshipsSaveConcurrent,
		"between two, as one agent sees it":       relationshipsBetween,
		"lists, pages and counts":                 relationshipsLists,
		"an update changes what it sets":          relationshipsUpdate,
		"updates at once lose nothing":            relationshipsConcurrent,
		"deletion":                                relationshipsDelete,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, open)
			test(t, s, s.addEntity(t, "alan"))
		})
	}
}

func relationshipID(r *core.Relationship) uuid.UUID { return r.ID }

func (s *scene) newRelationship(to uuid.UUID, tags ...string) *core.Relationship {
	return &core.Relationship{
		AgentID: s.agent, SourceID: s.user, TargetID: to, Tags: tags,
		Metadata: map[string]any{"since": "1952", "none": nil},
	}
}

func (s *scene) relationship(t *testing.T, id uuid.UUID) *core.Relationship {
	t.Helper()
	got, err := s.Relationship(t.Context(), id)
	require.NoError(t, err)
	require.False(t, got.UpdatedAt.IsZero())
	return got
}

func requireRelationship(t *testing.T, want, got *core.Relationship) {
	t.Helper()
	require.True(t, want.CreatedAt.Equal(got.CreatedAt), "%v and %v", want.CreatedAt, got.CreatedAt)
	w, g := *want, *got
	w.CreatedAt, w.UpdatedAt = g.CreatedAt, g.UpdatedAt
	require.Equal(t, &w, &g)
}

func relationshipsUnknown(t *testing.T, s *scene, alan uuid.UUID) {
	ctx, id := t.Context(), core.NewID()
	_, err := s.Relationship(ctx, id)
	require.ErrorIs(t, err, core.ErrNotFound)
	_, err = s.RelationshipBetween(ctx, core.RelationshipKey{AgentID: s.agent, SourceID: s.user, TargetID: alan})
	require.ErrorIs(t, err, core.ErrNotFound)
	require.ErrorIs(t, s.UpdateRelationship(ctx, id, core.RelationshipUpdate{Tags: []string{}}), core.ErrNotFound)
	require.ErrorIs(t, s.UpdateRelationship(ctx, id, core.RelationshipUpdate{Metadata: map[string]any{}}), core.ErrNotFound)
	require.ErrorIs(t, s.DeleteRelationship(ctx, id), core.ErrNotFound)
	_, err = s.Relationships(ctx, core.RelationshipQuery{After: id})
	require.ErrorIs(t, err, core.ErrNotFound)
	require.ErrorIs(t, s.CreateRelationship(ctx, s.newRelationship(id)), core.ErrNotFound)
	require.ErrorIs(t, s.SaveRelationship(ctx, s.newRelationship(id)), core.ErrNotFound)
}

func relationshipsRoundTrip(t *testing.T, s *scene, alan uuid.UUID) {
	for name, save := range map[string]func(*core.Relationship) error{
		"save":   func(r *core.Relationship) error { return s.SaveRelationship(t.Context(), r) },
		"create": func(r *core.Relationship) error { return s.CreateRelationship(t.Context(), r) },
	} {
		want := s.newRelationship(s.addEntity(t, name), "friend", `{"a"},\`, "")
		require.NoError(t, save(want), name)
		require.NotZero(t, want.ID)
		requireRelationship(t, want, s.relationship(t, want.ID))
	}
	bare := &core.Relationship{AgentID: s.agent, SourceID: alan, TargetID: alan}
	require.NoError(t, s.CreateRelationship(t.Context(), bare))
	bare.Tags, bare.Metadata = []string{}, map[string]any{}
	requireRelationship(t, bare, s.relationship(t, bare.ID))
}

func relationshipsRequired(t *testing.T, s *scene, alan uuid.UUID) {
	ctx := t.Context()
	for field, empty := range map[string]func(r *core.Relationship){
		"AgentID":  func(r *core.Relationship) { r.AgentID = uuid.Nil },
		"SourceID": func(r *core.Relationship) { r.SourceID = uuid.Nil },
		"TargetID": func(r *core.Relationship) { r.TargetID = uuid.Nil },
	} {
		r := s.newRelationship(alan)
		empty(r)
		invalid(t, s.CreateRelationship(ctx, r), field)
		invalid(t, s.SaveRelationship(ctx, r), field)
	}
	_, err := s.Relationships(ctx, core.RelationshipQuery{Limit: -1})
	invalid(t, err)
	require.NoError(t, s.CreateRelationship(ctx, s.newRelationship(alan, strings.Repeat("x", 100_000))), "tags may be long")
}

func relationshipsConflict(t *testing.T, s *scene, alan uuid.UUID) {
	ctx, first := t.Context(), s.newRelationship(alan, "friend")
	require.NoError(t, s.CreateRelationship(ctx, first))
	require.ErrorIs(t, s.CreateRelationship(ctx, s.newRelationship(alan, "foe")), core.ErrConflict)
	back := &core.Relationship{AgentID: s.agent, SourceID: alan, TargetID: s.user}
	require.NoError(t, s.CreateRelationship(ctx, back), "the way back is another one")
	same := &core.Relationship{ID: first.ID, AgentID: s.agent, SourceID: alan, TargetID: alan}
	require.ErrorIs(t, s.CreateRelationship(ctx, same), core.ErrConflict)
	require.Equal(t, []string{"friend"}, s.relationship(t, first.ID).Tags)
}

func relationshipsSave(t *testing.T, s *scene, alan uuid.UUID) {
	ctx, first := t.Context(), s.newRelationship(alan, "friend")
	require.NoError(t, s.SaveRelationship(ctx, first))
	second := s.newRelationship(alan, "foe")
	second.Metadata = map[string]any{"a": 1.0}
	require.NoError(t, s.SaveRelationship(ctx, second))
	require.Equal(t, first.ID, second.ID)
	second.CreatedAt = first.CreatedAt
	requireRelationship(t, second, s.relationship(t, first.ID))
	n, err := s.CountRelationships(ctx, core.RelationshipQuery{})
	require.NoError(t, err)
	require.Equal(t, 1, n)
}

func relationshipsSaveConcurrent(t *testing.T, s *scene, alan uuid.UUID) {
	var group sync.WaitGroup
	saved := make([]*core.Relationship, 8)
	for i := range saved {
		saved[i] = s.newRelationship(alan, fmt.Sprint(i))
		group.Go(func() {
			if err := s.SaveRelationship(context.WithoutCancel(t.Context()), saved[i]); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	got, err := s.RelationshipBetween(t.Context(), core.RelationshipKey{AgentID: s.agent, SourceID: s.user, TargetID: alan})
	require.NoError(t, err)
	for _, r := range saved {
		require.Equal(t, got.ID, r.ID)
	}
}

func relationshipsBetween(t *testing.T, s *scene, alan uuid.UUID) {
	ctx, other := t.Context(), s.addAgent(t, "Other")
	theirs := s.newRelationship(alan, "theirs")
	theirs.AgentID = other
	require.NoError(t, s.CreateRelationship(ctx, theirs))
	_, err := s.RelationshipBetween(ctx, core.RelationshipKey{AgentID: s.agent, SourceID: s.user, TargetID: alan})
	require.ErrorIs(t, err, core.ErrNotFound, "another agent's is not this agent's")
	ours := s.newRelationship(alan, "ours")
	require.NoError(t, s.CreateRelationship(ctx, ours))
	got, err := s.RelationshipBetween(ctx, core.RelationshipKey{AgentID: s.agent, SourceID: s.user, TargetID: alan})
	require.NoError(t, err)
	requireRelationship(t, ours, got)
	_, err = s.RelationshipBetween(ctx, core.RelationshipKey{AgentID: s.agent, SourceID: alan, TargetID: s.user})
	require.ErrorIs(t, err, core.ErrNotFound)
}

func relationshipsLists(t *testing.T, s *scene, alan uuid.UUID) {
	ctx, eve, other := t.Context(), s.addEntity(t, "eve"), s.addAgent(t, "Other")
	list := []*core.Relationship{
		{AgentID: s.agent, SourceID: s.user, TargetID: alan, Tags: []string{"friend", "work"}},
		{AgentID: s.agent, SourceID: alan, TargetID: s.user, Tags: []string{"work"}},
		{AgentID: s.agent, SourceID: alan, TargetID: eve},
		{AgentID: s.agent, SourceID: eve, TargetID: s.user, Tags: []string{"foe"}},
		{AgentID: other, SourceID: s.user, TargetID: alan, Tags: []string{"foe"}},
	}
	for _, r := range list {
		require.NoError(t, s.CreateRelationship(ctx, r))
	}
	require.Equal(t, ids(list, relationshipID), pages(t, func(after uuid.UUID, limit int) []*core.Relationship {
		page, err := s.Relationships(ctx, core.RelationshipQuery{After: after, Limit: limit})
		require.NoError(t, err)
		return page
	}, relationshipID))
	for _, tt := range []struct {
		query core.RelationshipQuery
		want  []int
	}{
		{core.RelationshipQuery{AgentID: s.agent}, []int{0, 1, 2, 3}},
		{core.RelationshipQuery{EntityID: s.user}, []int{0, 1, 3, 4}},
		{core.RelationshipQuery{EntityID: s.user, AgentID: s.agent}, []int{0, 1, 3}},
		{core.RelationshipQuery{SourceID: alan}, []int{1, 2}},
		{core.RelationshipQuery{TargetID: alan}, []int{0, 4}},
		{core.RelationshipQuery{Tags: []string{"work", "foe"}}, []int{0, 1, 3, 4}},
		{core.RelationshipQuery{Tags: []string{"friend"}, EntityID: alan}, []int{0}},
		{core.RelationshipQuery{Tags: []string{"fri"}}, []int{}},
		{core.RelationshipQuery{Tags: []string{`friend}','{`}}, []int{}},
		{core.RelationshipQuery{EntityID: core.NewID()}, []int{}},
	} {
		want := []uuid.UUID{}
		for _, i := range tt.want {
			want = append(want, list[i].ID)
		}
		got, err := s.Relationships(ctx, tt.query)
		require.NoError(t, err)
		require.Equal(t, want, ids(got, relationshipID), "%+v", tt.query)
		n, err := s.CountRelationships(ctx, tt.query)
		require.NoError(t, err)
		require.Equal(t, len(want), n, "%+v", tt.query)
	}
}

func relationshipsUpdate(t *testing.T, s *scene, alan uuid.UUID) {
	ctx, r := t.Context(), s.newRelationship(alan, "a")
	require.NoError(t, s.CreateRelationship(ctx, r))
	update := func(u core.RelationshipUpdate) {
		t.Helper()
		require.NoError(t, s.UpdateRelationship(ctx, r.ID, u))
		requireRelationship(t, r, s.relationship(t, r.ID))
	}
	update(core.RelationshipUpdate{})
	r.Tags = []string{"b", "c"}
	update(core.RelationshipUpdate{Tags: r.Tags})
	r.Metadata = map[string]any{"since": "1952", "trust": 0.5}
	update(core.RelationshipUpdate{Metadata: map[string]any{"trust": 0.5, "none": nil}})
	r.Tags = []string{}
	update(core.RelationshipUpdate{Tags: []string{}})
}

func relationshipsConcurrent(t *testing.T, s *scene, alan uuid.UUID) {
	const writers = 8
	r := s.newRelationship(alan)
	r.Metadata = nil
	require.NoError(t, s.CreateRelationship(t.Context(), r))
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			update := core.RelationshipUpdate{Metadata: map[string]any{fmt.Sprint("k", i): i}}
			if err := s.UpdateRelationship(context.WithoutCancel(t.Context()), r.ID, update); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	require.Len(t, s.relationship(t, r.ID).Metadata, writers)
}

func relationshipsDelete(t *testing.T, s *scene, alan uuid.UUID) {
	r := s.newRelationship(alan)
	require.NoError(t, s.CreateRelationship(t.Context(), r))
	require.NoError(t, s.DeleteRelationship(t.Context(), r.ID))
	require.ErrorIs(t, s.DeleteRelationship(t.Context(), r.ID), core.ErrNotFound)
	_, err := s.Entity(t.Context(), s.user)
	require.NoError(t, err)
}
