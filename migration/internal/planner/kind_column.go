package planner

import (
	"context"
	"fmt"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/plan"
)

func columnKind() kind {
	return kind{
		changes:     changes{added: plan.AddColumn, removed: plan.DropColumn}, // altered: see columnAltered
		createPhase: generatedLater(phaseAddColumn, phaseAddGenerated),
		attached:    true,
		dropPhase:   generatedLater(phaseDropColumn, phaseDropGenerated),
		drop: func(k catalog.Key) string {
			return catalog.AlterTable(k.Relation(), "DROP COLUMN "+catalog.Quote(k.Name))
		},
		added: columnAdded,
		beforeDrop: func(p *Planner, ctx context.Context, k catalog.Key) error {
			dependents, err := catalog.DependentsOn(ctx, p.Tx, k)
			if err != nil {
				return err
			}
			_, again := p.Want[k] // with another expression
			if err := p.stopAt(ctx, k, again); err != nil {
				return err
			}
			return p.remakeReaders(ctx, dependents)
		},
		removed:  columnRemoved,
		altered:  columnAltered,
		suffices: columnSuffices,
		create:   (*Planner).createColumn,
		alter:    (*Planner).alterColumn,
		remake:   (*Planner).replaceGenerated,
		retyped:  func(*Planner, catalog.Key, catalog.Difference) bool { return true },
	}
}

// generatedLater returns a phase with an exception for generated columns.
func generatedLater(plain, generated phase) func(catalog.Object) phase {
	return func(o catalog.Object) phase {
		if catalog.IsGenerated(o) {
			return generated
		}
		return plain
	}
}

func columnAdded(ctx context.Context, i *impact, c *Change) (err error) {
	want := c.Difference.Want
	c.To = columnDefinition(want)
	if want.NotNull && want.Expr == "" && want.Special == "" {
		c.Class = plan.DataDependent
		c.Rows, err = i.rows(ctx, c.Difference.Key, "")
		c.affects("without a value for it: give the column a default, or make it Optional")
	}
	return err
}

func columnRemoved(ctx context.Context, i *impact, c *Change) (err error) {
	d := c.Difference
	c.From = columnDefinition(d.Have)
	if catalog.IsGenerated(d.Have) {
		return nil // it can be computed again
	}
	c.Class, c.Impact, c.always = plan.Destructive, "with a value in it", true
	c.Rows, err = i.rows(ctx, d.Key, catalog.Quote(d.Key.Name)+" IS NOT NULL")
	return err
}

