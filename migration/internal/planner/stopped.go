package planner

import (
	"context"
	"slices"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
)

// stopAt records what no schema declares and PostgreSQL would refuse the change
// of a column or the end of a table for.
func (p *Planner) stopAt(ctx context.Context, k catalog.Key) error {
	stoppers, err := catalog.StoppersOf(ctx, p.Tx, k)
	if err != nil {
		return err
	}
	for _, s := range stoppers {
		if _, managed := p.Have[s.View]; managed {
			continue // it is dropped before, and created again if it is declared
		}
		if !slices.Contains(p.stopped[p.current], s.Text) {
			p.stopped[p.current] = append(p.stopped[p.current], s.Text)
		}
	}
	return nil
}

// RefuseStopped refuses a change that PostgreSQL would refuse because of objects
// that no schema declares, and that Plan has found.
func (p *Planner) RefuseStopped(c *Change) bool {
	list := p.stopped[c.Difference.Key]
	if len(list) == 0 || c.Refused {
		return false
	}
	c.NoForce, c.Refused = true, true
	depends, it := "depends", "it"
	if len(list) > 1 {
		depends, it = "depend", "them"
	}
	c.Hint = strings.Join(list, " and ") + " " + depends + " on it, and no schema declares " + it + ": drop " + it + ", start again, and create " + it + " again"
	return true
}
