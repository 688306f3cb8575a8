package planner

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/desired"
	"github.com/elizago/elizago/migration/plan"
)

func enumKind() kind {
	return kind{
		changes:     changes{added: plan.AddEnum, removed: plan.DropEnum, altered: plan.AlterEnum},
		createPhase: always(phaseType),
		dropPhase:   always(phaseDropType),
		drop:        func(k catalog.Key) string { return "DROP TYPE " + catalog.Relation(k.Namespace, k.Name) },
		restore: func(o catalog.Object) string {
			return "CREATE TYPE " + catalog.Relation(o.Namespace, o.Name) + " AS ENUM (" + o.Def + ")"
		},
		altered:  enumAltered,
		alter:    (*Planner).alterEnum,
		suffices: enumSuffices,
		locked:   (*impact).columnsOf,
	}
}

// enumAltered counts the rows with a removed label.
func enumAltered(ctx context.Context, i *impact, c *Change) (err error) {
	d := c.Difference
	if gone := without(labelsOf(d.Have.Def), labelsOf(d.Want.Def)); len(gone) > 0 {
		c.Class = plan.Destructive
		c.Rows, err = i.labels(ctx, d.Key, gone)
		c.affects("with a value that goes: " + strings.Join(gone, ", "))
		if added := without(labelsOf(d.Want.Def), labelsOf(d.Have.Def)); c.Rows > 0 && len(added) > 0 {
			c.Hint = fmt.Sprintf("if %s is the new name of %s, annotate the column with entpg.ValueRenamedFrom(%q, %q), and nothing is lost", added[0], gone[0], gone[0], added[0])
		}
		for _, k := range i.columnsOf(d.Key) {
			if w := i.want[k]; err == nil && w.NotNull && w.Expr == "" && !strings.HasSuffix(w.Def, "[]") && w.Def == i.have[k].Def {
				var n int64
				if n, err = i.labelsIn(ctx, k, gone); n > 0 {
					// nothing can replace them
					c.Class = plan.DataDependent
					c.affects(fmt.Sprintf("with a value that goes: %s, and %s is without a default to take its place", strings.Join(gone, ", "), k))
				}
			}
		}
	}
	return err
}

// oldType is the name prefix of an enum type while its columns move to its
// successor.
const oldType = "zz_elizago_old_"

var oldTypeName = regexp.MustCompile(oldType + `\d+`)

// RealNames returns the text with the temporary name of a replaced enum type
// changed back to the type's own.
func (s Step) RealNames(text string) string {
	if s.Key.Kind != catalog.Enum {
		return text
	}
	return oldTypeName.ReplaceAllLiteralString(text, s.Key.Name)
}

// alterEnum changes an enum type. If labels are only added, they are added in
// place. PostgreSQL does not allow a transaction to use a label that it added,
// and cannot remove or reorder labels: in these cases a new type replaces the
// old one.
func (p *Planner) alterEnum(ctx context.Context, d catalog.Difference) error {
	have, want := labelsOf(d.Have.Def), labelsOf(d.Want.Def)
	u := p.Desired.Owner(d.Key.Namespace)
	if isSubsequence(have, want) && !p.usesLabels(u, without(want, have)) {
		p.addLabels(d.Key, have, want)
		return nil
	}
	return p.replaceEnum(ctx, d)
}

// addLabels adds each label after its predecessor.
func (p *Planner) addLabels(k catalog.Key, have, want []string) {
	for i, l := range want {
		if slices.Contains(have, l) {
			continue
		}
		place := ""
		switch {
		case i > 0:
			place = " AFTER " + catalog.Literal(want[i-1])
		case len(have) > 0:
			place = " BEFORE " + catalog.Literal(have[0])
		}
		p.add(phaseType, k, fmt.Sprintf("add the value %s to type %s", l, k),
			"ALTER TYPE "+catalog.Relation(k.Namespace, k.Name)+" ADD VALUE "+catalog.Literal(l)+place)
	}
}

// usesLabels reports whether expressions or data migrations of the enumeration's
// owner, or any view, may use one of the labels.
func (p *Planner) usesLabels(u *desired.Unit, labels []string) bool {
	if p.DataAfter[u.Plugin] {
		return true
	}
	for i := range p.Desired.Units {
		other := &p.Desired.Units[i]
		for _, line := range strings.Split(other.Text, ";\n") {
			// Of other schema owners only views read the enumeration's columns.
			reads := other.Plugin == u.Plugin && !strings.HasPrefix(line, "CREATE TYPE ") || strings.HasPrefix(line, "CREATE VIEW ")
			if reads && slices.ContainsFunc(labels, func(l string) bool { return strings.Contains(line, catalog.Literal(l)) }) {
				return true
			}
		}
	}
	return false
}

