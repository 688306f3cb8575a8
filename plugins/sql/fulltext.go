package sql

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent/schema"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/search"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// A search by words ranks memories by how many of the words they have. The
// index knows for each word which memories have it, but not how many words a
// memory has; and to take apart the text of a memory takes longer than all else.
// So the memories of each word are listed, and the lists are counted.
//
// A list of a word that nearly every memory has would be as long as the table.
// So lists are cut: a word whose list is, is common. A memory with any word that
// is not common is in the list of that one, which is whole; which common words
// it has, too, is asked of the index for just those memories. Of memories with
// common words alone, those with all of them are asked for. So the number of
// words is exact but for memories that have some of the common words, not all,
// and no other.
//
// In numbers these are promised by core.HybridSearch.
const (
	// maxLexemes is how many different words are searched for.
	maxLexemes = 32
	// maxPostings is how many memories the lists of all words have together.
	maxPostings = 10_000
	// maxRanked is how many memories have their text taken apart.
	maxRanked = 200
	// maxTextBytes is the longest text, in bytes. PostgreSQL takes about a
	// megabyte of words, and makes several of what has a hyphen or is a URL.
	maxTextBytes = 200_000
)

// searchText finds memories by their words, the best first.
func (d *Database) searchText(ctx context.Context, query core.HybridSearch, limit int) ([]uuid.UUID, error) {
	statement, args, err := textSearchSQL(query, limit)
	if err != nil {
		return nil, pgtx.Explain("could not search memories", err)
	}
	found, err := pgtx.QueryWith(ctx, d.driver, pgtx.Settings{Statement: textSearchSettings}, statement, args, pgtx.ScanOne[uuid.UUID])
	return found, pgtx.Explain("could not search memories by their words", err)
}

// textSearchSettings keep PostgreSQL from compiling the statement, which names each
// text configuration many times: that would take longer than to run it.
const textSearchSettings = `SELECT set_config('jit', 'off', true)`

func textSearchSQL(query core.HybridSearch, limit int) (string, []any, error) {
	filter := filterOf(query.MemorySearch)
	var c search.Conditions
	text := c.Arg(value.SanitizeText(query.Text))
	config := "(SELECT text_config::regconfig FROM public.agents WHERE id = " + c.Arg(filter.Agent) + "::uuid)"
	most := c.Arg(limit) + "::bigint"
	c.FilterShared("m", &filter)
	if err := c.FilterMemory(&filter); err != nil {
		return "", nil, err
	}
	vector := schema.TextVector("m.content", "m.text_config")
	// OFFSET 0 keeps the planner from looking at the filter first, which it does
	// where it has not counted the agent's memories yet, and from taking apart
	// the text of each of them then, which took seconds of 50,000. What it costs
	// is that other agents' memories with the word are stepped over.
	having := func(words, limit string) string {
		return "SELECT m.id FROM (SELECT m.* FROM public.memories m WHERE " + vector + " @@ " + words + " OFFSET 0) m WHERE " +
			c.String() + limit
	}
	// Each lexeme is one that to_tsvector made, and quoted.
	return fmt.Sprintf(`
WITH words AS MATERIALIZED (
	SELECT row_number() OVER () AS n, ('''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || '''')::tsquery AS word
	FROM (SELECT lexeme FROM unnest(to_tsvector(%[1]s, %[2]s::text)) ORDER BY positions[1], lexeme LIMIT %[3]d) lexemes
), longest AS MATERIALIZED (
	SELECT greatest(%[4]s, %[5]d / greatest(count(*), 1)) AS list FROM words
), found AS MATERIALIZED (
	SELECT w.n, m.id FROM words w CROSS JOIN LATERAL (%[6]s) m
), common AS MATERIALIZED (
	SELECT n, word FROM words JOIN (
		SELECT n FROM found GROUP BY n HAVING count(*) > (SELECT list FROM longest)
	) cut USING (n)
), queries AS MATERIALIZED (
	SELECT string_agg(word::text, ' | ')::tsquery AS any_of,
		string_agg(word::text, ' | ') FILTER (WHERE n NOT IN (SELECT n FROM common))::tsquery AS any_rare,
		string_agg(word::text, ' & ') FILTER (WHERE n IN (SELECT n FROM common))::tsquery AS all_common
	FROM words
), hits AS MATERIALIZED (
	SELECT id FROM (
		SELECT n, id FROM found
		UNION
		SELECT c.n, m.id FROM common c CROSS JOIN LATERAL (%[7]s) m
		UNION
		SELECT c.n, m.id FROM common c CROSS JOIN (%[8]s) m
		WHERE (SELECT count(*) FROM common) > 1
	) counted GROUP BY id ORDER BY count(*) DESC, id DESC LIMIT greatest(%[4]s, %[9]d)
)
SELECT m.id FROM hits JOIN public.memories m USING (id) CROSS JOIN LATERAL (SELECT %[10]s AS vector OFFSET 0) t
ORDER BY (SELECT count(*) FROM words WHERE t.vector @@ word) DESC,
	ts_rank_cd(t.vector, (SELECT any_of FROM queries), 1) DESC, m.id LIMIT %[4]s`,
		config, text, maxLexemes, most, maxPostings,
		having("w.word", " LIMIT (SELECT list + 1 FROM longest)"),
		having("((SELECT any_rare FROM queries) && c.word)", ""),
		having("(SELECT all_common FROM queries)", " LIMIT (SELECT list FROM longest)"),
		maxRanked, vector), c.Args, nil
}
