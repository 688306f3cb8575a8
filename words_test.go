package elizago_test

import (
	"fmt"
	"go/scanner"
	"go/token"
	"os"
	"os/exec"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// word is a word that the project does not use in this sense, and what it says
// instead. Where a word has another sense too, the pattern, in or except says
// so.
type word struct {
	pattern string // as a whole word, in lower or upper case
	say     string
	in      string // folders, by their beginning, separated by spaces; empty: everywhere
	// except is taken out of a text before it is searched.
	except string
	// names searches identifiers as well, part by part: surplusKeys has surplus.
	names bool
}

// search are the folders that speak of searches and their indexes, and schemas
// those that speak of who owns a table.
const (
	search  = "plugins/sql ent/schema bench docs README CHANGELOG core runtime/cli"
	schemas = "migration cmd/entgen docs/ README CHANGELOG plugins/preferences runtime/cli"
)

// words are the words that were replaced by the field's. Names that are stored
// in databases or printed as JSON stay: the column embeddings.sketch, the index
// idx_embeddings_fresh, the keys unit, stake and foreign, the kinds missing,
// surplus and foreign.
var words = []word{
	// Search.
	{pattern: `graphs?`, say: "HNSW index", in: search, except: `(fx|dependency|object)(.s)? graphs?`},
	{pattern: `fresh`, say: "not yet indexed, new", names: true},
	{pattern: `walk(s|ed|ing)?`, say: "index scan, scan", in: search},
	{pattern: `rungs?|ladders?`, say: "ef_search candidates", names: true},
	{pattern: `surveys?|trials?`, say: "calibration", names: true},
	{pattern: `sketch(es)?`, say: "prefix vector", except: `(embeddings|e)\.sketch|\bsketch (column|IS)|sketch +prefix vector|"sketch"`},
	{pattern: `(to|be) unlike|unlike (it|them|each other)`, say: "duplicate check"},
	{pattern: `lanes?`, say: "in-flight flushes", names: true},

	// Processes and transactions.
	{pattern: `broods?`, say: "children", names: true},
	{pattern: `(take|takes|taken|taking|took)( \w+)? back`, say: "rolled back, reverted"},
	{pattern: `switch(es|ed|ing)? over`, say: "cut over"},

	// Migration.
	{pattern: `stakes?`, say: "impact, affected rows", except: "[`\"]stake[`\"]|plan\\.Change\\.Stake", names: true},
	{pattern: `surplus`, say: "removed", except: "[`\"]surplus[`\"]", names: true},
	{pattern: `missing (or|and|nor) surplus`, say: "added or removed"},
	{pattern: `foreign`, say: "unmanaged", except: "foreign (keys?|tables?|data)|foreign$|[`\"]foreign[`\"]|plan\\.Plan\\.Foreign"},
	{pattern: `strangers?`, say: "unmanaged; another agent, another client", names: true},
	{pattern: `authors?'?s? words`, say: "declared DDL"},
	{pattern: `catalogues?`, say: "catalog", names: true},
	{pattern: `units?`, say: "schema owner", in: schemas, except: "unit (tests?|vectors?|of measurement)|(?-i:\\bUnits?\\b)|unit\\.go|[`\"]units?[`\"]"},
	{pattern: `extras`, say: "annotations", in: "migration cmd/entgen docs/ core/schema plugins/preferences", except: `extras\.go|"extras"|entpg\.(Table|Column)Extras|core\.Schema\.Extras`},

	// Everywhere.
	{pattern: `mend(s|ed|ing)?`, say: "fix", names: true},
	{pattern: `nobody`, say: "no one, no client, not ...", except: `"nobody"|'nobody'|user nobody|PGUSER=nobody`},
	{pattern: `somebody`, say: "a user, another session, ... or the passive", except: `"Somebody"`},
	{pattern: `whoever`, say: "the caller, the author, any process that ..."},
	{pattern: `anew`, say: "again, from scratch"},
	{pattern: `tells?`, say: "reports, returns, shows, distinguishes", in: "atlas.hcl bench cmd core docs/ ent internal migration plugins/bootstrap plugins/preferences plugins/sql runtime scripts"},
}

// finding is a place with a word.
type finding struct {
	file string
	line int
	word string
	say  string
}

func (f finding) String() string {
	return fmt.Sprintf("%s:%d: %q: say %q", f.file, f.line, f.word, f.say)
}

// compiled holds the patterns of words.
var compiled = func() (all []struct{ pattern, except *regexp.Regexp }) {
	for _, w := range words {
		c := struct{ pattern, except *regexp.Regexp }{pattern: regexp.MustCompile(`(?i)\b(` + w.pattern + `)\b`)}
		if w.except != "" {
			c.except = regexp.MustCompile(`(?i)` + w.except)
		}
		all = append(all, c)
	}
	return all
}()

// within reports whether a file is in one of the folders.
func within(file, folders string) bool {
	for _, folder := range strings.Fields(folders) {
		if strings.HasPrefix(file, folder) {
			return true
		}
	}
	return folders == ""
}

// findWords returns the words in a piece of a file's text that begins at a
// line.
func findWords(file string, line int, text string, name bool) (found []finding) {
	for i, w := range words {
		if name && !w.names || !within(file, w.in) {
			continue
		}
		for n, row := range strings.Split(text, "\n") {
			if compiled[i].except != nil && !name {
				row = compiled[i].except.ReplaceAllString(row, "")
			}
			for _, match := range compiled[i].pattern.FindAllString(row, -1) {
				found = append(found, finding{file, line + n, match, w.say})
			}
		}
	}
	return found
}

// camel finds the ends of the parts of an identifier.
var camel = regexp.MustCompile(`([a-z0-9])([A-Z])|_`)

// findInGo returns the words in the comments, messages and identifiers of Go
// source. A string is a message if it has a space and is no SQL.
func findInGo(file string, source []byte) (found []finding) {
	var s scanner.Scanner
	set := token.NewFileSet()
	f := set.AddFile(file, set.Base(), len(source))
	s.Init(f, source, nil, scanner.ScanComments)
	for {
		pos, tok, text := s.Scan()
		line := f.Line(pos)
		switch tok {
		case token.EOF:
			return found
		case token.COMMENT:
			found = append(found, findWords(file, line, text, false)...)
		case token.STRING:
			// The English that plugins/classic reads and writes is its own.
			if strings.Contains(text, " ") && !strings.HasPrefix(file, "plugins/classic/") && !sqlText.MatchString(text) {
				found = append(found, findWords(file, line, text, false)...)
			}
		case token.IDENT:
			found = append(found, findWords(file, line, camel.ReplaceAllString(text, "$1 $2"), true)...)
		default:
		}
	}
}

// sqlText recognises a statement in a string.
var sqlText = regexp.MustCompile(`\b(SELECT|INSERT|UPDATE|DELETE|ALTER|CREATE|DROP|SET|WITH|FROM|WHERE)\b`)

// handWritten returns the tracked files that people write: no generated
// clients, and no recorded input of tests.
func handWritten(t *testing.T) (files []string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "git", "ls-files").Output()
	require.NoError(t, err, "the files are listed by git")
	for file := range strings.Lines(string(out)) {
		file = strings.TrimSpace(file)
		generated, _ := path.Match("plugins/*/ent", path.Dir(file))
		switch {
		case strings.HasPrefix(file, "ent/") && !strings.HasPrefix(file, "ent/schema/"),
			generated, strings.Contains(file, "/ent/"), file == "words_test.go":
			continue
		}
		switch path.Ext(file) {
		case ".go", ".md", ".sh", ".txtar", ".hcl", ".yml", ".example":
			files = append(files, file)
		case "":
			if path.Base(file) == "Makefile" || strings.HasPrefix(file, ".ci/") {
				files = append(files, file)
			}
		}
	}
	return files
}

