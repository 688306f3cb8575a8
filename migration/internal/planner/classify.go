package planner

import (
	"context"
	"fmt"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/plan"
)

// Change is a change with the difference that it comes from.
type Change struct {
	plan.Change
	Difference catalog.Difference
}

// classify returns what a difference means, with the rows that it affects. It
// decides nothing.
func classify(ctx context.Context, p *impact, unit string, d catalog.Difference) (Change, error) {
	c := Change{Change: plan.Change{Unit: unit, Object: d.Key.String(), Class: plan.Safe}, Difference: d}
	switch d.Aspect {
	case catalog.Added:
		return classifyMissing(ctx, p, c)
	case catalog.Removed:
		return classifySurplus(ctx, p, c)
	case catalog.Unmanaged:
		c.Kind, c.Class = plan.AdoptTable, plan.Destructive
		c.Stake = "in a table that is there already, differs, and that history does not know"
		var err error
		c.Rows, err = p.rows(ctx, d.Key, "")
		return c, err
	case catalog.Renamed:
		c.Kind, c.Object, c.To = plan.RenameIndex, d.Have.String(), d.Key.String()
		switch d.Key.Kind {
		case catalog.Constraint:
			c.Kind = plan.RenameConstraint
		case catalog.Policy:
			c.Kind = plan.RenamePolicy
		}
		return c, nil
	default:
		if d.Key.Kind == catalog.Column {
			return classifyColumn(ctx, p, c)
		}
		return classifyAltered(ctx, p, c)
	}
}

// classifyMissing is for what the database lacks.
func classifyMissing(ctx context.Context, p *impact, c Change) (Change, error) {
	var err error
	d := c.Difference
	c.To = d.Want.Def
	switch d.Key.Kind {
	case catalog.Table:
		c.Kind, c.To = plan.AddTable, ""
	case catalog.Enum:
		c.Kind = plan.AddEnum
	case catalog.Storage:
		c.Kind = plan.SetColumnStorage
	case catalog.Column:
		c.Kind, c.To = plan.AddColumn, columnDefinition(d.Want)
		if d.Want.NotNull && d.Want.Expr == "" && d.Want.Special == "" {
			c.Class = plan.DataDependent
			c.Rows, err = p.rows(ctx, d.Key, "")
			c.stake("without a value for it: give the column a default, or make it Optional")
		}
	case catalog.Index:
		c.Kind = plan.AddIndex
		c.against(ctx, p)
	case catalog.Constraint:
		c.Kind = map[string]plan.Kind{
			"PRIMARY KEY": plan.AddPrimaryKey, "FOREIGN KEY": plan.AddForeignKey, "CHECK": plan.AddCheck,
			"UNIQUE": plan.AddUnique, "EXCLUDE": plan.AddExclusion,
		}[catalog.ConstraintType(d.Want.Def)]
		c.against(ctx, p)
	case catalog.Security:
		c.Kind = plan.AddRowSecurity
	case catalog.Policy:
		c.Kind = plan.AddPolicy
	case catalog.Option:
		c.Kind = plan.SetStorage
	case catalog.Comment:
		c.Kind, c.To = plan.SetComment, fmt.Sprintf("%q", d.Want.Def)
	}
	return c, err
}

// classifySurplus is for what was declared once and is not any more. Rules and
// indexes hold no data; only tables and columns do.
func classifySurplus(ctx context.Context, p *impact, c Change) (Change, error) {
	var err error
	d := c.Difference
	c.From = d.Have.Def
	switch d.Key.Kind {
	case catalog.Table:
		c.Kind, c.Class, c.From = plan.DropTable, plan.Destructive, ""
		c.Rows, err = p.rows(ctx, d.Key, "")
		c.Stake = "in it"
	case catalog.Storage:
		c.Kind = plan.ResetColumnStorage
	case catalog.Column:
		c.Kind, c.From = plan.DropColumn, columnDefinition(d.Have)
		if catalog.IsGenerated(d.Have) {
			break // It can be computed again.
		}
		c.Class = plan.Destructive
		c.Rows, err = p.rows(ctx, d.Key, catalog.Quote(d.Key.Name)+" IS NOT NULL")
		c.Stake = "with a value in it"
	case catalog.Enum:
		c.Kind = plan.DropEnum
	case catalog.Index:
		c.Kind = plan.DropIndex
	case catalog.Constraint:
		c.Kind = plan.DropConstraint
	case catalog.Security:
		c.Kind = plan.DropRowSecurity
	case catalog.Policy:
		c.Kind = plan.DropPolicy
	case catalog.Option:
		c.Kind = plan.ResetStorage
	case catalog.Comment:
		c.Kind, c.From = plan.DropComment, fmt.Sprintf("%q", d.Have.Def)
	}
	return c, err
}

