package planner

import (
	"context"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/desired"
)

// goesOnline reports whether an object is added without blocking writes: if the
// schema declares it, or the table is large.
func (p *Planner) goesOnline(ctx context.Context, k catalog.Key) (bool, error) {
	t, ok := p.impact.table(k)
	online := p.kinds[k.Kind].online
	if !ok || online == nil || p.made[k.TableKey()] {
		return false, nil
	}
	if _, there := p.Have[k.TableKey()]; !there || !online(p, t, k) {
		return false, nil
	}
	if !desired.AnnotationsOf(t).Online[k.Name] {
		if large, err := p.large(ctx, k.TableKey()); err != nil || !large {
			return false, err
		}
	}
	replicates, err := p.replicates(ctx, k)
	return !replicates, err
}

// large reports whether a table is so large that an index build must not block
// writes.
func (p *Planner) large(ctx context.Context, table catalog.Key) (bool, error) {
	n, err := p.impact.limited(ctx, table, rowsQuery(table.Relation(), "", p.LargeTable))
	return n >= p.LargeTable, err
}
