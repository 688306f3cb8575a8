package planner

import (
	"context"
	"slices"

	"github.com/elizago/elizago/migration/internal/catalog"
)

// keepAttached gives to each object that is dropped and created again what no
// schema declares and what was lost with it.
func (p *Planner) keepAttached(ctx context.Context) error {
	gone := make(catalog.Objects, len(p.gone))
	for k := range p.gone {
		gone[k] = catalog.Object{Key: k}
	}
	seen := make(map[string]bool)
	for _, k := range gone.Keys() {
		if !p.kinds[k.Kind].attached {
			continue
		}
		to, ok := p.successor(k)
		found, err := catalog.HangingOn(ctx, p.Tx, k, to)
		if err != nil {
			return err
		}
		for _, a := range found {
			switch {
			case !ok && a.Replica:
				p.identifyOtherwise(k)
			case ok && !seen[a.SQL] && !slices.ContainsFunc(a.Columns, func(c string) bool { return p.leaves(k, c) }):
				seen[a.SQL] = true
				p.keep(to, a.SQL)
			}
		}
		p.keepComment(k)
	}
	return nil
}

// successor returns the object that takes the place of a dropped one, and whether
// there is one.
func (p *Planner) successor(k catalog.Key) (catalog.Key, bool) {
	if p.made[k] {
		return k, true
	}
	i := slices.IndexFunc(p.renamed, func(d catalog.Difference) bool { return d.Have.Key == k })
	if i < 0 {
		return k, false
	}
	return p.renamed[i].Key, p.made[p.renamed[i].Key]
}

// leaves reports whether a column of k's table is dropped for good.
func (p *Planner) leaves(k catalog.Key, name string) bool {
	k.Kind, k.Name = catalog.Column, name
	return p.gone[k] && !p.made[k]
}

// keep plans a statement after an object is created: if that is done online,
// after it.
func (p *Planner) keep(k catalog.Key, sql string) {
	ph := phaseKept
	if p.Online[k] && k.Kind == catalog.Index {
		ph = phaseOnline
	}
	p.add(ph, k.Owner(), "keep what was given to "+string(k.Kind)+" "+k.String(), sql)
}

// keepComment restores the comment of a column that no schema declares.
func (p *Planner) keepComment(k catalog.Key) {
	comment := k
	comment.Kind = catalog.Comment
	_, there := p.Have[comment]
	if _, declared := p.Want[comment]; k.Kind == catalog.Column && p.made[k] && there && !declared && !p.Owned[comment] {
		p.restore(comment)
	}
}

// identifyOtherwise has logical replication identify the rows of a table by its
// primary key, or else by all columns, when the index that did is dropped.
// Without either, every update of a published table would fail.
func (p *Planner) identifyOtherwise(k catalog.Key) {
	by := "FULL"
	for c, o := range p.Want {
		if c.TableKey() == k.TableKey() && c.Kind == catalog.Constraint && catalog.ConstraintType(o.Def) == "PRIMARY KEY" {
			by = "DEFAULT"
		}
	}
	if p.gone[k.TableKey()] {
		return
	}
	p.add(phaseKept, k.TableKey(), "have replication identify the rows of "+k.TableKey().String()+" without "+k.Name,
		catalog.AlterTable(k.Relation(), "REPLICA IDENTITY "+by))
}

// replicates reports whether an index takes the place of one that identifies rows
// for logical replication, so that the table must not be without it after the
// transaction.
func (p *Planner) replicates(ctx context.Context, k catalog.Key) (bool, error) {
	before := k
	if i := slices.IndexFunc(p.renamed, func(d catalog.Difference) bool { return d.Key == k }); i >= 0 {
		before = p.renamed[i].Have.Key
	}
	if !p.gone[before] || k.Kind != catalog.Index {
		return false, nil
	}
	found, err := catalog.HangingOn(ctx, p.Tx, before, k)
	return slices.ContainsFunc(found, func(a catalog.Attachment) bool { return a.Replica }), err
}