// classifyAltered is for everything but columns that both sides have.
func classifyAltered(ctx context.Context, p *impact, c Change) (Change, error) {
	var err error
	d := c.Difference
	c.From, c.To = d.Have.Def, d.Want.Def
	switch d.Key.Kind {
	case catalog.Table:
		c.Kind = plan.AlterTable
		c.From, c.To = catalog.RelationKind(d.Have.Def), catalog.RelationKind(d.Want.Def)
		if d.Have.Def[0] != d.Want.Def[0] {
			// A view, say, of the table's name. Nothing turns it into one.
			c.Kind, c.Class, c.Stake = plan.AdoptTable, plan.Destructive, "in what is there under the table's name"
			c.Rows = p.try(ctx, d.Key, "")
		}
	case catalog.Enum:
		c.Kind = plan.AlterEnum
		if gone := without(labelsOf(d.Have.Def), labelsOf(d.Want.Def)); len(gone) > 0 {
			c.Class = plan.Destructive
			c.Rows, err = p.labels(ctx, d.Key, gone)
			c.stake("with a value that goes: " + strings.Join(gone, ", "))
		}
	case catalog.Storage:
		c.Kind = plan.SetColumnStorage
	case catalog.Index:
		c.Kind = plan.AlterIndex
		if d.Have.Special != "" {
			c.From += " (" + d.Have.Special + ")"
		}
		c.against(ctx, p)
	case catalog.Constraint:
		c.Kind = plan.AlterConstraint
		if d.Have.Def == d.Want.Def+notValid {
			c.Kind = plan.ValidateConstraint
		}
		c.against(ctx, p)
	case catalog.Security:
		c.Kind = plan.AlterRowSecurity
	case catalog.Policy:
		c.Kind = plan.AlterPolicy
	case catalog.Option:
		c.Kind = plan.SetStorage
	case catalog.Comment:
		c.Kind = plan.SetComment
		c.From, c.To = fmt.Sprintf("%q", d.Have.Def), fmt.Sprintf("%q", d.Want.Def)
	}
	return c, err
}

// notValid ends the definition of a constraint that the rows that were there
// have not been checked against.
const notValid = " NOT VALID"

