package databasetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// both returns the texts of the memories that a hybrid search finds.
func (s *scene) both(t *testing.T, search core.HybridSearch) []string {
	t.Helper()
	list, err := s.HybridSearchMemories(t.Context(), search)
	require.NoError(t, err)
	return textsOf(list)
}

func (s *scene) words(text string) core.HybridSearch {
	return core.HybridSearch{MemorySearch: core.MemorySearch{AgentID: s.agent, Type: core.MemoryMessages}, Text: text}
}

func searchHybrid(t *testing.T, s *scene) {
	add := func(text string, vector []float32) {
		s.keep(t, text, func(m *core.Memory) { m.Embedding = vector })
	}
	tilted := axis(384, 0)
	tilted[1] = 1
	add("the cats sleep on the sofa", axis(384, 5))
	add("a dog runs", axis(384, 0))
	add("my cat is called Turing", tilted)
	add("nothing of the kind", nil)

	require.ElementsMatch(t, []string{"the cats sleep on the sofa", "my cat is called Turing"}, s.both(t, s.words("cat")), "words alone, in all their forms")
	require.Equal(t, "my cat is called Turing", s.both(t, s.words("what is my cat called?"))[0], "the more words, the better")
	mixed := s.words("cat")
	mixed.Vector, mixed.Threshold = axis(384, 0), 0.1
	found := s.both(t, mixed)
	require.Equal(t, "my cat is called Turing", found[0], "in both lists; the threshold is the vector's")
	require.ElementsMatch(t, []string{"my cat is called Turing", "a dog runs", "the cats sleep on the sofa"}, found)
	mixed.Text = ""
	require.Equal(t, []string{"a dog runs", "my cat is called Turing"}, s.both(t, mixed), "a vector alone")
	mixed.Text, mixed.Limit = "cat", 1
	require.Len(t, s.both(t, mixed), 1)
	require.Empty(t, s.both(t, s.words("zebra")))
	require.Empty(t, s.both(t, s.words("the of and")), "words that say nothing find nothing")
	for _, odd := range []string{`' | ! & ( :* \`, "cat' & 'dog", "a\x00b", "\xff", "<->", `C:\cats`} {
		_, err := s.HybridSearchMemories(t.Context(), s.words(odd))
		require.NoError(t, err, odd)
	}
	other := s.words("cat")
	other.RoomID = core.NewID()
	require.Empty(t, s.both(t, other), "filters filter words, too")
	other = s.words("cat")
	other.AgentID = s.addAgent(t, "Other")
	require.Empty(t, s.both(t, other))
	_, err := s.HybridSearchMemories(t.Context(), s.words("  "))
	invalid(t, err)
	negative := s.words("cat")
	negative.Candidates = -1
	_, err = s.HybridSearchMemories(t.Context(), negative)
	invalid(t, err)
}

// Neither a repeated word nor a short text outranks a further distinct word.
func searchMostWords(t *testing.T, s *scene) {
	all := strings.Repeat("something else is said here. ", 20) + "a banana, " + strings.Repeat("and more of it, ", 20) + "an apple, a cherry"
	for _, text := range []string{"apple", "apple apple apple apple", all, "cherry banana cherry banana", "apple banana", "banana banana banana"} {
		s.keep(t, text, nil)
	}
	found := s.both(t, s.words("apple banana cherry"))
	require.Equal(t, all, found[0], "all of the words")
	require.ElementsMatch(t, []string{"cherry banana cherry banana", "apple banana"}, found[1:3], "two of three")
	require.Len(t, found, 6)
	require.Equal(t, []string{"apple banana", all}, s.both(t, s.words("apple banana apple apple"))[:2], "then by ts_rank_cd")

	add := func(text string, vector []float32) {
		s.keep(t, text, func(m *core.Memory) { m.Embedding, m.Type = vector, core.MemoryFacts })
	}
	add("a plum", axis(384, 0))
	add("a pear", axis(384, 1))
	add("pears", nil)
	mixed := s.words("pear")
	mixed.Type, mixed.Vector, mixed.Threshold = core.MemoryFacts, axis(384, 0), 0.5
	mixed.Vector[1] = 0.5
	list, err := s.HybridSearchMemories(t.Context(), mixed)
	require.NoError(t, err)
	similar := map[string]float64{}
	for _, m := range list {
		similar[m.Content.Text] = m.Similarity
	}
	require.Len(t, similar, 3)
	require.InDelta(t, 0.894, similar["a plum"], 0.001)
	require.InDelta(t, 0.447, similar["a pear"], 0.001, "found by its words alone, and compared")
	require.Zero(t, similar["pears"], "nothing to compare with")
	list, err = s.HybridSearchMemories(t.Context(), core.HybridSearch{
		MemorySearch: core.MemorySearch{AgentID: s.agent, Type: core.MemoryFacts}, Text: "pear",
	})
	require.NoError(t, err)
	require.Zero(t, list[0].Similarity, "no vector, no similarity")

	long := s.words(strings.Repeat("word ", 1_000_000))
	_, err = s.HybridSearchMemories(t.Context(), long)
	invalid(t, err, "Text")
}

// However common a word is, the search returns Limit memories, and those with
// more of the words come first.
func searchCommonWords(t *testing.T, s *scene) {
	const many = 11_000
	list := make([]*core.Memory, 0, many)
	for i := range many {
		switch {
		case i == 9000:
			list = append(list, s.memory("payment timeout refund"))
		case i == 9001:
			list = append(list, s.memory("payment refund nightmare"))
		case i%2 == 0:
			list = append(list, s.memory("payment payment "+fmt.Sprint(i)))
		default:
			list = append(list, s.memory("payment timeout "+fmt.Sprint(i)))
		}
	}
	for i := 0; i < many; i += 1000 {
		require.NoError(t, s.CreateMemories(t.Context(), list[i:i+1000]))
	}
	most := s.words("payment timeout refund nightmare")
	require.ElementsMatch(t, []string{"payment timeout refund", "payment refund nightmare"}, s.both(t, most)[:2], "three of four words")
	require.Equal(t, "payment timeout refund", s.both(t, s.words("payment timeout refund"))[0], "all of the words")
	require.Contains(t, s.both(t, s.words("payment timeout"))[9], "timeout", "all of the words, which are all common")
	for _, text := range []string{"payment", "payment timeout", "payment timeout refund nightmare"} {
		search := s.words(text)
		search.Limit = 10_500
		require.Len(t, s.both(t, search), 10_500, "as many as match")
	}
}

func searchLanguage(t *testing.T, s *scene) {
	before := s.keep(t, "die Häuser der Stadt", nil)
	require.Empty(t, s.both(t, s.words("Haus")), "English knows nothing of it")
	require.NoError(t, s.SetTextConfig(t.Context(), s.agent, "german"))
	require.Equal(t, []string{"die Häuser der Stadt"}, s.both(t, s.words("Haus")), "what was there follows")
	require.NoError(t, s.DeleteMemory(t.Context(), before.ID))
	require.NoError(t, s.CreateMemories(t.Context(), []*core.Memory{s.memory("viele Häuser")}))
	s.keep(t, "große Häuser", nil)
	require.Len(t, s.both(t, s.words("Haus")), 2, "and what comes")

	require.NoError(t, s.SetTextConfig(t.Context(), s.agent, "simple"))
	require.Empty(t, s.both(t, s.words("Haus")), "words as they are")
	require.Len(t, s.both(t, s.words("häuser")), 2)
	invalid(t, s.SetTextConfig(t.Context(), s.agent, "klingon"))
	require.ErrorIs(t, s.SetTextConfig(t.Context(), core.NewID(), "german"), core.ErrNotFound)
}

// Saving the agent, as every start does, keeps the language.
func searchLanguageStays(t *testing.T, s *scene) {
	require.NoError(t, s.SetTextConfig(t.Context(), s.agent, "german"))
	agent, err := s.Agent(t.Context(), s.agent)
	require.NoError(t, err)
	require.NoError(t, s.SaveAgent(t.Context(), agent))
	_, err = s.EnsureAgent(t.Context(), agent)
	require.NoError(t, err)
	s.keep(t, "die Häuser der Stadt", nil)
	require.Equal(t, []string{"die Häuser der Stadt"}, s.both(t, s.words("Haus")))
}

// A memory created while the language is changed has the new one.
func searchLanguageRace(t *testing.T, s *scene) {
	saved := make(chan error, 1)
	require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
		require.NoError(t, tx.SetTextConfig(t.Context(), s.agent, "german"))
		go func() { saved <- s.CreateMemory(t.Context(), s.memory("die Häuser der Stadt")) }()
		require.Eventually(t, func() bool {
			var waiting int
			require.NoError(t, s.Pool().QueryRowContext(t.Context(), `SELECT count(*) FROM pg_stat_activity
				WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&waiting))
			return waiting > 0 || len(saved) > 0
		}, time.Minute, time.Millisecond)
		return nil
	}))
	require.NoError(t, <-saved)
	require.Equal(t, []string{"die Häuser der Stadt"}, s.both(t, s.words("Haus")))
}
