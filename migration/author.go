package migration

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/postgres"
	"ariga.io/atlas/sql/schema"

	"github.com/elizago/elizago/migration/entpg"
)

// author writes the statements of one unit, in the author's words.
type author struct {
	unit resolved
	// parameters are the storage parameters by index name, which Atlas's
	// planner does not know.
	parameters map[string]*entpg.Index
}

func newAuthor(u resolved) *author {
	a := &author{unit: u, parameters: map[string]*entpg.Index{}}
	for _, x := range u.Schema.Extras {
		if x, ok := x.(*entpg.Index); ok && len(x.With) > 0 {
			a.parameters[x.Name] = x
		}
	}
	return a
}

// statements plans the changes. namespace is the schema that the statements
// name, which is not the unit's own while its shadow is built.
func (a *author) statements(ctx context.Context, namespace string, changes []schema.Change) ([]Statement, error) {
	if len(changes) == 0 {
		return nil, nil
	}
	plan, err := postgres.DefaultPlan.PlanChanges(ctx, a.unit.Plugin, changes)
	if err != nil {
		return nil, fmt.Errorf("migration: plan the statements of plugin %q: %w", a.unit.Plugin, err)
	}
	out := make([]Statement, 0, len(plan.Changes))
	for _, c := range plan.Changes {
		reverse, err := c.ReverseStmts()
		if err != nil {
			return nil, fmt.Errorf("migration: plan the reverse of %q: %w", c.Cmd, err)
		}
		out = append(out, Statement{
			Unit:    a.unit.Plugin,
			SQL:     a.withParameters(namespace, c),
			Comment: c.Comment,
			Reverse: reverse,
		})
	}
	return out, nil
}

// withParameters puts the storage parameters into a CREATE INDEX. They stand
// between the parts and the predicate.
//
//	CREATE INDEX "i" ON "n"."t" USING hnsw ("v") WITH (ef_construction = 128, m = 32) WHERE v IS NOT NULL
func (a *author) withParameters(namespace string, c *migrate.Change) string {
	for name, x := range a.parameters {
		unique := ""
		if x.Unique {
			unique = "UNIQUE "
		}
		head := fmt.Sprintf("CREATE %sINDEX %s ON %s.%s ", unique, quoted(name), quoted(namespace), quoted(x.Table))
		if !strings.HasPrefix(c.Cmd, head) {
			continue
		}
		keys := make([]string, 0, len(x.With))
		for k := range x.With {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for i, k := range keys {
			keys[i] = fmt.Sprintf("%s = %s", k, x.With[k])
		}
		with := " WITH (" + strings.Join(keys, ", ") + ")"
		if x.Where != "" {
			if i := strings.LastIndex(c.Cmd, " WHERE "+x.Where); i > 0 {
				return c.Cmd[:i] + with + c.Cmd[i:]
			}
			if i := strings.LastIndex(c.Cmd, " WHERE ("+x.Where+")"); i > 0 {
				return c.Cmd[:i] + with + c.Cmd[i:]
			}
		}
		return c.Cmd + with
	}
	return c.Cmd
}

// quoted is a name as SQL takes it, whatever is in it.
func quoted(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// creation are the changes that make all tables of a namespace.
func creation(s *schema.Schema) []schema.Change {
	changes := make([]schema.Change, 0, len(s.Tables))
	for _, t := range s.Tables {
		changes = append(changes, &schema.AddTable{T: t})
	}
	return changes
}
