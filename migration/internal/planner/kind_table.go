package planner

import (
	"context"
	"fmt"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/plan"
)

func tableKind() kind {
	return kind{
		changes:     changes{added: plan.AddTable, removed: plan.DropTable, altered: plan.AlterTable},
		createPhase: always(phaseTable),
		dropPhase:   always(phaseDropTable),
		drop:        func(k catalog.Key) string { return "DROP TABLE " + k.Relation() },
		added: func(_ context.Context, _ *impact, c *Change) error {
			c.To = ""
			return nil
		},
		removed: func(ctx context.Context, i *impact, c *Change) (err error) {
			c.Class, c.From, c.Impact, c.always = plan.Destructive, "", "in it", true
			c.Rows, err = i.rows(ctx, c.Difference.Key, "")
			return err
		},
		altered:    tableAltered,
		adopted:    tableAdopted,
		create:     (*Planner).createTable,
		alter:      (*Planner).alterTable,
		beforeDrop: (*Planner).beforeDropOfTable,
	}
}

// tableAdopted completes the change of an unmanaged table that differs.
func tableAdopted(ctx context.Context, i *impact, c *Change) (err error) {
	c.always = true
	c.Kind, c.Class = plan.AdoptTable, plan.Destructive
	if d := c.Difference; d.Have.Def[0] != d.Want.Def[0] {
		inTheWay(ctx, i, c)
		return nil
	}
	c.Impact = "in a table that is there already, differs, and that history does not know"
	c.Rows, err = i.rows(ctx, c.Difference.Key, "")
	return err
}

func tableAltered(ctx context.Context, i *impact, c *Change) error {
	d := c.Difference
	c.From, c.To = catalog.RelationKind(d.Have.Def), catalog.RelationKind(d.Want.Def)
	if d.Have.Def[0] != d.Want.Def[0] {
		inTheWay(ctx, i, c)
	}
	return nil
}

// inTheWay completes the change of another kind of relation that has the name of
// a table, such as a view or a partitioned table. The engine makes no table of it.
func inTheWay(ctx context.Context, i *impact, c *Change) {
	d := c.Difference
	c.Kind, c.Class, c.NoForce, c.Impact = plan.AdoptTable, plan.Destructive, true, "in what is there under the table's name"
	c.From, c.To = catalog.RelationKind(d.Have.Def), catalog.RelationKind(d.Want.Def)
	c.Rows = i.try(ctx, d.Key, "")
	c.Hint = fmt.Sprintf("%s is a %s, and the engine manages plain tables: rename it, start again, and copy its rows into the table that is created", d.Key, c.From)
}

// createTable creates a table with everything that belongs to it.
func (p *Planner) createTable(ctx context.Context, k catalog.Key) error {
	u := p.Desired.Owner(k.Namespace)
	sql, err := u.Renderer.Create(ctx, k)
	if err != nil {
		return err
	}
	p.add(phaseTable, k, verb("create", k), sql, p.dropStatement(k))
	t, _ := u.Model.Table(k.Table)
	keys := u.Renderer.KeysOf(t)
	for _, fk := range t.ForeignKeys {
		keys = append(keys, u.Renderer.Key(t.Name, catalog.Constraint, fk.Symbol))
	}
	for _, k := range keys {
		if p.made[k] {
			continue
		}
		p.made[k] = true
		sql, err := u.Renderer.Create(ctx, k)
		if err != nil {
			return err
		}
		what, reverse := "create", p.dropStatement(k)
		if o, ok := p.Want[k]; ok && k.Kind == catalog.Storage {
			what, reverse = "set", catalog.AlterStorage(k, o.Expr)
		}
		p.add(p.createPhase(k), k, verb(what, k), sql, reverse)
	}
	return nil
}

// beforeDropOfTable replaces the objects that read a table, and drops its
// foreign keys: dropped tables may refer to each other.
func (p *Planner) beforeDropOfTable(ctx context.Context, table catalog.Key) error {
	readers, err := catalog.ReadersOf(ctx, p.Tx, table)
	if err != nil {
		return err
	}
	if err := p.stopAt(ctx, table, false); err != nil {
		return err
	}
	if err := p.remakeReaders(ctx, readers); err != nil {
		return err
	}
	for _, k := range p.Have.Keys() {
		if k.TableKey() == table && k.Kind == catalog.Constraint && isForeignKey(p.Have[k]) {
			if err := p.drop(ctx, k); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Planner) alterTable(_ context.Context, d catalog.Difference) error {
	word := map[byte]string{'p': "LOGGED", 'u': "UNLOGGED"}
	p.add(phaseOption, d.Key, fmt.Sprintf("make table %s %s", d.Key, strings.ToLower(word[d.Want.Def[1]])),
		catalog.AlterTable(d.Key.Relation(), "SET "+word[d.Want.Def[1]]), catalog.AlterTable(d.Key.Relation(), "SET "+word[d.Have.Def[1]]))
	return nil
}
