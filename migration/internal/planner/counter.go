package planner

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
)

// A column counts by an identity, by a sequence of its own (serial), or by one
// that its default names. Whichever way it counted before, it goes on after the
// last number that was given, also where that row is gone.

// isSerial reports whether a column counts by a sequence of its own.
func isSerial(o catalog.Object) bool {
	return o.Kind == catalog.Column && o.Expr == catalog.OwnSequence
}

// counters are the sequences that have counted a column so far.
type counters struct {
	identity catalog.Sequence   // that of an identity column; empty if there is none
	own      []catalog.Sequence // owned by the column
	named    string             // named by the default, not the column's own; an SQL string
}

var namedSequence = regexp.MustCompile(`^nextval\((E?'(?:[^']|'')*'::regclass)\)$`)

// countersOf returns a column's sequences.
func (p *Planner) countersOf(ctx context.Context, k catalog.Key, h catalog.Object) (counters, error) {
	all, err := catalog.SequencesOf(ctx, p.Tx, k)
	if err != nil {
		return counters{}, err
	}
	var c counters
	for _, s := range all {
		if s.Identity {
			c.identity = s
		} else {
			c.own = append(c.own, s)
		}
	}
	if m := namedSequence.FindStringSubmatch(h.Expr); m != nil {
		c.named = m[1]
	}
	return c, nil
}

// given are queries of the last number that each sequence has given, none if it
// has given none.
func (c counters) given() []string {
	var out []string
	for _, s := range c.own {
		out = append(out, "SELECT last_value FROM "+s.Name+" WHERE is_called")
	}
	if c.named != "" {
		out = append(out, "SELECT pg_catalog.pg_sequence_last_value("+c.named+")")
	}
	return out
}

// goOn returns the statement that makes a sequence, an SQL expression, go on
// after the rows of a column and the numbers that were given.
func goOn(sequence string, k catalog.Key, o catalog.Object, given []string) string {
	last, beyond, start := "max", ">=", "1"
	if catalog.IsIdentity(o) {
		f := strings.Fields(o.Special) // a START 1 INCREMENT 1
		start = f[2]
		if strings.HasPrefix(f[4], "-") {
			last, beyond = "min", "<="
		}
	}
	numbers := append([]string{"SELECT " + catalog.Quote(k.Name) + " FROM " + k.Relation()}, given...)
	return fmt.Sprintf("SELECT pg_catalog.setval(%s, %s(n)) FROM (%s) AS given (n) HAVING %[2]s(n) %[4]s %[5]s",
		sequence, last, strings.Join(numbers, " UNION ALL "), beyond, start)
}

// identitySequence is the sequence of an identity column, where the column owns
// no other.
func identitySequence(k catalog.Key) string {
	return fmt.Sprintf("pg_catalog.pg_get_serial_sequence(%s, %s)", catalog.Literal(k.Relation()), catalog.Literal(k.Name))
}

// count makes a column an identity column, or changes how it counts.
func (p *Planner) count(ctx context.Context, k catalog.Key, h, w catalog.Object, alter alterFunc) error {
	p.unforce(k)
	if catalog.IsIdentity(h) {
		alter(phaseFinishColumn, "change the counting of", identityChange(h, w), identityChange(w, h))
		if upwards(h) != upwards(w) {
			p.add(phaseFinishColumn, k, "go on counting from the rows of "+k.String(), goOn(identitySequence(k), k, w, nil))
		}
		return nil
	}
	c, err := p.countersOf(ctx, k, h)
	if err != nil {
		return err
	}
	for _, s := range c.own {
		p.add(phaseFinishColumn, k, "take the sequence from column "+k.String(),
			"ALTER SEQUENCE "+s.Name+" OWNED BY NONE", "ALTER SEQUENCE "+s.Name+" OWNED BY "+k.Relation()+"."+catalog.Quote(k.Name))
	}
	alter(phaseFinishColumn, "count", "ADD "+identityClause(w), "DROP IDENTITY")
	p.add(phaseFinishColumn, k, "go on counting from the rows of "+k.String(), goOn(identitySequence(k), k, w, c.given()))
	for _, s := range c.own {
		if !s.Shared {
			p.add(phaseFinishColumn, k, "drop the sequence that counted column "+k.String()+" before", "DROP SEQUENCE "+s.Name,
				"CREATE SEQUENCE "+s.Name, goOn(catalog.Literal(s.Name), k, h, nil))
		}
	}
	return nil
}

