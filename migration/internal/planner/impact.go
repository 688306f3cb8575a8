package planner

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"ariga.io/atlas/sql/schema"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/desired"
	"github.com/elizago/elizago/migration/plan"
)

// impact counts the rows that a change affects. A count that the server cannot
// make, such as for a constraint over a column that does not exist yet, is zero:
// the statement itself then fails, and everything is rolled back.
type impact struct {
	tx   *sql.Tx
	d    *desired.State
	have catalog.Objects
	want catalog.Objects
	// typeNames are the names of the declared enum types as PostgreSQL prints
	// them.
	typeNames map[catalog.Key]string
}

// newImpact returns an impact for the comparison of two states.
func newImpact(tx *sql.Tx, d *desired.State, want, have catalog.Objects) *impact {
	p := &impact{tx: tx, d: d, want: want, have: have, typeNames: map[catalog.Key]string{}}
	for _, c := range []catalog.Objects{have, want} {
		for k, o := range c {
			if k.Kind == catalog.Enum {
				p.typeNames[k] = o.Expr
			}
		}
	}
	return p
}

// rows counts the rows of the key's table that satisfy a condition; an empty
// one matches all. The table's alias is r.
func (p *impact) rows(ctx context.Context, k catalog.Key, where string) (int64, error) {
	return p.limited(ctx, k, rowsQuery(k.Relation(), where, plan.RowLimit+1))
}

// rowsQuery is the query for the number of rows that satisfy a condition, up to a
// limit. from is the table's name, with ONLY where the rows of tables that inherit
// from it do not count.
func rowsQuery(from, where string, limit int64) string {
	if where != "" {
		where = " WHERE " + where
	}
	return fmt.Sprintf("SELECT count(*) FROM (SELECT 1 FROM %s AS r%s LIMIT %d) AS n", from, where, limit)
}

// limited counts rows of the key's table by a query. Where policies hold for the
// owner as well, they would hide affected rows; there they are suspended while it
// counts.
func (p *impact) limited(ctx context.Context, k catalog.Key, query string) (n int64, err error) {
	if !p.forced(k) {
		return p.count(ctx, k, query)
	}
	if _, err := p.tx.ExecContext(ctx, "SAVEPOINT elizago_policies; "+catalog.AlterTable(k.Relation(), "NO FORCE ROW LEVEL SECURITY")); err != nil {
		return 0, fmt.Errorf("migration: look behind the policies of %s.%s: %w", k.Namespace, k.Table, err)
	}
	n, err = p.count(ctx, k, query)
	if _, e := p.tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT elizago_policies; RELEASE SAVEPOINT elizago_policies"); err == nil && e != nil {
		err = fmt.Errorf("migration: put the policies of %s.%s back: %w", k.Namespace, k.Table, e)
	}
	return n, err
}

// forced reports whether row security applies to the owner of the key's table.
func (p *impact) forced(k catalog.Key) bool {
	return strings.HasSuffix(p.have[catalog.Key{Namespace: k.Namespace, Table: k.Table, Kind: catalog.Security}].Def, "FORCE")
}

func (p *impact) count(ctx context.Context, k catalog.Key, query string) (int64, error) {
	var n int64
	if err := p.tx.QueryRowContext(ctx, query, catalog.OneRoundTrip).Scan(&n); err != nil {
		return 0, fmt.Errorf("migration: count the rows of %s.%s: %w", k.Namespace, k.Table, err)
	}
	return n, nil
}

// attempt counts like rows, and returns false if the condition fails.
func (p *impact) attempt(ctx context.Context, k catalog.Key, where string) (int64, bool) {
	return p.attemptQuery(ctx, k, rowsQuery(k.Relation(), where, plan.RowLimit+1))
}

// attemptAlone is attempt without the rows of tables that inherit from the key's:
// unique indexes and foreign keys do not hold for them.
func (p *impact) attemptAlone(ctx context.Context, k catalog.Key, where string) (int64, bool) {
	return p.attemptQuery(ctx, k, rowsQuery("ONLY "+k.Relation(), where, plan.RowLimit+1))
}

func (p *impact) attemptQuery(ctx context.Context, k catalog.Key, query string) (int64, bool) {
	if _, err := p.tx.ExecContext(ctx, "SAVEPOINT elizago_impact"); err != nil {
		return 0, false
	}
	n, err := p.limited(ctx, k, query)
	if err != nil {
		_, _ = p.tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT elizago_impact")
	}
	_, _ = p.tx.ExecContext(ctx, "RELEASE SAVEPOINT elizago_impact")
	return n, err == nil
}

// try counts like rows, and returns zero if the condition fails.
func (p *impact) try(ctx context.Context, k catalog.Key, where string) int64 {
	n, ok := p.attempt(ctx, k, where)
	if !ok {
		return 0
	}
	return n
}

