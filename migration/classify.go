package migration

import (
	"context"
	"fmt"
	"strings"
)

// classify says what a difference is, and asks the database how many rows are
// at stake. It decides nothing.
func classify(ctx context.Context, p *probe, unit string, d difference) (Change, error) {
	c := Change{Unit: unit, Object: d.key.String(), Class: Safe, diff: d}
	switch d.aspect {
	case missing:
		return classifyMissing(ctx, p, c)
	case surplus:
		return classifySurplus(ctx, p, c)
	case foreign:
		c.Kind, c.Class = AdoptTable, Destructive
		c.Stake = "in a table that is there already, differs, and that history does not know"
		var err error
		c.Rows, err = p.rows(ctx, d.key, "")
		return c, err
	case renamed:
		c.Kind, c.Object, c.To = RenameIndex, d.have.String(), d.key.String()
		switch d.key.Kind {
		case constraintObject:
			c.Kind = RenameConstraint
		case policyObject:
			c.Kind = RenamePolicy
		}
		return c, nil
	default:
		if d.key.Kind == columnObject {
			return classifyColumn(ctx, p, c)
		}
		return classifyAltered(ctx, p, c)
	}
}

// classifyMissing is for what the database lacks.
func classifyMissing(ctx context.Context, p *probe, c Change) (Change, error) {
	var err error
	d := c.diff
	c.To = d.want.Def
	switch d.key.Kind {
	case tableObject:
		c.Kind, c.To = AddTable, ""
	case enumObject:
		c.Kind = AddEnum
	case storageObject:
		c.Kind = SetColumnStorage
	case columnObject:
		c.Kind, c.To = AddColumn, columnDefinition(d.want)
		if d.want.NotNull && d.want.Expr == "" && d.want.Special == "" {
			c.Class = DataDependent
			c.Rows, err = p.rows(ctx, d.key, "")
			c.stake("without a value for it: give the column a default, or make it Optional")
		}
	case indexObject:
		c.Kind = AddIndex
		c.against(ctx, p)
	case constraintObject:
		c.Kind = map[string]Kind{
			"PRIMARY KEY": AddPrimaryKey, "FOREIGN KEY": AddForeignKey, "CHECK": AddCheck,
			"UNIQUE": AddUnique, "EXCLUDE": AddExclusion,
		}[constraintType(d.want.Def)]
		c.against(ctx, p)
	case securityObject:
		c.Kind = AddRowSecurity
	case policyObject:
		c.Kind = AddPolicy
	case optionObject:
		c.Kind = SetStorage
	case commentObject:
		c.Kind, c.To = SetComment, fmt.Sprintf("%q", d.want.Def)
	}
	return c, err
}

// classifySurplus is for what was declared once and is not any more. Rules and
// indexes hold no data; only tables and columns do.
func classifySurplus(ctx context.Context, p *probe, c Change) (Change, error) {
	var err error
	d := c.diff
	c.From = d.have.Def
	switch d.key.Kind {
	case tableObject:
		c.Kind, c.Class, c.From = DropTable, Destructive, ""
		c.Rows, err = p.rows(ctx, d.key, "")
		c.Stake = "in it"
	case storageObject:
		c.Kind = ResetColumnStorage
	case columnObject:
		c.Kind, c.From = DropColumn, columnDefinition(d.have)
		if isGenerated(d.have) {
			break // It can be computed again.
		}
		c.Class = Destructive
		c.Rows, err = p.rows(ctx, d.key, quoted(d.key.Name)+" IS NOT NULL")
		c.Stake = "with a value in it"
	case enumObject:
		c.Kind = DropEnum
	case indexObject:
		c.Kind = DropIndex
	case constraintObject:
		c.Kind = DropConstraint
	case securityObject:
		c.Kind = DropRowSecurity
	case policyObject:
		c.Kind = DropPolicy
	case optionObject:
		c.Kind = ResetStorage
	case commentObject:
		c.Kind, c.From = DropComment, fmt.Sprintf("%q", d.have.Def)
	}
	return c, err
}

