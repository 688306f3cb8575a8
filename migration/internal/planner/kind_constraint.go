package planner

import (
	"context"
	"strings"

	"ariga.io/atlas/sql/schema"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/plan"
)

func constraintKind() kind {
	return kind{
		changes:     changes{removed: plan.DropConstraint, altered: plan.AlterConstraint, renamed: plan.RenameConstraint},
		createPhase: foreignKeyApart(phaseConstraint, phaseForeignKey),
		dropPhase:   foreignKeyApart(phaseDropConstraint, phaseDropForeignKey),
		drop: func(k catalog.Key) string {
			return catalog.AlterTable(k.Relation(), "DROP CONSTRAINT "+catalog.Quote(k.Name))
		},
		restore: func(o catalog.Object) string { return catalog.AddConstraint(o.Relation(), o.Name, o.Def) },
		rename: func(from, to catalog.Key) string {
			return catalog.AlterTable(to.Relation(), "RENAME CONSTRAINT "+catalog.Quote(from.Name)+" TO "+catalog.Quote(to.Name))
		},
		added:      constraintAdded,
		altered:    constraintAltered,
		alter:      (*Planner).alterConstraint,
		beforeDrop: (*Planner).replaceReferences,
		retyped:    constraintRetyped,
		online: func(p *Planner, _ *schema.Table, k catalog.Key) bool {
			return isForeignKey(p.Want[k]) || catalog.ConstraintType(p.Want[k].Def) == "CHECK"
		},
		createOnline: (*Planner).createNotValid,
	}
}

// notValid ends the definition of a constraint that the rows that were there
// have not been checked against.
const notValid = " NOT VALID"

func isForeignKey(o catalog.Object) bool { return catalog.ConstraintType(o.Def) == "FOREIGN KEY" }

// foreignKeyApart is a phase that foreign keys have apart.
func foreignKeyApart(other, foreignKey phase) func(catalog.Object) phase {
	return func(o catalog.Object) phase {
		if isForeignKey(o) {
			return foreignKey
		}
		return other
	}
}

// constraintAdded counts the rows that a constraint would refuse.
func constraintAdded(ctx context.Context, i *impact, c *Change) error {
	k, def := c.Difference.Key, c.Difference.Want.Def
	typ := catalog.ConstraintType(def)
	if c.Kind == "" {
		c.Kind = map[string]plan.Kind{
			"PRIMARY KEY": plan.AddPrimaryKey, "FOREIGN KEY": plan.AddForeignKey, "CHECK": plan.AddCheck,
			"UNIQUE": plan.AddUnique, "EXCLUDE": plan.AddExclusion,
		}[typ]
	}
	c.Class = plan.DataDependent
	switch typ {
	case "UNIQUE":
		c.Rows = i.duplicates(ctx, k)
		c.stake("with the values of another")
	case "PRIMARY KEY":
		c.Rows = i.duplicates(ctx, k)
		c.stake("with the values of another, or without one")
	case "FOREIGN KEY":
		c.Rows = i.orphans(ctx, k)
		c.stake("referring to nothing")
	case "CHECK":
		c.Rows = i.violations(ctx, k, def)
		c.stake("violating it")
	}
	return nil
}

func constraintAltered(ctx context.Context, i *impact, c *Change) error {
	if c.Difference.Have.Def == c.Difference.Want.Def+notValid {
		c.Kind = plan.ValidateConstraint
	}
	return constraintAdded(ctx, i, c)
}

// constraintRetyped reports whether a constraint does not bear the new type of a
// column, or would be written again from PostgreSQL's print.
func constraintRetyped(p *Planner, k catalog.Key, d catalog.Difference) bool {
	def := p.Have[k].Def
	if isForeignKey(p.Have[k]) {
		return d.Have.Def != d.Want.Def
	}
	typ := catalog.ConstraintType(def)
	return (typ == "CHECK" || typ == "EXCLUDE") && strings.Contains(def, "::")
}

// alterConstraint validates a constraint that is as declared but for that, and
// replaces any other.
func (p *Planner) alterConstraint(ctx context.Context, d catalog.Difference) error {
	if d.Have.Def == d.Want.Def+notValid {
		p.validate(d.Key)
		return nil
	}
	return p.replace(ctx, d.Key)
}

// createNotValid adds a constraint for the rows to come, and has those that are
// there checked after the transaction.
func (p *Planner) createNotValid(ctx context.Context, k catalog.Key) error {
	sql, err := p.declared(ctx, k)
	if err != nil {
		return err
	}
	p.add(p.createPhase(k), k, verb("create", k)+", not yet for the rows that are there", sql+notValid, p.dropStatement(k))
	p.validate(k)
	return nil
}

// validate checks the rows that are there, while others write.
func (p *Planner) validate(k catalog.Key) {
	p.Online[k] = true
	p.add(phaseOnline, k, "check the rows that are there against "+k.String(),
		catalog.AlterTable(k.Relation(), "VALIDATE CONSTRAINT "+catalog.Quote(k.Name)))
}