// classifyColumn is for one aspect of a column that both sides have.
func classifyColumn(ctx context.Context, p *impact, c Change) (Change, error) {
	var err error
	d := c.Difference
	c.From, c.To = d.Have.Def, d.Want.Def
	switch {
	case d.Aspect == catalog.Definition:
		c.Kind = plan.AlterType
		c.Rows, err = p.lossy(ctx, d)
		if c.Rows > 0 || !widens(d.Have.Def, d.Want.Def) {
			c.Class = plan.Destructive
		}
		c.stake("with a value that the new type cannot hold as it is")
		if c.Rows > 0 && d.Want.NotNull && (d.Want.Expr == "" || catalog.IsGenerated(d.Want)) && p.cast(ctx, d) == "" {
			// There is nothing that could take their place.
			c.Class, c.Stake = plan.DataDependent, "with a value that the new type cannot hold, and without a default to take its place"
		}
	case d.Aspect == catalog.NotNull && d.Want.NotNull:
		c.Kind, c.From, c.To, c.Class = plan.SetNotNull, "NULL", "NOT NULL", plan.DataDependent
		if catalog.IsGenerated(d.Want) && (!catalog.IsGenerated(d.Have) || d.Have.Expr != d.Want.Expr) {
			break // The values of today do not matter: all are computed anew.
		}
		c.Rows, err = p.rows(ctx, d.Key, catalog.Quote(d.Key.Name)+" IS NULL")
		c.stake("without a value")
		if c.Rows > 0 && d.Want.Expr != "" && !catalog.IsGenerated(d.Want) {
			// NULL may have meant something; the default takes its place.
			c.Class = plan.Destructive
		}
	case d.Aspect == catalog.NotNull:
		c.Kind, c.From, c.To = plan.DropNotNull, "NOT NULL", "NULL"
	case d.Aspect == catalog.Generated && (catalog.IsGenerated(d.Have) || catalog.IsGenerated(d.Want)):
		c.Kind, c.From, c.To = plan.AlterGenerated, generation(d.Have), generation(d.Want)
		if !catalog.IsGenerated(d.Have) {
			c.Class = plan.Destructive
			c.Rows, err = p.rows(ctx, d.Key, catalog.Quote(d.Key.Name)+" IS NOT NULL")
			c.stake("with a value that will be computed instead")
		}
	case d.Aspect == catalog.Generated:
		c.Kind, c.From, c.To = plan.AlterIdentity, generation(d.Have), generation(d.Want)
	case d.Aspect == catalog.Collation:
		c.Kind, c.From, c.To = plan.AlterCollation, d.Have.Collation, d.Want.Collation
	case d.Have.Expr == "":
		c.Kind, c.From, c.To = plan.AddDefault, "", d.Want.Expr
	case d.Want.Expr == "":
		c.Kind, c.From, c.To = plan.DropDefault, d.Have.Expr, ""
	default:
		c.Kind, c.From, c.To = plan.AlterDefault, d.Have.Expr, d.Want.Expr
	}
	return c, err
}

// against counts the rows that an index or a constraint would refuse.
func (c *Change) against(ctx context.Context, p *impact) {
	k, def := c.Difference.Key, c.Difference.Want.Def
	switch {
	case k.Kind == catalog.Index && !strings.HasPrefix(def, "CREATE UNIQUE"):
		return
	case k.Kind == catalog.Index, catalog.ConstraintType(def) == "UNIQUE":
		c.Rows = p.duplicates(ctx, k)
		c.stake("with the values of another")
	case catalog.ConstraintType(def) == "PRIMARY KEY":
		c.Rows = p.duplicates(ctx, k)
		c.stake("with the values of another, or without one")
	case catalog.ConstraintType(def) == "FOREIGN KEY":
		c.Rows = p.orphans(ctx, k)
		c.stake("referring to nothing")
	case catalog.ConstraintType(def) == "CHECK":
		c.Rows = p.violations(ctx, k, def)
		c.stake("violating it")
	}
	c.Class = plan.DataDependent
}

// stake says what it is about the rows, if there are any.
func (c *Change) stake(text string) {
	if c.Rows > 0 {
		c.Stake = text
	}
}

// columnDefinition is a column in words.
func columnDefinition(o catalog.Object) string {
	def := o.Def
	if o.NotNull {
		def += " NOT NULL"
	}
	switch {
	case o.Special != "":
		def += " " + generation(o)
	case o.Expr != "":
		def += " DEFAULT " + o.Expr
	}
	return def
}

// generation says how a column comes by its value.
func generation(o catalog.Object) string {
	switch {
	case o.Special == "":
		return "not generated"
	case o.Special == "s":
		return "GENERATED ALWAYS AS (" + o.Expr + ") STORED"
	case o.Special == "v":
		return "GENERATED ALWAYS AS (" + o.Expr + ") VIRTUAL"
	}
	kind, sequence, _ := strings.Cut(o.Special, " ")
	text := map[string]string{"a": "GENERATED ALWAYS AS IDENTITY", "d": "GENERATED BY DEFAULT AS IDENTITY"}[kind]
	if sequence != "START 1 INCREMENT 1" {
		text += " (" + sequence + ")"
	}
	return text
}
