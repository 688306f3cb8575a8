package migration

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/planner"
	"github.com/elizago/elizago/migration/plan"
)

// adoption says what it takes to adopt an existing table that no recorded run has
// created: it becomes the schema owner's, with all that it lacks.
type adoption struct {
	// free reports that it lacks only what can be added without an effect on its
	// rows or on the other program that may use it.
	free bool
	// blocked reports that its rows do not allow it, even with force.
	blocked bool
	// differences are the first changes that it takes, in words.
	differences string
}

// mostDifferences is the number of differences of a table that a message names.
const mostDifferences = 5

// adoptions returns the adoption of each table that is listed as unmanaged.
//
// A table with columns or other objects that no schema declares is another
// program's, and is not free.
func (r *run) adoptions(ctx context.Context, diffs []catalog.Difference, renamed map[catalog.Key]bool, unmanaged []catalog.Key) (map[catalog.Key]adoption, error) {
	out := make(map[catalog.Key]adoption)
	for _, d := range diffs {
		if d.Aspect != catalog.Unmanaged || d.Key.Kind != catalog.Table {
			continue
		}
		if d.Have.Def[0] != d.Want.Def[0] {
			out[d.Key] = adoption{} // it is no table, and the change says so
			continue
		}
		theirs := slices.ContainsFunc(unmanaged, func(k catalog.Key) bool { return k.TableKey() == d.Key })
		a := adoption{free: !renamed[d.Key] && !theirs}
		var words []string
		for _, o := range diffs {
			if o.Key.TableKey() != d.Key || o.Aspect == catalog.Unmanaged {
				continue
			}
			c, err := r.planner.Classify(ctx, "", o)
			if err != nil {
				return nil, err
			}
			a.free = a.free && o.Aspect == catalog.Added && c.Class == plan.Safe
			a.blocked = a.blocked || planner.Refuses(c, true)
			words = append(words, c.String())
		}
		if n := len(words); n > mostDifferences {
			words = append(words[:mostDifferences], fmt.Sprintf("and %d more", n-mostDifferences))
		}
		a.differences = strings.Join(words, ", ")
		out[d.Key] = a
	}
	return out, nil
}

// complete completes the change that adopts a table.
func (a adoption) complete(c *planner.Change) {
	switch {
	case c.NoForce:
		return
	case a.free:
		c.Class, c.Impact = plan.Safe, ""
	case a.blocked:
		c.NoForce = true
		c.Hint = "rename it, if it is another program's, and start again, as its rows do not allow the difference"
	default:
		c.Hint = "rename it, if it is another program's"
	}
	if a.differences != "" {
		c.To = "with the differences: " + a.differences
	}
}
