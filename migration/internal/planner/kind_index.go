package planner

import (
	"context"
	"slices"
	"strings"

	"ariga.io/atlas/sql/schema"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/desired"
	"github.com/elizago/elizago/migration/plan"
)

func indexKind() kind {
	return kind{
		changes: changes{
			added: plan.AddIndex, removed: plan.DropIndex, altered: plan.AlterIndex, renamed: plan.RenameIndex,
		},
		createPhase: always(phaseIndex),
		attached:    true,
		dropPhase:   always(phaseDropIndex),
		drop:        func(k catalog.Key) string { return "DROP INDEX " + catalog.Relation(k.Namespace, k.Name) },
		restore:     func(o catalog.Object) string { return o.Def },
		rename: func(from, to catalog.Key) string {
			return "ALTER INDEX " + catalog.Relation(from.Namespace, from.Name) + " RENAME TO " + catalog.Quote(to.Name)
		},
		added:      indexAdded,
		altered:    indexAltered,
		alter:      (*Planner).alterIndex,
		suffices:   indexSuffices,
		beforeDrop: (*Planner).replaceReferences,
		retyped: func(p *Planner, k catalog.Key, _ catalog.Difference) bool {
			return p.Want[k].Unstable // PostgreSQL would rebuild it from its print
		},
		online: func(p *Planner, t *schema.Table, k catalog.Key) bool {
			return !p.Want[k].Unstable && !p.reliedOn(t, k.Name)
		},
		createOnline: func(p *Planner, _ context.Context, k catalog.Key) error {
			p.buildOnline(k)
			return nil
		},
	}
}

// indexAdded counts the rows that violate a unique index.
func indexAdded(ctx context.Context, i *impact, c *Change) error {
	if !strings.HasPrefix(c.Difference.Want.Def, "CREATE UNIQUE") {
		return nil
	}
	c.Class = plan.DataDependent
	c.Rows = i.duplicates(ctx, c.Difference.Key)
	c.affects("with the values of another")
	return nil
}

func indexAltered(ctx context.Context, i *impact, c *Change) error {
	if have := c.Difference.Have; have.Special != "" {
		c.From += " (" + have.Special + ")"
	}
	return indexAdded(ctx, i, c)
}

// alterIndex rebuilds an invalid index of a failed build after the transaction,
// and replaces any other.
func (p *Planner) alterIndex(ctx context.Context, d catalog.Difference) error {
	if d.Have.Special != "" && !d.Want.Unstable {
		p.buildOnline(d.Key)
		return nil
	}
	return p.replace(ctx, d.Key)
}

// replaceReferences replaces the foreign keys that rely on an index or a
// constraint.
func (p *Planner) replaceReferences(ctx context.Context, k catalog.Key) error {
	references, err := catalog.ReferencesTo(ctx, p.Tx, k)
	if err != nil {
		return err
	}
	for _, fk := range references {
		if err := p.replace(ctx, fk); err != nil {
			return err
		}
	}
	return nil
}

// reliedOn reports whether a foreign key may need the index, so that it has to be
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
	p.Desired.EachTable(func(_ *desired.Unit, other *schema.Table) {
		for _, fk := range other.ForeignKeys {
			relied = relied || fk.RefTable == t && len(fk.RefColumns) == len(indexed) &&
				!slices.ContainsFunc(fk.RefColumns, func(c *schema.Column) bool { return !indexed[c.Name] })
		}
	})
	return relied
}

// buildOnline plans the build of an index after the transaction, also for an
// invalid index of an interrupted build: another process may still be building
// it, so it is left alone until that can be excluded.
//
// The statement is PostgreSQL's print, in which every name is qualified: behind
// a pooler search_path cannot be set. An index without a stable print is not
// built online: see catalog.Object.Unstable.
func (p *Planner) buildOnline(k catalog.Key) {
	p.made[k], p.Online[k] = true, true
	sql := strings.Replace(p.Want[k].Def, "INDEX ", "INDEX CONCURRENTLY ", 1)
	p.add(phaseOnline, k, verb("create", k)+" while others write", sql, "DROP INDEX CONCURRENTLY "+catalog.Relation(k.Namespace, k.Name))
}