// violations counts the rows that violate a check. def is PostgreSQL's print,
// "CHECK ((...))".
func (p *impact) violations(ctx context.Context, k catalog.Key, def string) int64 {
	expr := strings.TrimSuffix(strings.TrimPrefix(def, "CHECK "), " NO INHERIT")
	return p.try(ctx, k, "("+expr+") IS FALSE")
}

// labels counts the rows of the enum type's columns that hold one of the
// labels.
func (p *impact) labels(ctx context.Context, typ catalog.Key, labels []string) (int64, error) {
	var total int64
	for _, k := range p.columnsOf(typ) {
		n, err := p.labelsIn(ctx, k, labels)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

// labelsIn counts the rows that hold one of the labels in a column.
func (p *impact) labelsIn(ctx context.Context, column catalog.Key, labels []string) (int64, error) {
	list := make([]string, 0, len(labels))
	for _, l := range labels {
		list = append(list, catalog.Literal(l))
	}
	in := strings.Join(list, ", ")
	where := fmt.Sprintf("%s::text IN (%s)", catalog.Quote(column.Name), in)
	if strings.HasSuffix(p.have[column].Def, "[]") {
		where = fmt.Sprintf("%s::text[] && ARRAY[%s]", catalog.Quote(column.Name), in)
	}
	return p.rows(ctx, column, where)
}

// columnsOf returns the columns of declared tables of the enum type, or an
// array of it.
func (p *impact) columnsOf(typ catalog.Key) []catalog.Key {
	var out []catalog.Key
	for _, k := range p.have.Keys() {
		if k.Kind == catalog.Column && strings.TrimSuffix(p.have[k].Def, "[]") == p.typeNames[typ] {
			out = append(out, k)
		}
	}
	return out
}

// lossy counts the rows whose value does not survive the conversion to the new
// type and back, or cannot be converted.
func (p *impact) lossy(ctx context.Context, d catalog.Difference) (n int64, err error) {
	if widens(d.Have.Def, d.Want.Def) {
		return 0, nil
	}
	c := catalog.Quote(d.Key.Name)
	filled := c + " IS NOT NULL"
	if labels, ok := p.labelsOfType(strings.TrimSuffix(d.Want.Def, "[]")); ok {
		// the type may not exist yet, or have other labels
		test := "%s AND NOT %s::text = ANY (ARRAY[%s]::text[])"
		if strings.HasSuffix(d.Want.Def, "[]") {
			test = "%s AND NOT %s::text::text[] <@ ARRAY[%s]::text[]"
		}
		n, err = p.rows(ctx, d.Key, fmt.Sprintf(test, filled, c, labels))
		return n, err
	}
	if zoneDependent(d.Have.Def, d.Want.Def) {
		n, err = p.rows(ctx, d.Key, filled)
		return n, err
	}
	// lost counts by one conversion, and back directly or, without a cast,
	// through text.
	lost := func(there string) (int64, bool) {
		for _, back := range []string{"::", "::text::"} {
			where := fmt.Sprintf("%s AND (%s)%s%s::text IS DISTINCT FROM %s::text", filled, there, back, d.Have.Def, c)
			if n, ok := p.attempt(ctx, d.Key, where+reinterpreted(d, there)); ok {
				return n, true
			}
		}
		return 0, false
	}
	for _, cast := range casts(d.Key.Name, d.Want.Def) {
		if n, ok := lost(cast); ok {
			return n, nil
		}
	}
	// A value cannot be converted. Only the function finds which ones.
	counted := false
	if err := p.withCast(ctx, d, func() { n, counted = lost(castCall(d)) }); err != nil || counted {
		return n, err
	}
	return p.rows(ctx, d.Key, filled) // without a way back, every value counts as changed
}

// labelsOfType returns the labels that a declared enum type will have.
func (p *impact) labelsOfType(typ string) (string, bool) {
	for k, name := range p.typeNames {
		if name == typ {
			return p.want[k].Def, true
		}
	}
	return "", false
}

// orphans counts the rows that violate a foreign key.
func (p *impact) orphans(ctx context.Context, k catalog.Key) int64 {
	t, ok := p.table(k)
	if !ok {
		return 0
	}
	fk, ok := t.ForeignKey(k.Name)
	if !ok {
		return 0
	}
	var set, match []string
	for i, c := range fk.Columns {
		set = append(set, "r."+catalog.Quote(c.Name)+" IS NOT NULL")
		match = append(match, "ref."+catalog.Quote(fk.RefColumns[i].Name)+" = r."+catalog.Quote(c.Name))
	}
	n, _ := p.attemptAlone(ctx, k, fmt.Sprintf("%s AND NOT EXISTS (SELECT 1 FROM ONLY %s AS ref WHERE %s)",
		strings.Join(set, " AND "), desired.RelationOf(fk.RefTable), strings.Join(match, " AND ")))
	return n
}

// table returns the declared table of a key.
func (p *impact) table(k catalog.Key) (*schema.Table, bool) {
	u := p.d.Owner(k.Namespace)
	if u == nil {
		return nil, false
	}
	return u.Model.Table(k.Table)
}
