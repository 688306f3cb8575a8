package databasetest

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// memoriesModel runs the same operations on a database and on memoryModel, and
// compares the answers, including their order. Times, rooms and directions are
// few, so that most memories are ties or duplicates.
func memoriesModel(t *testing.T, open Open) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("story ", seed), func(t *testing.T) {
			t.Parallel()
			s := newScene(t, open)
			story := &memoryStory{
				Rand: rand.New(rand.NewPCG(seed, 7)), t: t, s: s, db: s, model: memoryModel{},
				agents: []uuid.UUID{s.agent, s.addAgent(t, "Other")}, rooms: []uuid.UUID{uuid.Nil, s.room}, worlds: []uuid.UUID{uuid.Nil, s.world},
				entities: []uuid.UUID{uuid.Nil, s.user, s.addEntity(t, "alan")}, began: past.Truncate(time.Millisecond),
			}
			story.rooms = append(story.rooms, core.NewID())
			require.NoError(t, s.SaveRoom(t.Context(), &core.Room{ID: story.rooms[2], AgentID: s.agent, Type: core.ChannelDM}))
			for range 40 {
				switch story.IntN(4) {
				case 0:
					story.inside(nil)
				case 1:
					story.inside(errNo)
				default:
					story.steps(8)
				}
			}
		})
	}
}

// memoryStory is a sequence of random steps, determined by a seed.
type memoryStory struct {
	*rand.Rand
	t     *testing.T
	s     *scene
	db    core.Database // s, or a transaction of it
	model memoryModel
	ids   []uuid.UUID // of all memories that there ever were

	agents, rooms, worlds, entities []uuid.UUID
	began                           time.Time
	happened                        []string // log of the steps, shown on failure
}

// inside runs some steps in a transaction that ends with end.
func (m *memoryStory) inside(end error) {
	before := maps.Clone(m.model)
	err := m.s.InTx(m.s.ctx, func(tx core.Database) error {
		m.db = tx
		m.steps(8)
		return end
	})
	m.db = m.s
	require.ErrorIs(m.t, err, end)
	if end != nil {
		m.model = before
	}
}

func (m *memoryStory) steps(n int) {
	for range n {
		m.step()
	}
	m.ask()
	m.search()
}

func one[T any](m *memoryStory, from ...T) T { return from[m.IntN(len(from))] }

// vector draws one of few directions. Components are small integers and lengths
// differ by powers of two, so that equal similarities are bit-identical.
func (m *memoryStory) vector() []float32 {
	v := make([]float32, 384)
	direction, length := one(m, [3]float32{1}, [3]float32{0, 1}, [3]float32{1, 1}, [3]float32{3, 1}, [3]float32{-1}, [3]float32{1, 2, 3}), one[float32](m, 1, 2)
	for i, value := range direction {
		v[i*100] = value * length
	}
	return v
}

func (m *memoryStory) id() uuid.UUID {
	if len(m.ids) == 0 || m.IntN(10) == 0 {
		return core.NewID()
	}
	return one(m, m.ids...)
}

func (m *memoryStory) metadata() core.MemoryMetadata {
	metadata := core.MemoryMetadata{Source: one(m, "", "cli", "discord"), Tags: one(m, nil, []string{"a"}, []string{"a", "b"})}
	if m.IntN(2) == 0 {
		metadata.Extra = map[string]any{"score": float64(m.IntN(4))}
	}
	if m.IntN(4) == 0 {
		metadata.DocumentID = new(m.id())
	}
	return metadata
}

func (m *memoryStory) memory() *core.Memory {
	memory := &core.Memory{
		ID: one(m, core.NewID(), uuid.New()), AgentID: one(m, m.agents[0], m.agents[0], m.agents[1]), Type: one(m, "messages", "facts"),
		RoomID: one(m, m.rooms...), WorldID: one(m, m.worlds...), EntityID: one(m, m.entities...),
		CreatedAt: m.began.Add(time.Duration(m.IntN(6)) * time.Minute), Content: core.Content{Text: fmt.Sprint("text ", len(m.ids))}, Metadata: m.metadata(),
	}
	switch m.IntN(8) {
	case 0:
	case 1:
		memory.Embedding = make([]float32, 384)
	default:
		memory.Embedding = m.vector()
	}
	m.ids = append(m.ids, memory.ID)
	return memory
}

