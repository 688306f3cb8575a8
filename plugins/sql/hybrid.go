package sql

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent/schema"
)

// HybridSearchMemories implements core.SearchStore.
func (d *Database) HybridSearchMemories(ctx context.Context, search core.HybridSearch) ([]*core.Memory, error) {
	if err := checkSearch(&search.MemorySearch); err != nil {
		return nil, err
	}
	words := strings.TrimSpace(search.Text) != ""
	switch {
	case !words && len(search.Vector) == 0:
		return nil, errors.New("sql: a hybrid search has neither Text nor Vector: give it one of them")
	case search.Candidates < 0 || search.RankConstant < 0:
		return nil, fmt.Errorf("sql: a hybrid search with %d candidates and the rank constant %d: neither may be negative",
			search.Candidates, search.RankConstant)
	}
	candidates := cmp.Or(search.Candidates, max(5*search.Limit, 50))
	lists := make([][]*core.Memory, 0, 2)
	if len(search.Vector) > 0 {
		near := search.MemorySearch
		near.Limit = max(candidates, search.Limit)
		found, err := d.SearchMemories(ctx, near)
		if err != nil {
			return nil, err
		}
		lists = append(lists, found)
	}
	if words {
		found, err := d.searchText(ctx, search, max(candidates, search.Limit))
		if err != nil {
			return nil, err
		}
		lists = append(lists, found)
	}
	fused := fuse(lists, cmp.Or(search.RankConstant, 60))
	return fused[:min(len(fused), search.Limit)], nil
}

// fuse joins lists by reciprocal rank fusion (Cormack, Clarke and Büttcher,
// 2009): a memory's score is the sum of 1/(k + rank) over the lists that have
// it. Equal scores go by id.
func fuse(lists [][]*core.Memory, k int) []*core.Memory {
	scores := map[uuid.UUID]float64{}
	var all []*core.Memory
	for _, list := range lists {
		for rank, m := range list {
			if _, seen := scores[m.ID]; !seen {
				all = append(all, m) // the vector's list is first, and knows the similarity
			}
			scores[m.ID] += 1 / float64(k+rank+1)
		}
	}
	slices.SortFunc(all, func(a, b *core.Memory) int {
		return cmp.Or(cmp.Compare(scores[b.ID], scores[a.ID]), slices.Compare(a.ID[:], b.ID[:]))
	})
	return all
}

// rankedAtMost is how many memories with the words are ranked: a rank takes the
// text apart anew. Those with all words go before those with some.
const rankedAtMost = 1000

// searchText finds memories by their words, the best first.
func (d *Database) searchText(ctx context.Context, search core.HybridSearch, limit int) ([]*core.Memory, error) {
	filter := filterOf(search.MemorySearch)
	var c conditions
	text := c.arg(storableText(search.Text))
	config := "(SELECT text_config::regconfig FROM public.agents WHERE id = " + c.arg(filter.agent) + "::uuid)"
	c.narrow("m", &filter)
	if err := c.broad(&filter); err != nil {
		return nil, explain("could not search memories", err)
	}
	// Any of the words is enough: the lexemes of the query joined by |. Each is
	// one that to_tsvector made, and quoted.
	query := fmt.Sprintf(`
WITH lexemes AS MATERIALIZED (
	SELECT array_agg('''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || '''') AS list
	FROM unnest(tsvector_to_array(to_tsvector(%[1]s, %[2]s::text))) AS lexeme
), words AS MATERIALIZED (
	SELECT array_to_string(list, ' & ')::tsquery AS all_of, array_to_string(list, ' | ')::tsquery AS any_of FROM lexemes
), hits AS MATERIALIZED (
	(SELECT m.id FROM public.memories m WHERE %[3]s AND %[4]s @@ (SELECT all_of FROM words) LIMIT %[5]d)
	UNION
	(SELECT m.id FROM public.memories m WHERE %[3]s AND %[4]s @@ (SELECT any_of FROM words) LIMIT %[5]d)
)
SELECT %[6]s FROM hits JOIN public.memories m USING (id)
ORDER BY ts_rank_cd(%[4]s, (SELECT any_of FROM words), 1) DESC, m.id LIMIT %[7]s::bigint`,
		config, text, c.sql.String(), schema.TextVector("m.content", "m.text_config"), rankedAtMost, memoryColumns, c.arg(limit))
	found, err := collect(ctx, d.driver, query, c.args, func(row scanner) (*core.Memory, error) { return scanMemory(row) })
	return found, explain("could not search memories by their words", err)
}

// SetTextConfig implements core.SearchStore.
func (d *Database) SetTextConfig(ctx context.Context, agentID uuid.UUID, config string) error {
	if !slices.Contains(schema.TextConfigs, config) {
		return fmt.Errorf("sql: there is no text search configuration %s: choose one of %s", quoted(config), strings.Join(schema.TextConfigs, ", "))
	}
	what := "could not change the text search of agent " + agentID.String()
	return d.InTx(ctx, func(tx core.Database) error {
		t := tx.(*Database)
		// Memories that are being created have the agent's lock: they are
		// waited for, and those that come see the new configuration.
		if _, err := t.agentVectors(ctx, agentID, "FOR UPDATE"); err != nil {
			return err
		}
		if _, err := t.driver.write(ctx, `UPDATE public.agents SET text_config = $2::text, updated_at = now()
			WHERE id = $1::uuid`, agentID, config); err != nil {
			return explain(what, err)
		}
		_, err := t.driver.write(ctx, `UPDATE public.memories SET text_config = $2::text
			WHERE agent_id = $1::uuid AND text_config <> $2::text`, agentID, config)
		return explain(what, err)
	})
}