// stopCounting makes an identity column a plain one, or one that counts by a
// sequence of its own. The numbers that were given are kept in that sequence, so
// that they are not given twice when the column counts again; a column that is no
// integer any more does not.
func (p *Planner) stopCounting(ctx context.Context, k catalog.Key, h, w catalog.Object, alter alterFunc) error {
	if !slices.Contains([]string{"smallint", "integer", "bigint"}, w.Def) {
		alter(phaseLoosenColumn, "stop counting", "DROP IDENTITY", "ADD "+identityClause(h))
		return nil
	}
	c, err := p.countersOf(ctx, k, h)
	if err != nil {
		return err
	}
	name := c.identity.Name
	f := strings.Fields(h.Special) // a START 1 INCREMENT 1
	asideLocal := catalog.Quote(fmt.Sprintf("%s%d", asideName, len(p.steps)))
	aside := catalog.Quote(k.Namespace) + "." + asideLocal
	copied := "SELECT pg_catalog.setval(%s, last_value, is_called) FROM %s"
	p.guardTable(k)
	p.add(phaseLoosenColumn, k, "keep the counting of column "+k.String(),
		fmt.Sprintf("CREATE SEQUENCE %s INCREMENT BY %s START WITH %s", aside, f[4], f[2]), "DROP SEQUENCE "+aside)
	p.add(phaseLoosenColumn, k, "keep the last number of column "+k.String(), fmt.Sprintf(copied, catalog.Literal(aside), name),
		fmt.Sprintf(copied, identitySequence(k), aside))
	alter(phaseLoosenColumn, "stop counting", "DROP IDENTITY", "ADD "+identityClause(h))
	p.add(phaseLoosenColumn, k, "name the kept sequence of column "+k.String(),
		"ALTER SEQUENCE "+aside+" RENAME TO "+c.identity.Local, "ALTER SEQUENCE "+name+" RENAME TO "+asideLocal)
	p.add(phaseLoosenColumn, k, "give the kept sequence to column "+k.String(),
		"ALTER SEQUENCE "+name+" OWNED BY "+k.Relation()+"."+catalog.Quote(k.Name), "ALTER SEQUENCE "+name+" OWNED BY NONE")
	return nil
}

// countBySequence sets the default of a serial column, whose sequence goes on
// after the numbers that were given.
func (p *Planner) countBySequence(ctx context.Context, k catalog.Key, h, w catalog.Object, alter alterFunc) error {
	c, err := p.countersOf(ctx, k, h)
	if err != nil {
		return err
	}
	if c.identity.Name != "" {
		c.own = append(c.own, c.identity) // kept under its name: see stopCounting
	}
	var sequence string
	switch {
	case len(c.own) > 0:
		sequence = c.own[0].Name
		bounds := ""
		if !isSerial(h) {
			bounds = " INCREMENT BY 1 START WITH 1 NO MINVALUE NO MAXVALUE"
		}
		if !c.own[0].Upwards {
			bounds += " RESTART"
		}
		p.add(phaseFinishColumn, k, "have the sequence count as far as column "+k.String(), "ALTER SEQUENCE "+sequence+" AS "+w.Def+bounds)
	default:
		if sequence, err = catalog.FreeName(ctx, p.Tx, k.Namespace, k.Table+"_"+k.Name+"_seq"); err != nil {
			return err
		}
		p.add(phaseFinishColumn, k, "create a sequence for column "+k.String(),
			"CREATE SEQUENCE "+sequence+" AS "+w.Def+" OWNED BY "+k.Relation()+"."+catalog.Quote(k.Name), "DROP SEQUENCE "+sequence)
	}
	if !isSerial(h) {
		p.unforce(k)
		p.add(phaseFinishColumn, k, "go on counting from the rows of "+k.String(), goOn(catalog.Literal(sequence), k, w, c.given()))
	}
	alter(phaseFinishColumn, "set the default of", "SET DEFAULT nextval("+catalog.Literal(sequence)+"::regclass)", "DROP DEFAULT")
	return nil
}

// currentDefault returns a column's default as SQL.
func (p *Planner) currentDefault(ctx context.Context, k catalog.Key, h catalog.Object) (string, error) {
	if !isSerial(h) {
		return h.Expr, nil
	}
	c, err := p.countersOf(ctx, k, h)
	if err != nil || len(c.own) == 0 {
		return "", err
	}
	return "nextval(" + catalog.Literal(c.own[0].Name) + "::regclass)", nil
}

// upwards reports whether an identity column counts upwards.
func upwards(o catalog.Object) bool { return !strings.HasPrefix(strings.Fields(o.Special)[4], "-") }

// identityChange returns the clause that changes an identity column from one
// way of counting to another. In the other direction its sequence has other
// bounds, and begins again.
func identityChange(from, to catalog.Object) string {
	kind := "BY DEFAULT"
	if to.Special[0] == 'a' {
		kind = "ALWAYS"
	}
	f := strings.Fields(to.Special) // a START 1 INCREMENT 1
	clause := fmt.Sprintf("SET GENERATED %s SET START WITH %s SET INCREMENT BY %s", kind, f[2], f[4])
	if upwards(from) != upwards(to) {
		clause += " SET NO MINVALUE SET NO MAXVALUE RESTART"
	}
	return clause
}

// identityClause returns the identity clause of a column.
func identityClause(o catalog.Object) string {
	f := strings.Fields(o.Special)
	kind, _, _ := strings.Cut(generation(o), " (")
	return fmt.Sprintf("%s (START WITH %s INCREMENT BY %s)", kind, f[2], f[4])
}
