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
		c.Kind, c.Class, c.Stake = AdoptTable, Destructive, "in a table that is there already and differs"
		var err error
		c.Rows, err = p.rows(ctx, d.key, "")
		return c, err
	default:
		return classifyAspect(ctx, p, c)
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
	case columnObject:
		c.Kind, c.To = AddColumn, columnDefinition(d.want)
		if d.want.NotNull && d.want.Expr == "" && d.want.Special == "" {
			c.Class = DataDependent
			c.Rows, err = p.rows(ctx, d.key, "")
			c.stake("without a value for it: give the column a default, or make it Optional")
		}
	case indexObject:
		c.Kind = AddIndex
		if strings.HasPrefix(d.want.Def, "CREATE UNIQUE") {
			c.Class = DataDependent
			c.Rows = p.duplicates(ctx, d.key)
			c.stake("with the values of another")
		}
	case constraintObject:
		c.Class = DataDependent
		switch constraintType(d.want.Def) {
		case "PRIMARY KEY":
			c.Kind = AddPrimaryKey
			c.Rows, err = p.rows(ctx, d.key, "")
			c.stake("that may repeat a key")
		case "FOREIGN KEY":
			c.Kind = AddForeignKey
			c.Rows = p.orphans(ctx, d.key)
			c.stake("referring to nothing")
		case "CHECK":
			c.Kind = AddCheck
			c.Rows = p.violations(ctx, d.key, d.want.Def)
			c.stake("violating it")
		default:
			c.Kind = AlterConstraint
		}
	}
	return c, err
}

// classifySurplus is for what was declared once and is not any more.
func classifySurplus(ctx context.Context, p *probe, c Change) (Change, error) {
	var err error
	d := c.diff
	c.Class = Destructive
	c.From = d.have.Def
	switch d.key.Kind {
	case tableObject:
		c.Kind, c.From = DropTable, ""
		c.Rows, err = p.rows(ctx, d.key, "")
		c.stake("in it")
	case columnObject:
		c.Kind, c.From = DropColumn, columnDefinition(d.have)
		c.Rows, err = p.rows(ctx, d.key, quoted(d.key.Name)+" IS NOT NULL")
		c.stake("with a value in it")
	case indexObject:
		c.Kind = DropIndex
	case constraintObject:
		c.Kind = DropConstraint
	}
	return c, err
}

// classifyAspect is for what both sides have.
func classifyAspect(ctx context.Context, p *probe, c Change) (Change, error) {
	var err error
	d := c.diff
	c.Class = Destructive
	c.From, c.To = d.have.Def, d.want.Def
	switch {
	case d.aspect == comment:
		c.Kind, c.Class = SetComment, Safe
		c.From, c.To = fmt.Sprintf("%q", d.have.Comment), fmt.Sprintf("%q", d.want.Comment)
	case d.key.Kind == tableObject:
		c.Kind = AlterTable
		c.From, c.To = relationKind(d.have.Def), relationKind(d.want.Def)
	case d.key.Kind == indexObject:
		c.Kind = AlterIndex
		if d.have.Special != "" {
			c.From += " (" + d.have.Special + ")"
		}
	case d.key.Kind == constraintObject:
		c.Kind = AlterConstraint
	case d.aspect == defAspect:
		c.Kind = AlterType
		c.Rows, err = p.rows(ctx, d.key, quoted(d.key.Name)+" IS NOT NULL")
		c.stake("with a value of the old type")
	case d.aspect == notNull && d.want.NotNull:
		c.Kind, c.From, c.To, c.Class = SetNotNull, "NULL", "NOT NULL", DataDependent
		c.Rows, err = p.rows(ctx, d.key, quoted(d.key.Name)+" IS NULL")
		c.stake("without a value")
	case d.aspect == notNull:
		c.Kind, c.From, c.To, c.Class = DropNotNull, "NOT NULL", "NULL", Safe
	case d.aspect == special && (isGenerated(d.have) || isGenerated(d.want)):
		c.Kind, c.From, c.To = AlterGenerated, generation(d.have), generation(d.want)
	case d.aspect == special:
		c.Kind, c.From, c.To = AlterIdentity, generation(d.have), generation(d.want)
	case d.aspect == collation:
		c.Kind, c.From, c.To = AlterCollation, d.have.Collation, d.want.Collation
	case d.have.Expr == "":
		c.Kind, c.Class, c.From, c.To = AddDefault, Safe, "", d.want.Expr
	case d.want.Expr == "":
		c.Kind, c.From, c.To = DropDefault, d.have.Expr, ""
	default:
		c.Kind, c.From, c.To = AlterDefault, d.have.Expr, d.want.Expr
	}
	return c, err
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
	switch o.Special {
	case "s":
		return "GENERATED ALWAYS AS (" + o.Expr + ") STORED"
	case "v":
		return "GENERATED ALWAYS AS (" + o.Expr + ") VIRTUAL"
	case "a":
		return "GENERATED ALWAYS AS IDENTITY"
	case "d":
		return "GENERATED BY DEFAULT AS IDENTITY"
	default:
		return "not generated"
	}
}

// constraintType is how PostgreSQL's definition of a constraint begins.
func constraintType(def string) string {
	for _, t := range []string{"PRIMARY KEY", "FOREIGN KEY", "CHECK", "UNIQUE", "EXCLUDE"} {
		if strings.HasPrefix(def, t) {
			return t
		}
	}
	return ""
}

// relationKind is pg_class's relkind and relpersistence in words.
func relationKind(def string) string {
	kinds := map[byte]string{
		'r': "table", 'p': "partitioned table", 'v': "view", 'm': "materialized view",
		'f': "foreign table", 'S': "sequence", 'i': "index", 'I': "index", 'c': "type",
	}
	if len(def) != 2 {
		return def
	}
	if def[1] == 'u' {
		return "unlogged " + kinds[def[0]]
	}
	return kinds[def[0]]
}
