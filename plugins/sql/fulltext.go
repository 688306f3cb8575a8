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

// A full-text search ranks memories by how many of the words they contain. The
// index knows the memories of each word, but not the number of words of a
// memory; and parsing the text of a memory takes longer than everything else.
// So the postings of each word are read from the index, and counted by memory.
//
// The postings of a word that nearly every memory contains would be as long as
// the table. So they are cut at a length, and a word that reaches it is common.
// A memory with any rare word is in the complete postings of that word; its
// common words are looked up in the index for just those memories. Of the
// memories with common words alone, those with all of them are found. So the
// number of words is exact, except for memories with some of the common words,
// not all, and no rare one.
//
// Texts are stored as they came, with é as one character or as two (Unicode's
// NFC and NFD), and the index has them so. A word is searched for in both
// spellings.
//
// core.HybridSearch promises this in numbers.
const (
	// maxLexemes is the number of different words that are searched for.
	maxLexemes = 32
	// maxPostings is the number of postings of all words together.
	maxPostings = 10_000
	// maxRanked is the number of memories whose text is parsed for ranking.
	maxRanked = 200
	// maxTextBytes is the longest text, in bytes. PostgreSQL takes about a
	// megabyte of words, and makes several of a hyphenated word or a URL.
	maxTextBytes = 200_000
)

// searchText returns the ids of memories that match the words, the best first.
func (d *Database) searchText(ctx context.Context, query core.HybridSearch, limit int) ([]uuid.UUID, error) {
	statement, args, err := textSearchSQL(query, limit)
	if err != nil {
		return nil, pgtx.Explain("could not search memories", err)
	}
	found, err := pgtx.QueryWith(ctx, d.driver, pgtx.Settings{Statement: textSearchSettings}, statement, args, pgtx.ScanOne[uuid.UUID])
	return found, pgtx.Explain("could not search memories by their words", err)
}

// maxUnspaced is the number of memories, the newest, that are searched for words
// without spaces around them. No index has those.
const maxUnspaced = 10_000

// maxUnspacedText is the number of characters of each that are looked at.
const maxUnspacedText = 10_000

// searchUnspaced returns the ids of memories with more than half of the pairs of
// characters, those with most of them first.
func (d *Database) searchUnspaced(ctx context.Context, query core.HybridSearch, pairs []string, limit int) ([]uuid.UUID, error) {
	filter := filterOf(query.MemorySearch)
	var c search.Conditions
	c.FilterShared("m", &filter)
	if err := c.FilterMemory(&filter); err != nil {
		return nil, pgtx.Explain("could not search memories", err)
	}
	statement := `
SELECT id FROM (
	SELECT id, created_at, (SELECT count(*) FROM unnest(` + c.Arg(pairs) + `::text[]) pair WHERE strpos(text, pair) > 0) AS has
	FROM (
		SELECT m.id, m.created_at, normalize(left(m.content ->> 'text', ` + fmt.Sprint(maxUnspacedText) + `), NFC) AS text
		FROM public.memories m WHERE ` + c.String() + `
		ORDER BY m.created_at DESC, m.id DESC LIMIT ` + fmt.Sprint(maxUnspaced) + `
	) newest WHERE text IS NOT NULL
) counted WHERE 2 * has > ` + c.Arg(len(pairs)) + `::int
ORDER BY has DESC, created_at DESC, id DESC LIMIT ` + c.Arg(limit) + `::bigint`
	found, err := pgtx.Query(ctx, d.driver, statement, c.Args, pgtx.ScanOne[uuid.UUID])
	return found, pgtx.Explain("could not search memories by parts of their words", err)
}

// textSearchSettings disable JIT compilation of the statement, which names each
// text configuration many times: to compile it would take longer than to run
// it.
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
	// OFFSET 0 keeps PostgreSQL from evaluating the filter first, which it does
	// before the table is analyzed, and from parsing the text of every memory
	// of the agent, which took seconds for 50,000. Its cost is that other
	// agents' memories with the word are skipped one by one.
	having := func(words, limit string) string {
		return "SELECT m.id FROM (SELECT m.* FROM public.memories m WHERE " + vector + " @@ " + words + " OFFSET 0) m WHERE " +
			c.String() + limit
	}
	// Each lexeme is a quoted result of to_tsvector. Its precomposed and its
	// decomposed spelling count as one word.
	return fmt.Sprintf(`
WITH words AS MATERIALIZED (
	SELECT n, CASE WHEN apart = word THEN word::tsquery ELSE word::tsquery || apart::tsquery END AS word FROM (
		SELECT row_number() OVER () AS n, %[11]s AS word, %[12]s AS apart
		FROM (SELECT lexeme FROM unnest(to_tsvector(%[1]s, normalize(%[2]s::text, NFC))) ORDER BY positions[1], lexeme LIMIT %[3]d) lexemes
	) spelled
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
		string_agg('(' || word::text || ')', ' & ') FILTER (WHERE n IN (SELECT n FROM common))::tsquery AS all_common
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
		maxRanked, vector, quotedLexeme("lexeme"), quotedLexeme("normalize(lexeme, NFD)")), c.Args, nil
}

// quotedLexeme returns SQL that quotes a lexeme for a tsquery.
func quotedLexeme(lexeme string) string {
	return `'''' || replace(replace(` + lexeme + `, '\', '\\'), '''', '''''') || ''''`
}