func (m *memoryStory) filters() (list []core.MetadataFilter) {
	score := []string{"score"}
	for range max(0, m.IntN(4)-1) {
		list = append(list, one(m,
			core.MetadataFilter{Path: []string{"source"}, Op: core.MetadataEquals, Value: one(m, "cli", "discord", "none")},
			core.MetadataFilter{Path: []string{"source"}, Op: core.MetadataIn, Value: one(m, []string{}, []string{"cli"}, []string{"cli", "discord"})},
			core.MetadataFilter{Path: []string{"tags"}, Op: core.MetadataContains, Value: one(m, "a", "b")},
			core.MetadataFilter{Path: score, Op: core.MetadataExists}, core.MetadataFilter{Path: score, Op: core.MetadataMissing},
			core.MetadataFilter{Path: score, Op: core.MetadataMoreThan, Value: float64(m.IntN(4))},
			core.MetadataFilter{Path: score, Op: core.MetadataAtLeast, Value: float64(m.IntN(4))},
			core.MetadataFilter{Path: score, Op: core.MetadataLessThan, Value: float64(m.IntN(4))},
			core.MetadataFilter{Path: score, Op: core.MetadataAtMost, Value: float64(m.IntN(4))},
		))
	}
	return list
}

// zeroOr draws a filter value, mostly zero.
func zeroOr[T any](m *memoryStory, from ...T) (none T) {
	if m.IntN(3) > 0 {
		return none
	}
	return one(m, from...)
}

func (m *memoryStory) minute() time.Time { return m.began.Add(time.Duration(m.IntN(6)) * time.Minute) }

func (m *memoryStory) log(format string, args ...any) {
	m.happened = append(m.happened, fmt.Sprintf(format, args...))
}

// step makes a random change.
func (m *memoryStory) step() {
	ctx := m.s.ctx
	switch m.IntN(12) {
	case 0, 1, 2:
		memory := m.memory()
		m.log("create %s", memory.ID)
		require.NoError(m.t, m.db.CreateMemory(ctx, memory))
		m.model.create(memory)
	case 3:
		some := []*core.Memory{m.memory(), m.memory(), m.memory()}
		m.log("create %s, %s, %s", some[0].ID, some[1].ID, some[2].ID)
		require.NoError(m.t, m.db.CreateMemories(ctx, some))
		for _, memory := range some {
			m.model.create(memory)
		}
	case 4, 5, 6:
		memory, how := m.memory(), core.Deduplication{Threshold: one(m, 0, 0.6, 0.999999), Skip: m.IntN(2) == 0}
		m.log("create %s once, %+v", memory.ID, how)
		want := m.model.createOnce(*memory, how)
		isNew, err := m.db.CreateMemoryOnce(ctx, memory, how)
		require.NoError(m.t, err)
		require.Equal(m.t, want, isNew, "%v", m.happened)
	case 7, 8:
		update := core.MemoryUpdate{ID: m.id(), Content: one(m, nil, &core.Content{Text: "other"})}
		if m.IntN(2) == 0 {
			update.Metadata = new(m.metadata())
		}
		if m.IntN(2) == 0 || update.Content == nil && update.Metadata == nil {
			update.Embedding = m.vector()
		}
		m.log("update %s", update.ID)
		m.found(m.model.update(update), m.atomic(func(db core.Database) error { return db.UpdateMemory(ctx, update) }))
	case 9:
		id, vector := m.id(), m.vector()
		m.log("embed %s", id)
		m.found(m.model.update(core.MemoryUpdate{ID: id, Embedding: vector}), m.atomic(func(db core.Database) error { return db.SetEmbedding(ctx, id, vector) }))
	case 10:
		id := m.id()
		m.log("delete %s", id)
		want := m.model.remove(func(memory core.Memory) bool { return memory.ID == id })
		m.found(want == 1, m.atomic(func(db core.Database) error { return db.DeleteMemory(ctx, id) }))
	case 11:
		var (
			want, got int
			err       error
		)
		if m.IntN(3) > 0 {
			ids := []uuid.UUID{m.id(), m.id(), m.id()}
			m.log("delete %v", ids)
			want = m.model.remove(func(memory core.Memory) bool { return slices.Contains(ids, memory.ID) })
			got, err = m.db.DeleteMemories(ctx, ids)
		} else {
			room, kind := one(m, m.rooms[1:]...), one(m, "messages", "facts")
			m.log("delete all %s of room %s", kind, room)
			want = m.model.remove(func(memory core.Memory) bool {
				return memory.RoomID == room && memory.Type == kind && memory.AgentID == m.s.agent // the room's
			})
			got, err = m.db.DeleteRoomMemories(ctx, room, kind)
		}
		require.NoError(m.t, err)
		require.Equal(m.t, want, got, "%v", m.happened)
	}
}

