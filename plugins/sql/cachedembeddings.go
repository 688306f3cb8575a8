package sql

import (
	"cmp"
	"context"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// Distances are computed here: the server's levenshtein() is in an extension
// that not every server has, and fails on texts above 255 characters. Only
// texts of a similar length are sent.
const nearTextsSQL = `SELECT m.id, m.content ->> $3 AS text
FROM public.memories m
WHERE m.agent_id = $1 AND m.type = $2
	AND char_length(m.content ->> $3) BETWEEN $4 AND $5
	AND EXISTS (SELECT FROM public.embeddings e WHERE e.memory_id = m.id)
ORDER BY m.created_at DESC, m.id DESC`

const sameTextsSQL = `SELECT m.id, $4 AS text
FROM public.memories m
WHERE m.agent_id = $1 AND m.type = $2 AND m.content ->> $3 = $4
	AND EXISTS (SELECT FROM public.embeddings e WHERE e.memory_id = m.id)
ORDER BY m.created_at DESC, m.id DESC
LIMIT $5`

// CachedEmbeddings implements core.CachedEmbeddingStore.
func (d *Database) CachedEmbeddings(ctx context.Context, query core.CachedEmbeddingQuery) ([]core.CachedEmbedding, error) {
	err := value.Required(value.IDField("CachedEmbeddingQuery.AgentID", query.AgentID),
		value.TextField("CachedEmbeddingQuery.Type", query.Type), value.TextField("CachedEmbeddingQuery.Text", query.Text))
	if err != nil {
		return nil, err
	}
	if query.MaxDistance < 0 {
		return nil, value.Invalid("sql: CachedEmbeddingQuery.MaxDistance is %d: it may not be negative", query.MaxDistance)
	}
	if err := value.CheckPage("cached embeddings", &query.Limit, 0, 10); err != nil {
		return nil, err
	}
	// No text is longer, and sums with it fit into PostgreSQL's integer.
	query.MaxDistance = min(query.MaxDistance, math.MaxInt32/2)
	query.Text, query.Field = value.SanitizeText(query.Text), cmp.Or(query.Field, "text")
	found, err := d.nearTexts(ctx, query)
	if err != nil {
		return nil, pgtx.Explain("could not look for embeddings of a text", err)
	}
	return d.withVectors(ctx, found)
}

// nearTexts returns the memories with similar texts, without their vectors.
func (d *Database) nearTexts(ctx context.Context, query core.CachedEmbeddingQuery) ([]core.CachedEmbedding, error) {
	want := []rune(query.Text)
	statement, args := sameTextsSQL, []any{query.AgentID, query.Type, query.Field, query.Text, query.Limit}
	if query.MaxDistance > 0 {
		statement = nearTextsSQL
		args = []any{query.AgentID, query.Type, query.Field, len(want) - query.MaxDistance, len(want) + query.MaxDistance}
	}
	found, err := pgtx.Query(ctx, d.driver, statement, args, func(row pgtx.Scanner) (hit core.CachedEmbedding, err error) {
		var text string
		if err := row.Scan(&hit.MemoryID, &text); err != nil {
			return hit, err
		}
		hit.Distance = levenshtein(ctx, want, text, query.MaxDistance)
		return hit, ctx.Err()
	})
	found = slices.DeleteFunc(value.List(found), func(hit core.CachedEmbedding) bool { return hit.Distance > query.MaxDistance })
	// Equal distances keep the newest first.
	slices.SortStableFunc(found, func(a, b core.CachedEmbedding) int { return cmp.Compare(a.Distance, b.Distance) })
	return found[:min(query.Limit, len(found))], err
}

// withVectors adds the vectors of the memories.
func (d *Database) withVectors(ctx context.Context, found []core.CachedEmbedding) ([]core.CachedEmbedding, error) {
	if len(found) == 0 {
		return found, nil
	}
	ids := make([]uuid.UUID, len(found))
	for i, hit := range found {
		ids[i] = hit.MemoryID
	}
	memories, err := d.MemoriesByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	vectors := map[uuid.UUID][]float32{}
	for _, m := range memories {
		vectors[m.ID] = m.Embedding
	}
	for i := range found {
		found[i].Vector = vectors[found[i].MemoryID]
	}
	// A memory that was deleted in between has no vector.
	return slices.DeleteFunc(found, func(hit core.CachedEmbedding) bool { return hit.Vector == nil }), nil
}

// levenshtein returns the number of characters to add, remove or replace to
// turn one text into the other (Wagner and Fischer, 1974), or most + 1 if it is
// above most: only cells that near to the diagonal are computed. If ctx ends
// during a long comparison, the result is most + 1.
func levenshtein(ctx context.Context, a []rune, other string, most int) int {
	length := utf8.RuneCountInString(other)
	if abs(len(a)-length) > most {
		return most + 1
	}
	row := make([]int, len(a)+1) // of the characters of other so far
	for i := range row {
		row[i] = i
	}
	j := 0
	for _, c := range other {
		if j++; j%64 == 0 && ctx.Err() != nil {
			return most + 1
		}
		first, last := max(1, j-most), min(len(a), j+most)
		diagonal := row[first-1]
		row[first-1] = most + 1
		if first == 1 {
			row[0] = j
		}
		best := row[first-1]
		for i := first; i <= last; i++ {
			above := most + 1 // outside of the band
			if i < j+most {
				above = row[i]
			}
			cost := diagonal
			if a[i-1] != c {
				cost = 1 + min(diagonal, above, row[i-1])
			}
			diagonal, row[i] = row[i], cost
			best = min(best, cost)
		}
		if best > most {
			return most + 1
		}
	}
	return min(row[len(a)], most+1)
}

func abs(n int) int { return max(n, -n) }
