package sql

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent/schema"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/search"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// HybridSearchMemories implements core.SearchStore.
func (d *Database) HybridSearchMemories(ctx context.Context, query core.HybridSearch) ([]*core.Memory, error) {
	if err := checkSearch(&query.MemorySearch); err != nil {
		return nil, err
	}
	words := strings.TrimSpace(query.Text) != ""
	switch {
	case !words && len(query.Vector) == 0:
		return nil, value.Invalid("sql: a hybrid search has neither Text nor Vector: give it one of them")
	case len(query.Text) > maxTextBytes:
		return nil, value.Invalid("sql: HybridSearch.Text is too long, with %d bytes: it may have %d, of which the first %d different words are searched for",
			len(query.Text), maxTextBytes, maxLexemes)
	case query.Candidates > value.MaxRows:
		return nil, value.Invalid("sql: a hybrid search with %d candidates: give it at most %d", query.Candidates, value.MaxRows)
	case query.Candidates < 0 || query.RankConstant < 0:
		return nil, value.Invalid("sql: a hybrid search with %d candidates and the rank constant %d: neither may be negative",
			query.Candidates, query.RankConstant)
	}
	candidates := max(cmp.Or(query.Candidates, min(max(5*query.Limit, 50), value.MaxRows)), query.Limit)
	lists := make([][]uuid.UUID, 0, 2)
	if len(query.Vector) > 0 {
		near, err := d.nearestIDs(ctx, query.MemorySearch, candidates)
		if err != nil {
			return nil, err
		}
		lists = append(lists, near)
	}
	if words {
		found, err := d.searchText(ctx, query, candidates)
		if err != nil {
			return nil, err
		}
		lists = append(lists, found)
		if pairs := search.Pairs(query.Text); len(pairs) > 0 {
			parts, err := d.searchUnspaced(ctx, query, pairs, candidates)
			if err != nil {
				return nil, err
			}
			lists = append(lists, parts)
		}
	}
	fused := fuse(lists, cmp.Or(query.RankConstant, 60))
	return d.fetchHits(ctx, fused[:min(len(fused), query.Limit)], query.Vector)
}

// nearestIDs returns the ids of the memories nearest to the vector of a search.
func (d *Database) nearestIDs(ctx context.Context, query core.MemorySearch, count int) ([]uuid.UUID, error) {
	if err := search.CheckDirection(query.Vector); err != nil {
		return nil, err
	}
	n := search.Query{Filter: filterOf(query), Vector: query.Vector, Limit: count}
	hits, err := search.Nearest(ctx, d.driver, d.planner, n, search.IDs)
	if err != nil {
		return nil, pgtx.Explain("could not search memories", err)
	}
	if len(hits) == 0 {
		return nil, d.checkDimension(ctx, query.AgentID, len(query.Vector))
	}
	var ids []uuid.UUID
	for _, h := range hits {
		if query.Threshold > 0 && 1-h.Distance < query.Threshold {
			break
		}
		ids = append(ids, h.ID)
	}
	return ids, nil
}

// fuse merges lists by reciprocal rank fusion (Cormack, Clarke and Büttcher,
// 2009): the score of a memory is the sum of 1/(k + rank) over the lists that
// contain it. Equal scores are ordered by id.
func fuse(lists [][]uuid.UUID, k int) []uuid.UUID {
	scores := map[uuid.UUID]float64{}
	for _, list := range lists {
		for rank, id := range list {
			scores[id] += 1 / float64(k+rank+1)
		}
	}
	return slices.SortedFunc(maps.Keys(scores), func(a, b uuid.UUID) int {
		return cmp.Or(cmp.Compare(scores[b], scores[a]), slices.Compare(a[:], b[:]))
	})
}

// fetchHits reads memories in the order of ids, with their similarity to the
// vector, if there is one. Memories that were deleted in between are omitted.
func (d *Database) fetchHits(ctx context.Context, ids []uuid.UUID, vector []float32) ([]*core.Memory, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var c search.Conditions
	distance := "NULL::float8"
	if len(vector) > 0 {
		t := search.Query{Vector: vector}.Target(&c)
		distance = "(SELECT h.distance FROM (" + t.Rerank(t.Candidate()+" FROM public.embeddings e WHERE e.memory_id = m.id") + ") h)"
	}
	found, err := pgtx.Query(ctx, d.driver, "SELECT "+memoryColumns+", "+distance+
		" FROM public.memories m WHERE m.id = ANY("+c.Arg(value.IDTexts(ids))+"::text[]::uuid[])", c.Args,
		func(row pgtx.Scanner) (*core.Memory, error) {
			var distance *float64
			m, err := d.scanMemory(row, &distance)
			if err == nil && distance != nil && !math.IsNaN(*distance) { // that of zeros is no number
				m.Similarity = 1 - *distance
			}
			return m, err
		})
	if err != nil {
		return nil, pgtx.Explain("could not read the memories that a search found", err)
	}
	return orderByID(ids, found, func(m *core.Memory) uuid.UUID { return m.ID }), nil
}

// SetTextConfig implements core.SearchStore.
func (d *Database) SetTextConfig(ctx context.Context, agentID uuid.UUID, config string) error {
	if !slices.Contains(schema.TextConfigs, config) {
		return value.Invalid("sql: there is no text search configuration %s: choose one of %s", value.Quote(config), strings.Join(schema.TextConfigs, ", "))
	}
	what := "could not change the text search of agent " + agentID.String()
	return d.on(d.driver.Unlimited()).InTx(ctx, func(tx core.Database) error {
		t := tx.(*Database)
		// A memory that is being created holds the agent's lock: it is waited
		// for, and later ones see the new configuration.
		if _, err := t.agentVectors(ctx, agentID, "FOR UPDATE"); err != nil {
			return err
		}
		if _, err := pgtx.Exec(ctx, t.driver, `UPDATE public.agents SET text_config = $2::text, updated_at = now()
			WHERE id = $1::uuid`, agentID, config); err != nil {
			return pgtx.Explain(what, err)
		}
		_, err := pgtx.Exec(ctx, t.driver, `UPDATE public.memories SET text_config = $2::text
			WHERE agent_id = $1::uuid AND text_config <> $2::text`, agentID, config)
		return pgtx.Explain(what, err)
	})
}
