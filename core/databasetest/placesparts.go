package databasetest

import (
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/elizago/elizago/core"
)

func anyComponent(s *scene, ctx ctx, r *rapid.T) {
	c := s.newComponent()
	c.Type, c.Data = someText().Draw(r, "type"), anyObject().Draw(r, "data")
	want := *c
	want.Type, want.Data = clean(c.Type), cleanJSON(r, c.Data)
	if rapid.Bool().Draw(r, "save") {
		fine(r, s.SaveComponent(ctx, c))
	} else {
		fine(r, s.CreateComponent(ctx, c))
	}
	same := func(got *core.Component) {
		g := *got
		g.CreatedAt, g.UpdatedAt = want.CreatedAt, want.UpdatedAt
		want.ID = c.ID
		require.Equal(r, &want, &g)
	}
	got, err := s.Component(ctx, c.ID)
	fine(r, err)
	same(got)

	patch, kind := anyObject().Draw(r, "patch"), someText().Draw(r, "new type")
	fine(r, s.UpdateComponent(ctx, c.ID, core.ComponentUpdate{Type: &kind, Data: patch}))
	want.Type, want.Data = clean(kind), mergeObjects(want.Data, cleanJSON(r, patch))
	got, err = s.FindComponent(ctx, core.ComponentQuery{EntityID: s.user, Type: kind})
	fine(r, err)
	same(got)
	fine(r, s.DeleteComponent(ctx, c.ID))
	_, err = s.FindComponent(ctx, core.ComponentQuery{EntityID: s.user, Type: kind})
	require.ErrorIs(r, err, core.ErrNotFound)
	plain(r, err)
}

func anyRelationship(s *scene, ctx ctx, r *rapid.T) {
	rel := s.newRelationship(s.user, anyTexts().Draw(r, "tags")...)
	rel.Metadata = anyObject().Draw(r, "metadata")
	want := *rel
	want.Tags, want.Metadata = cleaned(rel.Tags), cleanJSON(r, rel.Metadata)
	if rapid.Bool().Draw(r, "save") {
		fine(r, s.SaveRelationship(ctx, rel))
	} else {
		fine(r, s.CreateRelationship(ctx, rel))
	}
	want.ID = rel.ID
	same := func(got *core.Relationship) {
		g := *got
		g.CreatedAt, g.UpdatedAt = want.CreatedAt, want.UpdatedAt
		require.Equal(r, &want, &g)
	}
	got, err := s.RelationshipBetween(ctx, core.RelationshipKey{AgentID: s.agent, SourceID: s.user, TargetID: s.user})
	fine(r, err)
	same(got)

	tags, patch := anyTexts().Draw(r, "new tags"), anyObject().Draw(r, "patch")
	fine(r, s.UpdateRelationship(ctx, rel.ID, core.RelationshipUpdate{Tags: tags, Metadata: patch}))
	want.Metadata, want.Tags = mergeObjects(want.Metadata, cleanJSON(r, patch)), cleaned(tags)
	got, err = s.Relationship(ctx, rel.ID)
	fine(r, err)
	same(got)
	sought := anyTexts().Draw(r, "sought")
	list, err := s.Relationships(ctx, core.RelationshipQuery{Tags: sought})
	fine(r, err)
	require.Equal(r, len(sought) == 0 || overlap(want.Tags, cleaned(sought)), len(list) == 1)
	fine(r, s.DeleteRelationship(ctx, rel.ID))
}

func overlap(a, b []string) bool {
	for _, one := range a {
		for _, other := range b {
			if one == other {
				return true
			}
		}
	}
	return false
}

// mergeObjects is a JSON merge patch (RFC 7396), after the RFC's own
// pseudocode.
func mergeObjects(target, patch map[string]any) map[string]any {
	merged := map[string]any{}
	for name, value := range target {
		merged[name] = value
	}
	for name, value := range patch {
		switch value := value.(type) {
		case nil:
			delete(merged, name)
		case map[string]any:
			inner, _ := merged[name].(map[string]any)
			merged[name] = mergeObjects(inner, value)
		default:
			merged[name] = value
		}
	}
	return merged
}
