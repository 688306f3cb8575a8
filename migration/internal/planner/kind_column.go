package planner

import (
	"context"
	"fmt"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
)

// alterColumn changes everything that differs about one column. d is any of its
// differences: both sides are in each.
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
		// Before the columns go that it is computed from.
		alter(phaseDropGenerated, "stop computing", "DROP EXPRESSION")
	}
	hadDefault := !catalog.IsGenerated(h) && h.Expr != ""
	hasDefault := !catalog.IsGenerated(w) && w.Expr != ""
	if hadDefault && (!hasDefault || !sameType) {
		alter(phaseLoosenColumn, "drop the default of", "DROP DEFAULT", "SET DEFAULT "+h.Expr)
	}
	if catalog.IsIdentity(h) && !catalog.IsIdentity(w) {
		alter(phaseLoosenColumn, "stop counting", "DROP IDENTITY", "ADD "+generation(h))
	}
	if h.NotNull && !w.NotNull {
		alter(phaseLoosenColumn, "allow NULL in", "DROP NOT NULL", "SET NOT NULL")
	}
	emptied := false
	if !sameType {
		var err error
		if emptied, err = p.retype(ctx, d, alter); err != nil {
			return err
		}
		if emptied && h.NotNull && w.NotNull {
			alter(phaseLoosenColumn, "allow NULL for a while in", "DROP NOT NULL", "SET NOT NULL")
		}
	}
	if hasDefault && (!hadDefault || h.Expr != w.Expr || !sameType) {
		if err := p.setDefault(ctx, k, h); err != nil {
			return err
		}
	}
	if w.NotNull && (!h.NotNull || emptied) {
		if hasDefault {
			p.fill(ctx, k, emptied)
		}
		alter(phaseFinishColumn, "refuse NULL in", "SET NOT NULL", "DROP NOT NULL")
	}
	if catalog.IsIdentity(w) && h.Special != w.Special {
		p.count(k, h, w, alter)
	}
	return nil
}

type alterFunc func(ph phase, comment, what string, reverse ...string)

// retype changes a column's type or collation, and makes anew what PostgreSQL
// does not change along. It says whether values become NULL by that.
func (p *Planner) retype(ctx context.Context, d catalog.Difference, alter alterFunc) (emptied bool, err error) {
	k := d.Key
	if err := p.replaceDependents(ctx, k, func(dep catalog.Key) bool {
		switch dep.Kind {
		case catalog.Column, catalog.Policy:
			return true
		case catalog.Index:
			return p.probe.want[dep].Unstable // PostgreSQL would write it anew from its print.
		case catalog.Constraint:
			switch def := p.probe.have[dep].Def; catalog.ConstraintType(def) {
			case "FOREIGN KEY":
				return d.Have.Def != d.Want.Def
			case "CHECK", "EXCLUDE":
				return strings.Contains(def, "::") // The same.
			}
		}
		return false
	}); err != nil {
		return false, err
	}
	cast := p.probe.cast(ctx, d)
	comment := fmt.Sprintf("change the type from %s to %s of", d.Have.Def, d.Want.Def)
	if cast == "" {
		// Only force comes here. What can be kept is kept.
		cast, emptied = castCall(d), true
		comment = "keep what can be kept, and " + comment
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
		back += storageClause(k, p.probe.have)
		reverse = append(reverse, back)
	}
	alter(phaseColumnType, comment, "TYPE "+typ+using, reverse...)
	if emptied {
		// At once, as the next column's has the same name.
		p.add(phaseColumnType, k, "drop the function again", dropCast)
	}
	return emptied, nil
}

// replaceColumn drops a column and adds it again, for what PostgreSQL cannot
// change: how its values are computed.
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
	// Its comment went with it.
	comment := k
	comment.Kind = catalog.Comment
	if o, ok := p.probe.want[comment]; ok && !p.made[comment] {
		p.made[comment] = true
		p.add(phaseComment, comment, verb("create", comment), restoreStatement(o))
	}
	return nil
}

// replaceDependents makes anew what depends on a column and is chosen.
func (p *Planner) replaceDependents(ctx context.Context, k catalog.Key, chosen func(catalog.Key) bool) error {
	deps, err := catalog.DependentsOn(ctx, p.probe.tx, k)
	if err != nil {
		return err
	}
	for _, dep := range deps {
		if !chosen(dep) {
			continue
		}
		replace := p.replace
		if dep.Kind == catalog.Column {
			replace = p.replaceGenerated
		}
		if err := replace(ctx, dep); err != nil {
			return err
		}
	}
	return nil
}

