package databasetest

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/elizago/elizago/core"
)

// cache tests core.CacheStore.
func cache(t *testing.T, open Open) {
	t.Run("saved, overwritten, deleted", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		_, err := s.Cache(t.Context(), s.agent, "k")
		require.ErrorIs(t, err, core.ErrNotFound)
		for _, value := range []string{`{"a": [1, null]}`, `null`, `"text"`, `1.50`, `true`} {
			require.NoError(t, s.SaveCache(t.Context(), core.CacheEntry{AgentID: s.agent, Key: "k", Value: json.RawMessage(value)}))
			got, err := s.Cache(t.Context(), s.agent, "k")
			require.NoError(t, err)
			require.JSONEq(t, value, string(got))
		}
		_, err = s.Cache(t.Context(), s.addAgent(t, "Other"), "k")
		require.ErrorIs(t, err, core.ErrNotFound, "each agent has a cache of its own")
		require.NoError(t, s.DeleteCache(t.Context(), s.agent, "k"))
		require.ErrorIs(t, s.DeleteCache(t.Context(), s.agent, "k"), core.ErrNotFound)
		_, err = s.Cache(t.Context(), s.agent, "k")
		require.ErrorIs(t, err, core.ErrNotFound)
	})
	t.Run("what has expired is gone", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		save := func(key string, ttl time.Duration) {
			require.NoError(t, s.SaveCache(t.Context(), core.CacheEntry{AgentID: s.agent, Key: key, Value: json.RawMessage("1"), TTL: ttl}))
		}
		save("short", 1) // a nanosecond counts as a microsecond, and the next call comes later than that
		save("long", time.Hour)
		save("eternal", 0)
		save("longest", 1<<63-1)
		save("revived", 1)
		save("revived", time.Hour)
		save("cut short", time.Hour)
		save("cut short", 1)
		for _, key := range []string{"short", "cut short"} {
			_, err := s.Cache(t.Context(), s.agent, key)
			require.ErrorIs(t, err, core.ErrNotFound)
		}
		many, err := s.CacheMany(t.Context(), s.agent, []string{"short", "long", "eternal", "longest", "revived", "cut short", "never"})
		require.NoError(t, err)
		require.Len(t, many, 4)
		require.ErrorIs(t, s.DeleteCache(t.Context(), s.agent, "short"), core.ErrNotFound)
	})
	t.Run("time goes on in a transaction", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
			require.NoError(t, tx.SaveCache(t.Context(), core.CacheEntry{AgentID: s.agent, Key: "k", Value: json.RawMessage("1"), TTL: 1}))
			_, err := tx.Cache(t.Context(), s.agent, "k")
			require.ErrorIs(t, err, core.ErrNotFound)
			return nil
		}))
	})
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		one := json.RawMessage("1")
		for _, tt := range []struct {
			field string
			entry core.CacheEntry
		}{
			{"AgentID", core.CacheEntry{Key: "k", Value: one}},
			{"Key", core.CacheEntry{AgentID: s.agent, Value: one}},
			{"Key", core.CacheEntry{AgentID: s.agent, Key: "\x00", Value: one}},
			{"Key", core.CacheEntry{AgentID: s.agent, Key: strings.Repeat("k", 1001), Value: one}},
			{"Value", core.CacheEntry{AgentID: s.agent, Key: "k", Value: json.RawMessage("{")}},
			{"Value", core.CacheEntry{AgentID: s.agent, Key: "k"}},
			{"TTL", core.CacheEntry{AgentID: s.agent, Key: "k", Value: one, TTL: -1}},
		} {
			invalid(t, s.SaveCache(t.Context(), tt.entry), tt.field)
		}
		err := s.SaveCache(t.Context(), core.CacheEntry{AgentID: core.NewID(), Key: "k", Value: one})
		require.ErrorIs(t, err, core.ErrNotFound, "an agent that does not exist")
		err = s.SaveCache(t.Context(), core.CacheEntry{AgentID: s.agent, Key: "k", Value: json.RawMessage("1e999999")})
		invalid(t, err)
	})
	t.Run("many at once", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		var group sync.WaitGroup
		for i := range 8 {
			group.Go(func() {
				for j := range 10 {
					entry := core.CacheEntry{AgentID: s.agent, Key: fmt.Sprint(j % 3), Value: json.RawMessage(fmt.Sprint(i))}
					if err := s.SaveCache(t.Context(), entry); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		many, err := s.CacheMany(t.Context(), s.agent, []string{"0", "1", "2", "0"})
		require.NoError(t, err)
		require.Len(t, many, 3)
		none, err := s.CacheMany(t.Context(), s.agent, nil)
		require.NoError(t, err)
		require.Empty(t, none)
	})
	t.Run("any text and JSON", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		rapid.Check(t, func(r *rapid.T) {
			key, object := someText().Draw(r, "key"), anyObject().Draw(r, "object")
			value, err := json.Marshal(object)
			require.NoError(r, err)
			require.NoError(r, s.SaveCache(t.Context(), core.CacheEntry{AgentID: s.agent, Key: key, Value: value}))
			got, err := s.Cache(t.Context(), s.agent, key)
			require.NoError(r, err)
			var decoded map[string]any
			require.NoError(r, json.Unmarshal(got, &decoded))
			require.Equal(r, cleanJSON(r, object), decoded)
			many, err := s.CacheMany(t.Context(), s.agent, []string{"other", key})
			require.NoError(r, err)
			require.JSONEq(r, string(got), string(many[key]), "under the key as it was asked for")
			require.NoError(r, s.DeleteCache(t.Context(), s.agent, key))
		})
	})
}