// columnAltered completes the change of one aspect of a column that exists on
// both sides.
func columnAltered(ctx context.Context, i *impact, c *Change) error {
	var err error
	d := c.Difference
	switch {
	case d.Aspect == catalog.Definition:
		c.Kind = plan.AlterType
		c.Rows, err = i.lossy(ctx, d)
		if c.Rows > 0 || !widens(d.Have.Def, d.Want.Def) {
			c.Class = plan.Destructive
		}
		c.affects("with a value that the new type cannot hold as it is")
		if c.Rows > 0 && d.Want.NotNull && !hasPlainDefault(d.Want) && i.cast(ctx, d) == "" {
			// nothing can replace them
			c.Class, c.Impact = plan.DataDependent, "with a value that the new type cannot hold, and without a default to take its place"
		}
		if c.Rows > 1 && d.Want.NotNull && isConstant(d.Want) && i.uniqueAlone(d.Key) && i.cast(ctx, d) == "" {
			c.Class, c.Impact = plan.DataDependent, "with a value that the new type cannot hold, and a default that only one row can have, as the column is unique"
		}
	case d.Aspect == catalog.NotNull && d.Want.NotNull:
		c.Kind, c.From, c.To, c.Class = plan.SetNotNull, "NULL", "NOT NULL", plan.DataDependent
		if catalog.IsGenerated(d.Want) && (!catalog.IsGenerated(d.Have) || d.Have.Expr != d.Want.Expr) {
			break // The current values do not matter: all are computed again.
		}
		c.Rows, err = i.rows(ctx, d.Key, catalog.Quote(d.Key.Name)+" IS NULL")
		c.affects("without a value")
		if c.Rows > 0 && d.Want.Expr != "" && !catalog.IsGenerated(d.Want) {
			// NULL may have had a meaning; the default replaces it.
			c.Class = plan.Destructive
		}
	case d.Aspect == catalog.NotNull:
		c.Kind, c.From, c.To = plan.DropNotNull, "NOT NULL", "NULL"
	case d.Aspect == catalog.Generated && (catalog.IsGenerated(d.Have) || catalog.IsGenerated(d.Want)):
		c.Kind, c.From, c.To = plan.AlterGenerated, generation(d.Have), generation(d.Want)
		if !catalog.IsGenerated(d.Have) {
			c.Class = plan.Destructive
			c.Rows, err = i.rows(ctx, d.Key, catalog.Quote(d.Key.Name)+" IS NOT NULL")
			c.affects("with a value that will be computed instead")
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
	return err
}

// columnDefinition describes a column.
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

// generation describes how a column's value is generated.
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

// createColumn adds a column by its declared DDL, including its storage.
func (p *Planner) createColumn(ctx context.Context, k catalog.Key) error {
	p.made[storageKey(k)] = true
	return p.createDeclared(ctx, k)
}

// alterColumn plans all changes of one column. d is any of its differences:
// each has both sides.
func (p *Planner) alterColumn(ctx context.Context, d catalog.Difference) error {
	k, h, w := d.Key, d.Have, d.Want
	sameType := h.Def == w.Def && h.Collation == w.Collation
	if catalog.IsGenerated(w) && (!catalog.IsGenerated(h) || h.Expr != w.Expr || !sameType) {
		return p.replaceColumn(ctx, k)
	}
	alter := func(ph phase, comment, what string, reverse ...string) {
		for i, r := range reverse {
			reverse[i] = catalog.AlterTable(k.Relation(), "ALTER COLUMN "+catalog.Quote(k.Name)+" "+r)
		}
		p.add(ph, k, comment+" column "+k.String(), catalog.AlterTable(k.Relation(), "ALTER COLUMN "+catalog.Quote(k.Name)+" "+what), reverse...)
	}
	if catalog.IsGenerated(h) && !catalog.IsGenerated(w) {
		// Before the columns that it is computed from are dropped.
		alter(phaseDropGenerated, "stop computing", "DROP EXPRESSION")
	}
	hadDefault := !catalog.IsGenerated(h) && h.Expr != ""
	hasDefault := !catalog.IsGenerated(w) && w.Expr != ""
	if hadDefault && (!hasDefault || !sameType) {
		before, err := p.currentDefault(ctx, k, h)
		if err != nil {
			return err
		}
		alter(phaseLoosenColumn, "drop the default of", "DROP DEFAULT", "SET DEFAULT "+before)
	}
	if catalog.IsIdentity(h) && !catalog.IsIdentity(w) {
		if err := p.stopCounting(ctx, k, h, w, alter); err != nil {
			return err
		}
	}
	if h.NotNull && !w.NotNull {
		alter(phaseLoosenColumn, "allow NULL in", "DROP NOT NULL", "SET NOT NULL")
	}
	if !sameType {
		if err := p.retype(ctx, d, alter); err != nil {
			return err
		}
	}
	if hasDefault && (!hadDefault || h.Expr != w.Expr || !sameType) {
		set := func() error { return p.setDefault(ctx, k, h) }
		if isSerial(w) {
			set = func() error { return p.countBySequence(ctx, k, h, w, alter) }
		}
		if err := set(); err != nil {
			return err
		}
	}
	if w.NotNull && !h.NotNull {
		if hasDefault {
			p.fill(ctx, k)
		}
		alter(phaseFinishColumn, "refuse NULL in", "SET NOT NULL", "DROP NOT NULL")
	}
	if catalog.IsIdentity(w) && h.Special != w.Special {
		return p.count(ctx, k, h, w, alter)
	}
	return nil
}

type alterFunc func(ph phase, comment, what string, reverse ...string)

// retype changes a column's type or collation, and replaces the objects that
// PostgreSQL does not change with it.
func (p *Planner) retype(ctx context.Context, d catalog.Difference, alter alterFunc) error {
	k := d.Key
	if err := p.stopAt(ctx, k, true); err != nil {
		return err
	}
	if err := p.replaceDependents(ctx, k, func(dep catalog.Key) bool {
		retyped := p.kinds[dep.Kind].retyped
		return retyped != nil && retyped(p, dep, d)
	}); err != nil {
		return err
	}
	emptied := false
	cast := p.impact.cast(ctx, d)
	comment := fmt.Sprintf("change the type from %s to %s of", d.Have.Def, d.Want.Def)
	if cast == "" {
		// Only reached with force. Values that can be converted are kept.
		cast, emptied = castCall(d), true
		comment = "keep what can be kept, and " + comment
		if d.Want.NotNull {
			// In the same statement: a column of the primary key cannot be without
			// a value for a while.
			cast = "coalesce(" + cast + ", " + d.Want.Expr + ")"
		}
		p.add(phaseColumnType, k, "have a function for the values of column "+k.String(), createCast(d))
	}
	typ := d.Want.Def
	if d.Want.Collation != "" {
		typ += " COLLATE " + d.Want.Collation
	}
	using := ""
	if d.Have.Def != d.Want.Def {
		using = " USING " + cast
	}
	using += p.keepStorage(k)
	var reverse []string
	if widens(d.Have.Def, d.Want.Def) {
		back := "TYPE " + d.Have.Def
		if d.Have.Collation != "" {
			back += " COLLATE " + d.Have.Collation
		}
		if d.Have.Def != d.Want.Def {
			back += " USING " + catalog.Quote(k.Name) + "::" + d.Have.Def
		}
		back += storageClause(k, p.Have)
		reverse = append(reverse, back)
	}
	alter(phaseColumnType, comment, "TYPE "+typ+using, reverse...)
	if emptied {
		// Immediately, as the next column's function has the same name.
		p.add(phaseColumnType, k, "drop the function again", dropCast(d))
	}
	return nil
}

// hasPlainDefault reports whether a column has a default that can take the place
// of a lost value in any statement.
func hasPlainDefault(o catalog.Object) bool {
	return o.Expr != "" && !catalog.IsGenerated(o) && !isSerial(o)
}

// replaceColumn drops a column and adds it again, because PostgreSQL cannot
// change a generation expression.
func (p *Planner) replaceColumn(ctx context.Context, k catalog.Key) error {
	if p.gone[k] {
		return nil
	}
	if err := p.replaceDependents(ctx, k, func(catalog.Key) bool { return true }); err != nil {
		return err
	}
	if err := p.drop(ctx, k); err != nil {
		return err
	}
	if err := p.create(ctx, k); err != nil {
		return err
	}
	// Its comment was dropped with it.
	comment := k
	comment.Kind = catalog.Comment
	if o, ok := p.Want[comment]; ok && !p.made[comment] {
		p.made[comment] = true
		p.add(phaseComment, comment, verb("create", comment), p.restoreStatement(o))
	}
	return nil
}

// replaceDependents replaces the chosen objects among those that depend on a column.
func (p *Planner) replaceDependents(ctx context.Context, k catalog.Key, chosen func(catalog.Key) bool) error {
	deps, err := catalog.DependentsOn(ctx, p.Tx, k)
	if err != nil {
		return err
	}
	for _, dep := range deps {
		if !chosen(dep) {
			continue
		}
		if err := p.remake(ctx, dep); err != nil {
			return err
		}
	}
	return nil
}

// replaceGenerated replaces a column that is generated from another, unless
// it goes or is changed in any case.
func (p *Planner) replaceGenerated(ctx context.Context, k catalog.Key) error {
	if w, ok := p.Want[k]; !ok || !catalog.IsGenerated(w) {
		return nil
	}
	return p.replaceColumn(ctx, k)
}

func (p *Planner) setDefault(ctx context.Context, k catalog.Key, h catalog.Object) error {
	sql, err := p.Desired.Owner(k.Namespace).Renderer.SetDefault(ctx, k)
	if err != nil || sql == "" {
		return err
	}
	back := "DROP DEFAULT"
	if h.Expr != "" && !catalog.IsGenerated(h) {
		before, err := p.currentDefault(ctx, k, h)
		if err != nil {
			return err
		}
		back = "SET DEFAULT " + before
	}
	p.add(phaseFinishColumn, k, "set the default of column "+k.String(), sql,
		catalog.AlterTable(k.Relation(), "ALTER COLUMN "+catalog.Quote(k.Name)+" "+back))
	return nil
}

// fill sets the default in the rows without a value, if there are any.
func (p *Planner) fill(ctx context.Context, k catalog.Key) {
	if n, ok := p.impact.attempt(ctx, k, catalog.Quote(k.Name)+" IS NULL"); ok && n == 0 {
		return
	}
	p.unforce(k)
	p.add(phaseFinishColumn, k, "give the default to the rows without a value in "+k.String(),
		fmt.Sprintf("UPDATE %s SET %[2]s = DEFAULT WHERE %[2]s IS NULL", k.Relation(), catalog.Quote(k.Name)))
}

// unforce disables a table's policies for its owner while rows are changed.
func (p *Planner) unforce(k catalog.Key) {
	security := catalog.Key{Namespace: k.Namespace, Table: k.Table, Kind: catalog.Security}
	if !p.impact.forced(k) || p.gone[security] || p.unforced[security] {
		return
	}
	p.unforced[security] = true
	p.add(phaseLoosenColumn, security, "let the owner of "+k.TableKey().String()+" see all rows", catalog.AlterTable(k.Relation(), "NO FORCE ROW LEVEL SECURITY"))
	if o, ok := p.Want[security]; !ok || o.Def == p.Have[security].Def {
		p.add(phaseSecurity, security, "have the policies of "+k.TableKey().String()+" hold for its owner again", catalog.AlterTable(k.Relation(), "FORCE ROW LEVEL SECURITY"))
	}
}