// atomic runs do, inside a transaction in a savepoint, since an error would
// abort the transaction.
func (m *memoryStory) atomic(do func(db core.Database) error) error {
	if m.db == core.Database(m.s) {
		return do(m.db)
	}
	return m.db.InTx(m.s.ctx, do)
}

func (m *memoryStory) found(was bool, err error) {
	if was {
		require.NoError(m.t, err, "%v", m.happened)
	} else {
		require.ErrorIs(m.t, err, core.ErrNotFound, "%v", m.happened)
	}
}

// ask lists, counts, searches and reads single memories.
func (m *memoryStory) ask() {
	ctx := m.s.ctx
	query := core.MemoryQuery{
		AgentID: m.agents[m.IntN(6)/5], Type: one(m, "messages", "facts"), RoomID: zeroOr(m, m.rooms...), WorldID: zeroOr(m, m.worlds...),
		EntityID: zeroOr(m, m.entities...), RoomIDs: zeroOr(m, []uuid.UUID{}, m.rooms[:2], m.rooms[1:], []uuid.UUID{m.rooms[1], m.rooms[1]}),
		Since: zeroOr(m, m.minute()), Until: zeroOr(m, m.minute()), Metadata: m.filters(), Unique: m.IntN(3) == 0, Embeddings: m.IntN(2) == 0,
	}
	want := m.model.list(query)
	n, err := m.db.CountMemories(ctx, query)
	require.NoError(m.t, err)
	require.Equal(m.t, len(want), n, "%+v after %v", query, m.happened)
	query.Limit, query.Offset = one(m, 0, 1, 3, 1000), one(m, 0, 0, 1, 2, 5)
	if last, ok := m.model[m.id()]; ok && last.AgentID == query.AgentID && m.IntN(2) == 0 {
		query.Before = last.ID
		want = slices.DeleteFunc(want, func(memory core.Memory) bool { return newestFirst(memory, last) <= 0 })
	}
	page := want[min(len(want), query.Offset):]
	page = page[:min(len(page), cmp.Or(query.Limit, 50))]
	if !query.Embeddings {
		for i := range page {
			page[i].Embedding = nil
		}
	}
	got, err := m.db.Memories(ctx, query)
	require.NoError(m.t, err)
	m.same(page, got, query)

	ids := []uuid.UUID{m.id(), m.id(), m.id()}
	read, err := m.db.MemoriesByID(ctx, ids)
	require.NoError(m.t, err)
	those := m.model.those(func(memory core.Memory) bool { return slices.Contains(ids, memory.ID) })
	slices.SortFunc(those, newestFirst)
	m.same(those, read, ids)
	memory, err := m.db.Memory(ctx, ids[0])
	known, ok := m.model[ids[0]]
	m.found(ok, err)
	if ok {
		m.same([]core.Memory{known}, []*core.Memory{memory}, ids[0])
	}
}

func (m *memoryStory) search() {
	for range 3 {
		search := core.MemorySearch{
			AgentID: m.agents[m.IntN(6)/5], Type: one(m, "messages", "facts"), Vector: m.vector(), RoomID: zeroOr(m, m.rooms...),
			WorldID: zeroOr(m, m.worlds...), EntityID: zeroOr(m, m.entities...), Since: zeroOr(m, m.minute()), Until: zeroOr(m, m.minute()),
			Metadata: m.filters(), Unique: m.IntN(3) == 0, Threshold: one(m, 0, 0, -1, 0.6, 0.8, 0.97), Limit: one(m, 0, 1, 4, 1000),
		}
		got, err := m.db.SearchMemories(m.s.ctx, search)
		require.NoError(m.t, err)
		m.same(m.model.search(search), got, search)
	}
}

// same compares the model's answer with the database's.
func (m *memoryStory) same(want []core.Memory, got []*core.Memory, question any) {
	list := make([]core.Memory, len(got))
	for i, memory := range got {
		list[i] = *memory
		list[i].CreatedAt = memory.CreatedAt.In(m.began.Location())
		if i < len(want) && want[i].ID == memory.ID {
			require.InDelta(m.t, want[i].Similarity, memory.Similarity, 1e-6)
			list[i].Similarity = want[i].Similarity
		}
	}
	if len(want) == 0 && len(list) == 0 {
		return
	}
	require.Equal(m.t, want, list, "%+v after %v", question, m.happened)
}