// replaceEnum creates the type again and moves the columns that keep it.
// Objects that depend on these are replaced too, as they may hold labels of the old
// type.
func (p *Planner) replaceEnum(ctx context.Context, d catalog.Difference) error {
	k := d.Key
	aside := fmt.Sprintf("%s%d", oldType, len(p.steps))
	name, old := catalog.Relation(k.Namespace, k.Name), catalog.Relation(k.Namespace, aside)
	create, err := p.Desired.Owner(k.Namespace).Renderer.Create(ctx, k)
	if err != nil {
		return err
	}
	p.add(phaseType, k, fmt.Sprintf("put type %s aside", k), "ALTER TYPE "+name+" RENAME TO "+catalog.Quote(aside))
	p.add(phaseType, k, verb("create", k), create)
	for _, c := range p.impact.columnsOf(k) {
		h, w := p.Have[c], p.Want[c]
		if h.Def != w.Def || catalog.IsGenerated(w) {
			continue // dropped, or changed anyway
		}
		if err := p.stopAt(ctx, c, true); err != nil {
			return err
		}
		if err := p.replaceDependents(ctx, c, func(catalog.Key) bool { return true }); err != nil {
			return err
		}
		column := "ALTER COLUMN " + catalog.Quote(c.Name) + " "
		if h.Expr != "" && h.Expr == w.Expr {
			p.add(phaseLoosenColumn, c, "drop the default of column "+c.String(), catalog.AlterTable(c.Relation(), column+"DROP DEFAULT"))
			if err := p.setDefault(ctx, c, h); err != nil {
				return err
			}
		} else if h.Expr != "" && w.Expr != "" {
			p.add(phaseLoosenColumn, c, "drop the default of column "+c.String(), catalog.AlterTable(c.Relation(), column+"DROP DEFAULT"))
		}
		p.add(phaseColumnType, c, "change the type of column "+c.String(),
			catalog.AlterTable(c.Relation(), column+"TYPE "+w.Def+" USING "+p.keepLabels(c, d)+p.keepStorage(c)))
	}
	p.add(phaseDropType, k, fmt.Sprintf("drop the old type %s", k), "DROP TYPE "+old)
	attached, err := catalog.HangingOn(ctx, p.Tx, k, k)
	if err != nil {
		return err
	}
	for _, a := range attached {
		p.keep(k, a.SQL)
	}
	return nil
}

// keepLabels returns the expression of a column's value in the new type. With
// force, a removed label becomes the default of a column that is NOT NULL, NULL in
// another one, and is removed from an array; without, a row inserted meanwhile
// makes the statement fail.
func (p *Planner) keepLabels(c catalog.Key, d catalog.Difference) string {
	w := p.Want[c]
	text := catalog.Quote(c.Name) + "::text"
	gone := without(labelsOf(d.Have.Def), labelsOf(d.Want.Def))
	if len(gone) == 0 || !p.Force || w.NotNull && w.Expr == "" && !strings.HasSuffix(w.Def, "[]") {
		return text + "::" + w.Def
	}
	if strings.HasSuffix(w.Def, "[]") {
		text += "[]"
		for _, l := range gone {
			text = "pg_catalog.array_remove(" + text + ", " + catalog.Literal(l) + ")"
		}
		return text + "::" + w.Def
	}
	list := make([]string, 0, len(gone))
	for _, l := range gone {
		list = append(list, catalog.Literal(l))
	}
	instead := ""
	if w.NotNull {
		instead = " ELSE " + w.Expr
	}
	return fmt.Sprintf("CASE WHEN %s NOT IN (%s) THEN %[1]s::%[3]s%[4]s END", text, strings.Join(list, ", "), w.Def, instead)
}

var label = regexp.MustCompile(`E?'((?:[^']|'')*)'`)

// labelsOf parses the labels that PostgreSQL printed.
func labelsOf(def string) []string {
	var out []string
	for _, m := range label.FindAllStringSubmatch(def, -1) {
		l := strings.ReplaceAll(m[1], "''", "'")
		if strings.HasPrefix(m[0], "E") {
			l = strings.ReplaceAll(l, `\\`, `\`)
		}
		out = append(out, l)
	}
	return out
}

// without returns the elements of a that are not in b.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

// isSubsequence reports whether b has all of a, in the same order.
func isSubsequence(a, b []string) bool {
	i := 0
	for _, s := range b {
		if i < len(a) && a[i] == s {
			i++
		}
	}
	return i == len(a)
}
