package databasetest

import (
	"cmp"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
)

// memoryModel is a reference implementation of core.MemoryStore and the vector
// search on a map, without plans or indexes.
type memoryModel map[uuid.UUID]core.Memory

func (m memoryModel) create(memory *core.Memory) { m[memory.ID] = *memory }

// createOnce adds the memory and reports whether it is new.
func (m memoryModel) createOnce(memory core.Memory, how core.Deduplication) bool {
	threshold := cmp.Or(how.Threshold, 0.95)
	for _, other := range m {
		if other.AgentID == memory.AgentID && other.Type == memory.Type && other.RoomID == memory.RoomID &&
			other.WorldID == memory.WorldID && other.EntityID == memory.EntityID &&
			directed(memory.Embedding) && directed(other.Embedding) && similarity(memory.Embedding, other.Embedding) >= threshold {
			memory.Duplicate = true
		}
	}
	if !memory.Duplicate || !how.Skip {
		m[memory.ID] = memory
	}
	return !memory.Duplicate
}

// directed reports whether a search can find the vector.
func directed(vector []float32) bool {
	return slices.ContainsFunc(vector, func(value float32) bool { return value != 0 })
}

// update reports whether the memory exists.
func (m memoryModel) update(update core.MemoryUpdate) bool {
	memory, ok := m[update.ID]
	if !ok {
		return false
	}
	if update.Content != nil {
		memory.Content = *update.Content
	}
	if update.Metadata != nil {
		memory.Metadata = *update.Metadata
	}
	if len(update.Embedding) > 0 {
		memory.Embedding = update.Embedding
	}
	m[update.ID] = memory
	return true
}

// remove deletes memories and their fragments, and returns the number of the
// former.
func (m memoryModel) remove(doomed func(core.Memory) bool) int {
	removed := maps.Clone(m)
	maps.DeleteFunc(removed, func(_ uuid.UUID, memory core.Memory) bool { return !doomed(memory) })
	maps.DeleteFunc(m, func(id uuid.UUID, memory core.Memory) bool {
		if _, ok := removed[id]; ok {
			return true
		}
		document := memory.Metadata.DocumentID
		return document != nil && removed[*document].AgentID == memory.AgentID
	})
	return len(removed)
}

func (m memoryModel) those(pass func(core.Memory) bool) []core.Memory {
	var list []core.Memory
	for _, memory := range m {
		if pass(memory) {
			list = append(list, memory)
		}
	}
	return list
}

// list is Memories without paging.
func (m memoryModel) list(q core.MemoryQuery) []core.Memory {
	found := m.those(func(memory core.Memory) bool {
		return memory.AgentID == q.AgentID && memory.Type == q.Type && (q.RoomIDs == nil || memory.RoomID != uuid.Nil && slices.Contains(q.RoomIDs, memory.RoomID)) &&
			like(q.RoomID, memory.RoomID) && like(q.WorldID, memory.WorldID) && like(q.EntityID, memory.EntityID) &&
			!memory.CreatedAt.Before(q.Since) && (q.Until.IsZero() || memory.CreatedAt.Before(q.Until)) &&
			(!q.Unique || !memory.Duplicate) && passes(memory.Metadata, q.Metadata)
	})
	slices.SortFunc(found, newestFirst)
	return found
}

// newestFirst compares in the order of lists.
func newestFirst(a, b core.Memory) int {
	return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), slices.Compare(b.ID[:], a.ID[:]))
}

// like reports whether id matches the filter; a zero filter matches any id.
func like(filter, id uuid.UUID) bool { return filter == uuid.Nil || filter == id }

// search is SearchMemories.
func (m memoryModel) search(q core.MemorySearch) []core.Memory {
	found := m.list(core.MemoryQuery{
		AgentID: q.AgentID, Type: q.Type, RoomID: q.RoomID, WorldID: q.WorldID, EntityID: q.EntityID, Since: q.Since, Until: q.Until,
		Metadata: q.Metadata, Unique: q.Unique,
	})
	found = slices.DeleteFunc(found, func(memory core.Memory) bool {
		return !directed(memory.Embedding) || q.Threshold > 0 && similarity(memory.Embedding, q.Vector) < q.Threshold
	})
	for i := range found {
		found[i].Similarity = similarity(found[i].Embedding, q.Vector)
		found[i].Embedding = nil
	}
	slices.SortFunc(found, func(a, b core.Memory) int {
		if difference := b.Similarity - a.Similarity; difference > 1e-9 || difference < -1e-9 {
			return cmp.Compare(b.Similarity, a.Similarity)
		}
		return slices.Compare(a.ID[:], b.ID[:])
	})
	return found[:min(len(found), cmp.Or(q.Limit, 10))]
}

// passes evaluates filters on source, tags and score, the only ones that the
// tests use.
func passes(metadata core.MemoryMetadata, filters []core.MetadataFilter) bool {
	score, scored := metadata.Extra["score"].(float64)
	for _, f := range filters {
		var pass bool
		switch f.Op {
		case core.MetadataEquals:
			pass = metadata.Source != "" && metadata.Source == f.Value
		case core.MetadataIn:
			pass = metadata.Source != "" && slices.Contains(f.Value.([]string), metadata.Source)
		case core.MetadataContains:
			pass = slices.Contains(metadata.Tags, f.Value.(string))
		case core.MetadataExists:
			pass = scored
		case core.MetadataMissing:
			pass = !scored
		case core.MetadataMoreThan:
			pass = scored && score > f.Value.(float64)
		case core.MetadataAtLeast:
			pass = scored && score >= f.Value.(float64)
		case core.MetadataLessThan:
			pass = scored && score < f.Value.(float64)
		case core.MetadataAtMost:
			pass = scored && score <= f.Value.(float64)
		}
		if !pass {
			return false
		}
	}
	return true
}
