package sql

import (
	"fmt"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"strings"
	"testing"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// Parsing the text of each memory of an agent took seconds if the table was not
// analyzed, or only with another agent's memories.
func TestWordsAreReadFromTheIndexFirst(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	var list []*core.Memory
	for i := range 3000 {
		list = append(list, s.memory(fmt.Sprint("payment timeout ", i)))
	}
	requireIndexed := func(stage string) {
		t.Helper()
		query, args, err := textSearchSQL(core.HybridSearch{
			MemorySearch: core.MemorySearch{AgentID: s.agent, Type: core.MemoryMessages, RoomID: s.room}, Text: "payment timeout",
		}, 50)
		require.NoError(t, err)
		lines, err := pgtx.Query(t.Context(), s.driver, "EXPLAIN "+query, args, pgtx.ScanOne[string])
		require.NoError(t, err)
		plan := strings.Join(lines, "\n")
		require.Equal(t, 3, strings.Count(plan, "Bitmap Index Scan on idx_memories_text"), "%s: %s", stage, plan)
	}
	require.NoError(t, s.CreateMemories(t.Context(), list))
	requireIndexed("never analyzed")
	_, err := s.pool.ExecContext(t.Context(), `ANALYZE memories`)
	require.NoError(t, err)
	requireIndexed("analyzed")
	s.agent, s.room = s.addAgent(t, "not analyzed yet"), core.NewID()
	requireIndexed("another agent's analyzed")
}

// A word is found in whichever normal form of Unicode text and search are, and
// the text stays as it came.
func TestAccentsAreFoundInEveryNormalForm(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	const composed, decomposed = "un caf\u00e9 noir", "un cafe\u0301 noir"
	for _, text := range []string{composed, decomposed} {
		require.NoError(t, s.CreateMemory(t.Context(), s.memory(text)))
	}
	for _, words := range []string{"caf\u00e9", "cafe\u0301", "noir caf\u00e9"} {
		found, err := s.HybridSearchMemories(t.Context(), core.HybridSearch{
			MemorySearch: core.MemorySearch{AgentID: s.agent, Type: core.MemoryMessages}, Text: words,
		})
		require.NoError(t, err)
		texts := []string{}
		for _, m := range found {
			texts = append(texts, m.Content.Text)
		}
		require.ElementsMatch(t, []string{composed, decomposed}, texts, words)
	}
	require.NoError(t, s.SaveEntity(t.Context(), &core.Entity{AgentID: s.agent, Names: []string{"Rene\u0301"}}))
	entities, err := s.Entities(t.Context(), core.EntityQuery{AgentID: s.agent, Search: "REN\u00c9"})
	require.NoError(t, err)
	require.Len(t, entities, 1)
}

// A part of a sentence is found in languages that are written without spaces.
func TestWordsAreFoundInLanguagesWithoutSpaces(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, text := range []string{"日本語のテストです", "今日は雨が降っています", "ตลาดน้ำอยู่ไกล", "100% テ_スト", "a plain text"} {
		require.NoError(t, s.CreateMemory(t.Context(), s.memory(text)))
	}
	other := s.memory("日本語のテストです")
	other.RoomID = uuid.Nil
	require.NoError(t, s.CreateMemory(t.Context(), other))
	for words, want := range map[string]string{
		"テスト": "日本語のテストです", "日本語": "日本語のテストです", "雨": "今日は雨が降っています", "テスト of 日本語": "日本語のテストです",
		"ตลาด": "ตลาดน้ำอยู่ไกล", "雪": "", "plain": "a plain text", "日本語のテストです": "日本語のテストです",
	} {
		found, err := s.HybridSearchMemories(t.Context(), core.HybridSearch{
			MemorySearch: core.MemorySearch{AgentID: s.agent, Type: core.MemoryMessages, RoomID: s.room}, Text: words,
		})
		require.NoError(t, err)
		if want == "" {
			require.Empty(t, found, words)
			continue
		}
		require.Len(t, found, 1, words)
		require.Equal(t, want, found[0].Content.Text, words)
	}
}