// The vocabulary holds in comments, docs, errors, log lines and names.
func TestWords(t *testing.T) {
	t.Parallel()
	for _, file := range handWritten(t) {
		source, err := os.ReadFile(file)
		if os.IsNotExist(err) {
			continue // deleted, and not committed yet
		}
		require.NoError(t, err)
		find := func(file string, source []byte) []finding { return findWords(file, 1, string(source), false) }
		if path.Ext(file) == ".go" {
			find = findInGo
		}
		for _, f := range find(file, source) {
			t.Error(f)
		}
	}
}

func TestWordsAreFound(t *testing.T) {
	t.Parallel()
	const source = `package p

// nobody walks the graph; a foreign key and filepath.WalkDir are fine
var surplusKeys = errors.New("the catalogue is fresh")
const query = "SELECT fresh FROM embeddings"
`
	var got []string
	for _, f := range findInGo("plugins/sql/p.go", []byte(source)) {
		got = append(got, f.String())
	}
	require.ElementsMatch(t, []string{
		`plugins/sql/p.go:3: "nobody": say "no one, no client, not ..."`,
		`plugins/sql/p.go:3: "walks": say "index scan, scan"`,
		`plugins/sql/p.go:3: "graph": say "HNSW index"`,
		`plugins/sql/p.go:4: "surplus": say "removed"`,
		`plugins/sql/p.go:4: "catalogue": say "catalog"`,
		`plugins/sql/p.go:4: "fresh": say "not yet indexed, new"`,
	}, got)
	require.Empty(t, findInGo("runtime/p.go", []byte("package p // the graph of fx")))
	require.Len(t, findWords("docs/x.md", 7, "a table of another unit\n", false), 1)
}
