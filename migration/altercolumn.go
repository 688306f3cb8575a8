package migration

import (
	"context"
	"fmt"
	"strings"
)

// alterColumn changes everything that differs about one column. d is any of its
// differences: both sides are in each.
func (p *planner) alterColumn(ctx context.Context, d difference) error {
	k, h, w := d.key, d.have, d.want
	sameType := h.Def == w.Def && h.Collation == w.Collation
	if isGenerated(w) && (!isGenerated(h) || h.Expr != w.Expr || !sameType) {
		return p.replaceColumn(ctx, k)
	}
	alter := func(ph phase, comment, what string, reverse ...string) {
		for i, r := range reverse {
			reverse[i] = alterTable(k.relation(), "ALTER COLUMN "+quoted(k.Name)+" "+r)
		}
		p.add(ph, k, comment+" column "+k.String(), alterTable(k.relation(), "ALTER COLUMN "+quoted(k.Name)+" "+what), reverse...)
	}
	if isGenerated(h) && !isGenerated(w) {
		// Before the columns go that it is computed from.
		alter(phaseDropGenerated, "stop computing", "DROP EXPRESSION")
	}
	hadDefault := !isGenerated(h) && h.Expr != ""
	hasDefault := !isGenerated(w) && w.Expr != ""
	if hadDefault && (!hasDefault || !sameType) {
		alter(phaseLoosenColumn, "drop the default of", "DROP DEFAULT", "SET DEFAULT "+h.Expr)
	}
	if isIdentity(h) && !isIdentity(w) {
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
	if isIdentity(w) && h.Special != w.Special {
		p.count(k, h, w, alter)
	}
	return nil
}

type alterFunc func(ph phase, comment, what string, reverse ...string)

// retype changes a column's type or collation, and makes anew what PostgreSQL
// does not change along. It says whether values become NULL by that.
func (p *planner) retype(ctx context.Context, d difference, alter alterFunc) (emptied bool, err error) {
	k := d.key
	if err := p.replaceDependents(ctx, k, func(dep objectKey) bool {
		switch dep.Kind {
		case columnObject, policyObject:
			return true
		case indexObject:
			return p.probe.want[dep].Unstable // PostgreSQL would write it anew from its print.
		case constraintObject:
			switch def := p.probe.have[dep].Def; constraintType(def) {
			case "FOREIGN KEY":
				return d.have.Def != d.want.Def
			case "CHECK", "EXCLUDE":
				return strings.Contains(def, "::") // The same.
			}
		}
		return false
	}); err != nil {
		return false, err
	}
	cast := p.probe.cast(ctx, d)
	comment := fmt.Sprintf("change the type from %s to %s of", d.have.Def, d.want.Def)
	if cast == "" {
		// Only force comes here. What can be kept is kept.
		cast, emptied = castCall(d), true
		comment = "keep what can be kept, and " + comment
		p.add(phaseColumnType, k, "have a function for the values of column "+k.String(), createCast(d))
	}
	typ := d.want.Def
	if d.want.Collation != "" {
		typ += " COLLATE " + d.want.Collation
	}
	using := ""
	if d.have.Def != d.want.Def {
		using = " USING " + cast
	}
	using += p.keepStorage(k)
	var reverse []string
	if widens(d.have.Def, d.want.Def) {
		back := "TYPE " + d.have.Def
		if d.have.Collation != "" {
			back += " COLLATE " + d.have.Collation
		}
		if d.have.Def != d.want.Def {
			back += " USING " + quoted(k.Name) + "::" + d.have.Def
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
func (p *planner) replaceColumn(ctx context.Context, k objectKey) error {
	if p.gone[k] {
		return nil
	}
	if err := p.replaceDependents(ctx, k, func(objectKey) bool { return true }); err != nil {
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
	comment.Kind = commentObject
	if o, ok := p.probe.want[comment]; ok && !p.made[comment] {
		p.made[comment] = true
		p.add(phaseComment, comment, verb("create", comment), restoreStatement(o))
	}
	return nil
}

// replaceDependents makes anew what depends on a column and is chosen.
func (p *planner) replaceDependents(ctx context.Context, k objectKey, chosen func(objectKey) bool) error {
	deps, err := dependents(ctx, p.probe.tx, dependentsSQL, k)
	if err != nil {
		return err
	}
	for _, dep := range deps {
		if !chosen(dep) {
			continue
		}
		replace := p.replace
		if dep.Kind == columnObject {
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
func (p *planner) replaceGenerated(ctx context.Context, k objectKey) error {
	if w, ok := p.probe.want[k]; !ok || !isGenerated(w) {
		return nil
	}
	return p.replaceColumn(ctx, k)
}

func (p *planner) setDefault(ctx context.Context, k objectKey, h object) error {
	sql, err := p.probe.d.unitOf(k.Namespace).author.setDefault(ctx, k)
	if err != nil || sql == "" {
		return err
	}
	back := "DROP DEFAULT"
	if h.Expr != "" && !isGenerated(h) {
		back = "SET DEFAULT " + h.Expr
	}
	p.add(phaseFinishColumn, k, "set the default of column "+k.String(), sql,
		alterTable(k.relation(), "ALTER COLUMN "+quoted(k.Name)+" "+back))
	return nil
}

// fill gives the default to the rows without a value, if there are any: the
// plan is as short as it can be.
func (p *planner) fill(ctx context.Context, k objectKey, emptied bool) {
	if n, ok := p.probe.attempt(ctx, k, quoted(k.Name)+" IS NULL"); ok && n == 0 && !emptied {
		return
	}
	p.unforce(k)
	p.add(phaseFinishColumn, k, "give the default to the rows without a value in "+k.String(),
		fmt.Sprintf("UPDATE %s SET %[2]s = DEFAULT WHERE %[2]s IS NULL", k.relation(), quoted(k.Name)))
}

// unforce puts a table's policies aside, for its owner, while rows are changed.
func (p *planner) unforce(k objectKey) {
	security := objectKey{Namespace: k.Namespace, Table: k.Table, Kind: securityObject}
	if !p.probe.forced(k) || p.gone[security] || p.unforced[security] {
		return
	}
	p.unforced[security] = true
	p.add(phaseLoosenColumn, security, "let the owner of "+k.table().String()+" see all rows", alterTable(k.relation(), "NO FORCE ROW LEVEL SECURITY"))
	if o, ok := p.probe.want[security]; !ok || o.Def == p.probe.have[security].Def {
		p.add(phaseSecurity, security, "have the policies of "+k.table().String()+" hold for its owner again", alterTable(k.relation(), "FORCE ROW LEVEL SECURITY"))
	}
}

// count makes PostgreSQL count a column up, from where the rows are.
func (p *planner) count(k objectKey, h, w object, alter alterFunc) {
	if !isIdentity(h) {
		p.unforce(k)
		alter(phaseFinishColumn, "count", "ADD "+identityClause(w), "DROP IDENTITY")
		p.add(phaseFinishColumn, k, "go on counting from the rows of "+k.String(), fmt.Sprintf(
			"SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence(%s, %s), max(%[3]s)) FROM %[4]s HAVING max(%[3]s) >= %[5]s",
			literal(k.relation()), literal(k.Name), quoted(k.Name), k.relation(), sequenceStart(w)))
		return
	}
	change := func(o object) string {
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
func identityClause(o object) string {
	f := strings.Fields(o.Special)
	kind, _, _ := strings.Cut(generation(o), " (")
	return fmt.Sprintf("%s (START WITH %s INCREMENT BY %s)", kind, f[2], f[4])
}

func sequenceStart(o object) string { return strings.Fields(o.Special)[2] }
