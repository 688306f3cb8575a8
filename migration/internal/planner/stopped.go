package planner

import (
	"context"
	"slices"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/plan"
)

// stopAt records what no schema declares and PostgreSQL would refuse the change
// of a column or the end of a table for. With rewritten, the table's rows get
// another form.
func (p *Planner) stopAt(ctx context.Context, k catalog.Key, rewritten bool) error {
	stoppers, err := catalog.StoppersOf(ctx, p.Tx, k, rewritten)
	if err != nil {
		return err
	}
	for _, s := range stoppers {
		if p.manages(s.Key) {
			continue // it is dropped before, and created again if it is declared
		}
		if !slices.Contains(p.stopped[p.current], s) {
			p.stopped[p.current] = append(p.stopped[p.current], s)
		}
	}
	return nil
}

// manages reports whether the plan drops an object that is in the way.
func (p *Planner) manages(k catalog.Key) bool {
	if k.Kind == catalog.Column {
		_, wanted := p.Want[k]
		return wanted || p.Owned[k]
	}
	_, ours := p.Have[k]
	return ours
}

// RefuseStopped refuses a change that PostgreSQL would refuse because of objects
// that no schema declares, and that Plan has found.
func (p *Planner) RefuseStopped(c *Change) bool {
	list := p.stopped[c.Difference.Key]
	if len(list) == 0 || c.Refused {
		return false
	}
	c.NoForce, c.Refused, c.Hint = true, true, outOfTheWay(list)
	return true
}

// FindStopped adds to a change that the policy refuses what would be in its way as
// soon as it is allowed, so that what the refusal advises works.
func (p *Planner) FindStopped(ctx context.Context, c *Change) error {
	if !c.Refused || c.NoForce {
		return nil
	}
	k := c.Difference.Key
	p.current = k
	var err error
	switch c.Kind {
	case plan.DropColumn, plan.DropTable:
		err = p.stopAt(ctx, k, false)
	case plan.AlterType, plan.AlterGenerated:
		err = p.stopAt(ctx, k, true)
	}
	if list := p.stopped[k]; len(list) > 0 {
		c.Hint = strings.TrimPrefix(c.Hint+"; "+outOfTheWay(list), "; ")
		c.NoForce = c.Class != plan.DataDependent // whose rows are to be corrected as well
	}
	return err
}

// outOfTheWay says what to do with what is in the way of a change.
func outOfTheWay(list []catalog.Stopper) string {
	var dropped, steps []string
	for _, s := range list {
		if s.Undo == "" {
			dropped = append(dropped, s.Text)
		} else {
			steps = append(steps, s.Text+" depends on it, and no schema declares that: run "+s.Undo+"; and start again")
		}
	}
	if len(dropped) > 0 {
		depends, it := "depends", "it"
		if len(dropped) > 1 {
			depends, it = "depend", "them"
		}
		steps = append([]string{strings.Join(dropped, " and ") + " " + depends + " on it, and no schema declares " + it +
			": drop " + it + ", start again, and create " + it + " again"}, steps...)
	}
	return strings.Join(steps, "; ")
}
