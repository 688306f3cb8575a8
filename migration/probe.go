package migration

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"ariga.io/atlas/sql/schema"
)

// probe counts the rows that are at stake. A count that cannot be had, say for
// a constraint over a column that is not there yet, is zero: the statement
// itself then finds what stands against it, and everything is rolled back.
type probe struct {
	tx *sql.Tx
	d  *desired
}

// rows counts the rows of the key's table that a condition holds for; an empty
// one holds for all.
func (p *probe) rows(ctx context.Context, k objectKey, where string) (int64, error) {
	if where != "" {
		where = " WHERE " + where
	}
	var n int64
	err := p.tx.QueryRowContext(ctx, fmt.Sprintf("SELECT count(*) FROM (SELECT 1 FROM %s%s LIMIT %d) AS r",
		relation(k.Namespace, k.Table), where, rowLimit+1), oneRoundTrip).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("migration: count the rows of %s.%s: %w", k.Namespace, k.Table, err)
	}
	return n, nil
}

// try counts like rows, but counts zero when the condition cannot be asked.
func (p *probe) try(ctx context.Context, k objectKey, where string) int64 {
	if _, err := p.tx.ExecContext(ctx, "SAVEPOINT elizago_probe"); err != nil {
		return 0
	}
	n, err := p.rows(ctx, k, where)
	if err != nil {
		n = 0
		_, _ = p.tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT elizago_probe")
	}
	_, _ = p.tx.ExecContext(ctx, "RELEASE SAVEPOINT elizago_probe")
	return n
}

// violations counts the rows that a check would refuse. def is PostgreSQL's own
// "CHECK ((...))".
func (p *probe) violations(ctx context.Context, k objectKey, def string) int64 {
	expr := strings.TrimSuffix(strings.TrimPrefix(def, "CHECK "), " NO INHERIT")
	return p.try(ctx, k, "("+expr+") IS FALSE")
}

// orphans counts the rows that a foreign key would refuse.
func (p *probe) orphans(ctx context.Context, k objectKey) int64 {
	t, ok := p.table(k)
	if !ok {
		return 0
	}
	fk, ok := t.ForeignKey(k.Name)
	if !ok {
		return 0
	}
	own := relation(k.Namespace, k.Table)
	var set, match []string
	for i, c := range fk.Columns {
		set = append(set, own+"."+quoted(c.Name)+" IS NOT NULL")
		match = append(match, "ref."+quoted(fk.RefColumns[i].Name)+" = "+own+"."+quoted(c.Name))
	}
	return p.try(ctx, k, fmt.Sprintf("%s AND NOT EXISTS (SELECT 1 FROM %s AS ref WHERE %s)",
		strings.Join(set, " AND "), relation(fk.RefTable.Schema.Name, fk.RefTable.Name), strings.Join(match, " AND ")))
}

// duplicates counts the rows that a unique index over columns would refuse.
// Over expressions, or some of the rows only, it is left to the statement.
func (p *probe) duplicates(ctx context.Context, k objectKey) int64 {
	t, ok := p.table(k)
	if !ok {
		return 0
	}
	idx, ok := t.Index(k.Name)
	if !ok {
		return 0
	}
	var columns, filled []string
	for _, part := range idx.Parts {
		if part.C == nil {
			return 0
		}
		columns = append(columns, quoted(part.C.Name))
		filled = append(filled, quoted(part.C.Name)+" IS NOT NULL")
	}
	if len(idx.Attrs) > 0 {
		return 0
	}
	return p.try(ctx, k, fmt.Sprintf("%s AND (%s) IN (SELECT %s FROM %s GROUP BY %s HAVING count(*) > 1)",
		strings.Join(filled, " AND "), strings.Join(columns, ", "), strings.Join(columns, ", "),
		relation(k.Namespace, k.Table), strings.Join(columns, ", ")))
}

// table is the author's table of a key.
func (p *probe) table(k objectKey) (*schema.Table, bool) {
	u := p.d.unitOf(k.Namespace)
	if u == nil {
		return nil, false
	}
	return u.schema.Table(k.Table)
}

// relation is a table's full name as SQL takes it.
func relation(namespace, table string) string { return quoted(namespace) + "." + quoted(table) }
