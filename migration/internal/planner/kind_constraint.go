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
		attached:    true,
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
		suffices:   constraintSuffices,
		retyped:    constraintRetyped,
		online: func(p *Planner, _ *schema.Table, k catalog.Key) bool {
			return isForeignKey(p.Want[k]) || catalog.ConstraintType(p.Want[k].Def) == "CHECK"
		},
		createOnline: (*Planner).createNotValid,
	}
}

// notValid is the suffix of the definition of a constraint that has not been
// validated.
const notValid = " NOT VALID"

func isForeignKey(o catalog.Object) bool { return catalog.ConstraintType(o.Def) == "FOREIGN KEY" }

// foreignKeyApart returns a phase with an exception for foreign keys.
func foreignKeyApart(other, foreignKey phase) func(catalog.Object) phase {
	return func(o catalog.Object) phase {
		if isForeignKey(o) {
			return foreignKey
		}
		return other
	}
}

// constraintAdded counts the rows that violate a constraint.
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
		c.affects("with the values of another")
	case "PRIMARY KEY":
		c.Rows = i.duplicates(ctx, k)
		c.affects("with the values of another, or without one")
	case "FOREIGN KEY":
		c.Rows = i.orphans(ctx, k)
		c.affects("referring to nothing")
	case "CHECK":
		c.Rows = i.violations(ctx, k, def)
		c.affects("violating it")
	}
	return nil
}

func constraintAltered(ctx context.Context, i *impact, c *Change) error {
	if c.Difference.Have.Def == c.Difference.Want.Def+notValid {
		c.Kind = plan.ValidateConstraint
	}
	return constraintAdded(ctx, i, c)
}

// constraintRetyped reports whether a constraint does not support the new type
// of a column, or would be rebuilt from PostgreSQL's print.
func constraintRetyped(p *Planner, k catalog.Key, d catalog.Difference) bool {
	def := p.Have[k].Def
	if isForeignKey(p.Have[k]) {
		return d.Have.Def != d.Want.Def
	}
	typ := catalog.ConstraintType(def)
	return (typ == "CHECK" || typ == "EXCLUDE") && strings.Contains(def, "::")
}

// alterConstraint validates a constraint that differs only by NOT VALID, and
// replaces any other.
func (p *Planner) alterConstraint(ctx context.Context, d catalog.Difference) error {
	if d.Have.Def == d.Want.Def+notValid {
		p.validate(d.Key)
		return nil
	}
	return p.replace(ctx, d.Key)
}

// createNotValid adds a constraint for new rows, and validates existing ones
// after the transaction.
func (p *Planner) createNotValid(ctx context.Context, k catalog.Key) error {
	sql, err := p.declared(ctx, k)
	if err != nil {
		return err
	}
	p.add(p.createPhase(k), k, verb("create", k)+", not yet for the rows that are there", sql+notValid, p.dropStatement(k))
	p.validate(k)
	return nil
}

// validate plans the validation of existing rows, without blocking writes.
func (p *Planner) validate(k catalog.Key) {
	p.Online[k] = true
	p.add(phaseOnline, k, "check the rows that are there against "+k.String(),
		catalog.AlterTable(k.Relation(), "VALIDATE CONSTRAINT "+catalog.Quote(k.Name)))
}