// replaceGenerated makes a column anew that is generated from another, unless
// it goes or is changed in any case.
func (p *Planner) replaceGenerated(ctx context.Context, k catalog.Key) error {
	if w, ok := p.probe.want[k]; !ok || !catalog.IsGenerated(w) {
		return nil
	}
	return p.replaceColumn(ctx, k)
}

func (p *Planner) setDefault(ctx context.Context, k catalog.Key, h catalog.Object) error {
	sql, err := p.probe.d.Owner(k.Namespace).Renderer.SetDefault(ctx, k)
	if err != nil || sql == "" {
		return err
	}
	back := "DROP DEFAULT"
	if h.Expr != "" && !catalog.IsGenerated(h) {
		back = "SET DEFAULT " + h.Expr
	}
	p.add(phaseFinishColumn, k, "set the default of column "+k.String(), sql,
		catalog.AlterTable(k.Relation(), "ALTER COLUMN "+catalog.Quote(k.Name)+" "+back))
	return nil
}

// fill gives the default to the rows without a value, if there are any: the
// plan is as short as it can be.
func (p *Planner) fill(ctx context.Context, k catalog.Key, emptied bool) {
	if n, ok := p.probe.attempt(ctx, k, catalog.Quote(k.Name)+" IS NULL"); ok && n == 0 && !emptied {
		return
	}
	p.unforce(k)
	p.add(phaseFinishColumn, k, "give the default to the rows without a value in "+k.String(),
		fmt.Sprintf("UPDATE %s SET %[2]s = DEFAULT WHERE %[2]s IS NULL", k.Relation(), catalog.Quote(k.Name)))
}

// unforce puts a table's policies aside, for its owner, while rows are changed.
func (p *Planner) unforce(k catalog.Key) {
	security := catalog.Key{Namespace: k.Namespace, Table: k.Table, Kind: catalog.Security}
	if !p.probe.forced(k) || p.gone[security] || p.unforced[security] {
		return
	}
	p.unforced[security] = true
	p.add(phaseLoosenColumn, security, "let the owner of "+k.TableKey().String()+" see all rows", catalog.AlterTable(k.Relation(), "NO FORCE ROW LEVEL SECURITY"))
	if o, ok := p.probe.want[security]; !ok || o.Def == p.probe.have[security].Def {
		p.add(phaseSecurity, security, "have the policies of "+k.TableKey().String()+" hold for its owner again", catalog.AlterTable(k.Relation(), "FORCE ROW LEVEL SECURITY"))
	}
}

// count makes PostgreSQL count a column up, from where the rows are.
func (p *Planner) count(k catalog.Key, h, w catalog.Object, alter alterFunc) {
	if !catalog.IsIdentity(h) {
		p.unforce(k)
		alter(phaseFinishColumn, "count", "ADD "+identityClause(w), "DROP IDENTITY")
		p.add(phaseFinishColumn, k, "go on counting from the rows of "+k.String(), fmt.Sprintf(
			"SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence(%s, %s), max(%[3]s)) FROM %[4]s HAVING max(%[3]s) >= %[5]s",
			catalog.Literal(k.Relation()), catalog.Literal(k.Name), catalog.Quote(k.Name), k.Relation(), sequenceStart(w)))
		return
	}
	change := func(o catalog.Object) string {
		kind := "BY DEFAULT"
		if o.Special[0] == 'a' {
			kind = "ALWAYS"
		}
		f := strings.Fields(o.Special) // a START 1 INCREMENT 1
		return fmt.Sprintf("SET GENERATED %s SET START WITH %s SET INCREMENT BY %s", kind, f[2], f[4])
	}
	alter(phaseFinishColumn, "change the counting of", change(w), change(h))
}

// identityClause is how a column is declared to count up.
func identityClause(o catalog.Object) string {
	f := strings.Fields(o.Special)
	kind, _, _ := strings.Cut(generation(o), " (")
	return fmt.Sprintf("%s (START WITH %s INCREMENT BY %s)", kind, f[2], f[4])
}

func sequenceStart(o catalog.Object) string { return strings.Fields(o.Special)[2] }