// classifyAltered is for everything but columns that both sides have.
func classifyAltered(ctx context.Context, p *probe, c Change) (Change, error) {
	var err error
	d := c.diff
	c.From, c.To = d.have.Def, d.want.Def
	switch d.key.Kind {
	case tableObject:
		c.Kind = AlterTable
		c.From, c.To = relationKind(d.have.Def), relationKind(d.want.Def)
		if d.have.Def[0] != d.want.Def[0] {
			// A view, say, of the table's name. Nothing turns it into one.
			c.Kind, c.Class, c.Stake = AdoptTable, Destructive, "in what is there under the table's name"
			c.Rows = p.try(ctx, d.key, "")
		}
	case enumObject:
		c.Kind = AlterEnum
		if gone := without(labelsOf(d.have.Def), labelsOf(d.want.Def)); len(gone) > 0 {
			c.Class = Destructive
			c.Rows, err = p.labels(ctx, d.key, gone)
			c.stake("with a value that goes: " + strings.Join(gone, ", "))
		}
	case storageObject:
		c.Kind = SetColumnStorage
	case indexObject:
		c.Kind = AlterIndex
		if d.have.Special != "" {
			c.From += " (" + d.have.Special + ")"
		}
		c.against(ctx, p)
	case constraintObject:
		c.Kind = AlterConstraint
		if d.have.Def == d.want.Def+notValid {
			c.Kind = ValidateConstraint
		}
		c.against(ctx, p)
	case securityObject:
		c.Kind = AlterRowSecurity
	case policyObject:
		c.Kind = AlterPolicy
	case optionObject:
		c.Kind = SetStorage
	case commentObject:
		c.Kind = SetComment
		c.From, c.To = fmt.Sprintf("%q", d.have.Def), fmt.Sprintf("%q", d.want.Def)
	}
	return c, err
}

// notValid ends the definition of a constraint that the rows that were there
// have not been checked against.
const notValid = " NOT VALID"

// classifyColumn is for one aspect of a column that both sides have.
func classifyColumn(ctx context.Context, p *probe, c Change) (Change, error) {
	var err error
	d := c.diff
	c.From, c.To = d.have.Def, d.want.Def
	switch {
	case d.aspect == defAspect:
		c.Kind = AlterType
		c.Rows, err = p.lossy(ctx, d)
		if c.Rows > 0 || !widens(d.have.Def, d.want.Def) {
			c.Class = Destructive
		}
		c.stake("with a value that the new type cannot hold as it is")
		if c.Rows > 0 && d.want.NotNull && (d.want.Expr == "" || isGenerated(d.want)) && p.cast(ctx, d) == "" {
			// There is nothing that could take their place.
			c.Class, c.Stake = DataDependent, "with a value that the new type cannot hold, and without a default to take its place"
		}
	case d.aspect == notNull && d.want.NotNull:
		c.Kind, c.From, c.To, c.Class = SetNotNull, "NULL", "NOT NULL", DataDependent
		if isGenerated(d.want) && (!isGenerated(d.have) || d.have.Expr != d.want.Expr) {
			break // The values of today do not matter: all are computed anew.
		}
		c.Rows, err = p.rows(ctx, d.key, quoted(d.key.Name)+" IS NULL")
		c.stake("without a value")
		if c.Rows > 0 && d.want.Expr != "" && !isGenerated(d.want) {
			// NULL may have meant something; the default takes its place.
			c.Class = Destructive
		}
	case d.aspect == notNull:
		c.Kind, c.From, c.To = DropNotNull, "NOT NULL", "NULL"
	case d.aspect == special && (isGenerated(d.have) || isGenerated(d.want)):
		c.Kind, c.From, c.To = AlterGenerated, generation(d.have), generation(d.want)
		if !isGenerated(d.have) {
			c.Class = Destructive
			c.Rows, err = p.rows(ctx, d.key, quoted(d.key.Name)+" IS NOT NULL")
			c.stake("with a value that will be computed instead")
		}
	case d.aspect == special:
		c.Kind, c.From, c.To = AlterIdentity, generation(d.have), generation(d.want)
	case d.aspect == collation:
		c.Kind, c.From, c.To = AlterCollation, d.have.Collation, d.want.Collation
	case d.have.Expr == "":
		c.Kind, c.From, c.To = AddDefault, "", d.want.Expr
	case d.want.Expr == "":
		c.Kind, c.From, c.To = DropDefault, d.have.Expr, ""
	default:
		c.Kind, c.From, c.To = AlterDefault, d.have.Expr, d.want.Expr
	}
	return c, err
}

// against counts the rows that an index or a constraint would refuse.
func (c *Change) against(ctx context.Context, p *probe) {
	k, def := c.diff.key, c.diff.want.Def
	switch {
	case k.Kind == indexObject && !strings.HasPrefix(def, "CREATE UNIQUE"):
		return
	case k.Kind == indexObject, constraintType(def) == "UNIQUE":
		c.Rows = p.duplicates(ctx, k)
		c.stake("with the values of another")
	case constraintType(def) == "PRIMARY KEY":
		c.Rows = p.duplicates(ctx, k)
		c.stake("with the values of another, or without one")
	case constraintType(def) == "FOREIGN KEY":
		c.Rows = p.orphans(ctx, k)
		c.stake("referring to nothing")
	case constraintType(def) == "CHECK":
		c.Rows = p.violations(ctx, k, def)
		c.stake("violating it")
	}
	c.Class = DataDependent
}

// stake says what it is about the rows, if there are any.
func (c *Change) stake(text string) {
	if c.Rows > 0 {
		c.Stake = text
	}
}

// columnDefinition is a column in words.
func columnDefinition(o object) string {
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
func generation(o object) string {
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
