package planner

import (
	"context"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/plan"
)

// Change is a change with the difference that it comes from.
type Change struct {
	plan.Change
	Difference catalog.Difference

	// always reports that a destructive change needs force even if no rows are
	// affected: another version of the program may still use the object.
	always bool
}

// Certain reports that whether a change is refused does not depend on rows.
func (c *Change) Certain() bool { return c.NoForce || c.Class == plan.Destructive && c.always }

// Classify returns the change that removes a difference, with its kind, its class
// and the rows affected. It does not apply the policy.
func (p *Planner) Classify(ctx context.Context, plugin string, d catalog.Difference) (Change, error) {
	c := Change{Change: plan.Change{Unit: plugin, Object: d.Key.String(), Class: plan.Safe}, Difference: d}
	row := p.kinds[d.Key.Kind]
	var complete func(context.Context, *impact, *Change) error
	switch d.Aspect {
	case catalog.Added:
		c.Kind, c.To, complete = row.changes.added, d.Want.Def, row.added
	case catalog.Removed:
		c.Kind, c.From, complete = row.changes.removed, d.Have.Def, row.removed
	case catalog.Renamed:
		c.Kind, c.Object, c.To = row.changes.renamed, d.Have.String(), d.Key.String()
	case catalog.Unmanaged:
		complete = row.adopted
	default:
		c.Kind, c.From, c.To, complete = row.changes.altered, d.Have.Def, d.Want.Def, row.altered
	}
	if complete == nil {
		return c, nil
	}
	err := complete(ctx, p.impact, &c)
	return c, err
}

// Independent returns the kind of the change that adds an object, and whether the
// object is independent. The objects of a new table are not listed as changes.
func Independent(k catalog.Key) (plan.Kind, bool) {
	return kinds()[k.Kind].changes.added, k.Independent()
}

// affects describes the affected rows, if there are any.
func (c *Change) affects(text string) {
	if c.Rows > 0 {
		c.Impact = text
	}
}
