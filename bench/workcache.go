package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/elizago/elizago/core"
)

// cacheWork sets, gets and deletes cache entries, as peer/cache.mjs does,
// including encoding and decoding the values.
func cacheWork(ctx context.Context, s *store) (*results, error) {
	type value struct {
		I    int    `json:"i"`
		Text string `json:"text"`
		List []int  `json:"list"`
	}
	text := strings.Repeat("x", 100)
	set := func(prefix string, plus int) func(ctx context.Context, i int) error {
		return func(ctx context.Context, i int) error {
			encoded, err := json.Marshal(value{i + plus, text, []int{1, 2, 3}})
			if err != nil {
				return err
			}
			return s.SaveCache(ctx, core.CacheEntry{AgentID: s.agent, Key: fmt.Sprint(prefix, i), Value: encoded})
		}
	}
	get := func(prefix string) func(ctx context.Context, i int) error {
		return func(ctx context.Context, i int) error {
			encoded, err := s.Cache(ctx, s.agent, fmt.Sprint(prefix, i))
			if err != nil {
				return err
			}
			var decoded value
			return json.Unmarshal(encoded, &decoded)
		}
	}
	miss := func(ctx context.Context, i int) error {
		_, err := s.Cache(ctx, s.agent, fmt.Sprint("missing", i))
		if errors.Is(err, core.ErrNotFound) {
			return nil
		}
		return fmt.Errorf("a key that is not there: %w", err)
	}
	got := &results{Metrics: map[string]float64{}}
	for _, phase := range []struct {
		name   string
		flight int
		call   func(ctx context.Context, i int) error
	}{
		{"set_new_seq_per_s", 1, set("k", 0)},
		{"set_seq_per_s", 1, set("k", 1)},
		{"get_seq_per_s", 1, get("k")},
		{"get_miss_seq_per_s", 1, miss},
		{"set_16_per_s", 16, set("c", 0)},
		{"get_16_per_s", 16, get("c")},
		{"delete_seq_per_s", 1, func(ctx context.Context, i int) error { return s.DeleteCache(ctx, s.agent, fmt.Sprint("k", i)) }},
	} {
		reached, err := rate(ctx, s.work.Rows, phase.flight, phase.call)
		if err != nil {
			return nil, err
		}
		got.Metrics[phase.name] = reached
	}
	return got, nil
}
