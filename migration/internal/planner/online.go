package planner

import (
	"context"
	"slices"
	"strings"

	"ariga.io/atlas/sql/schema"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/desired"
)

// goesOnline says whether an index or a constraint is added without keeping
// others from writing: where somebody asked for it, and where the table is
// large.
func (p *Planner) goesOnline(ctx context.Context, t *schema.Table, k catalog.Key) (bool, error) {
	table := k.TableKey()
	if p.made[table] {
		return false, nil
	}
	if _, there := p.probe.have[table]; !there {
		return false, nil
	}
	switch k.Kind {
	case catalog.Index:
		if p.probe.want[k].Unstable || p.reliedOn(t, k.Name) {
			return false, nil
		}
	case catalog.Constraint:
		if typ := catalog.ConstraintType(p.probe.want[k].Def); typ != "FOREIGN KEY" && typ != "CHECK" {
			return false, nil
		}
	default:
		return false, nil
	}
	if desired.AnnotationsOf(t).Online[k.Name] {
		return true, nil
	}
	return p.large(ctx, table)
}

// reliedOn says whether a foreign key may need the index, so that it has to be
// there when the key is made, in the transaction.
func (p *Planner) reliedOn(t *schema.Table, index string) bool {
	i, ok := t.Index(index)
	if !ok || !i.Unique {
		return false
	}
	indexed := make(map[string]bool)
	for _, part := range i.Parts {
		if part.C != nil {
			indexed[part.C.Name] = true
		}
	}
	relied := false
	p.probe.d.EachTable(func(_ *desired.Unit, other *schema.Table) {
		for _, fk := range other.ForeignKeys {
			relied = relied || fk.RefTable == t && len(fk.RefColumns) == len(indexed) &&
				!slices.ContainsFunc(fk.RefColumns, func(c *schema.Column) bool { return !indexed[c.Name] })
		}
	})
	return relied
}

func (p *Planner) createOnline(ctx context.Context, u *desired.Unit, k catalog.Key) error {
	if k.Kind == catalog.Index {
		p.buildOnline(k)
		return nil
	}
	sql, err := u.Renderer.Create(ctx, k)
	if err != nil {
		return err
	}
	p.add(p.createPhase(k), k, verb("create", k)+", not yet for the rows that are there", sql+notValid, dropStatement(k))
	p.validate(k)
	return nil
}

// validate checks the rows that are there, while others write.
func (p *Planner) validate(k catalog.Key) {
	p.Online[k] = true
	p.add(phaseOnline, k, "check the rows that are there against "+k.String(),
		catalog.AlterTable(k.Relation(), "VALIDATE CONSTRAINT "+catalog.Quote(k.Name)))
}

// buildOnline builds an index after the transaction. That is also the way of
// one that a broken-off build has left: another process may be building it just
// now, so it is left in peace until that can be excluded.
//
// The statement is PostgreSQL's own, in which every name has its namespace: a
// search_path cannot be set where a pooler is between. Where PostgreSQL would
// print it in yet another way the index is not built online: see
// object.Unstable.
func (p *Planner) buildOnline(k catalog.Key) {
	p.made[k], p.Online[k] = true, true
	sql := strings.Replace(p.probe.want[k].Def, "INDEX ", "INDEX CONCURRENTLY ", 1)
	p.add(phaseOnline, k, verb("create", k)+" while others write", sql, "DROP INDEX CONCURRENTLY "+catalog.Relation(k.Namespace, k.Name))
}
