package surroundings

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/require"
)

// works is the result of a step that succeeds.
const works = "works"

// result is what the steps of one row did.
type result struct {
	group, name                          string
	migrate, start, search, doctor, dump string
	refused                              string
}

// results are those of the rows that ran.
type results struct {
	mu  sync.Mutex
	all []*result
}

func (r *results) add(group string, of row) *result {
	r.mu.Lock()
	defer r.mu.Unlock()
	one := &result{group: group, name: of.name, migrate: "-", start: "-", search: "-", doctor: "-", dump: "-"}
	r.all = append(r.all, one)
	return one
}

// String prints them in the order of groups.
func (r *results) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "surrounding\tmigrate\tstart\tsearch\tdoctor\tdump\trefused before with")
	for _, g := range groups {
		for _, of := range g.rows {
			for _, one := range r.all {
				if one.group == g.title && one.name == of.name {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", one.name, one.migrate, one.start, one.search, one.doctor, one.dump, one.refused)
				}
			}
		}
	}
	_ = w.Flush() // into memory
	return b.String()
}

const (
	document = "../../docs/deployment.md"
	begins   = "<!-- rows of internal/surroundings: make test-surroundings compares them -->\n"
	ends     = "<!-- end of the rows -->\n"
)

var update = flag.Bool("update", false, "write the rows into docs/deployment.md")

// The document has the rows, with the words that are tested.
func TestDocumentHasTheRows(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(document)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(content), begins)
	require.True(t, found)
	have, after, found := strings.Cut(rest, ends)
	require.True(t, found)
	want := rendered()
	if *update {
		require.NoError(t, os.WriteFile(document, []byte(before+begins+want+ends+after), 0o644))
		return
	}
	require.Equal(t, want, have, "run go test ./internal/surroundings -run TestDocumentHasTheRows -update")
}

// rendered returns the tables of the document.
func rendered() string {
	var b strings.Builder
	for _, g := range groups {
		fmt.Fprintf(&b, "\n### %s\n\n| Surrounding | What happens | What to do |\n|---|---|---|\n", g.title)
		for _, r := range g.rows {
			what, do := works, r.note
			if r.refused != "" {
				what, do = "refused: \""+r.refused+"\"", r.advice
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", cell(r.name), cell(what), cell(do))
		}
	}
	return b.String() + "\n"
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
