package migration_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/elizago/elizago/migration/entpg"
)

// rowCount is how many rows a table gets, if it gets any.
const rowCount = 3

// population says which tables of A get rows: those whose rows can stand in B.
// All that is known about a table is by its pointer in A.
type population struct {
	a, b *world
	// empty tables get no rows; nulls are columns that hold nothing but NULL.
	empty map[*tableModel]bool
	nulls map[*columnModel]bool
	// become is what a table of A is in B.
	become map[*tableModel]*tableModel
	unit   map[*tableModel]*unitModel
}

// populate decides what rows can be there. A conversion that has no cast, a new
// NOT NULL column without a default, a unique index over columns with equal
// values: no engine could carry rows over these, so there are none.
func populate(a, b *world) *population {
	p := &population{
		a: a, b: b, empty: map[*tableModel]bool{}, nulls: map[*columnModel]bool{},
		become: map[*tableModel]*tableModel{}, unit: map[*tableModel]*unitModel{},
	}
	for _, u := range a.Units {
		for _, t := range u.Tables {
			p.unit[t] = u
		}
	}
	for _, u := range b.Units {
		for _, t := range u.Tables {
			p.unit[t] = u
			if was := partner(a, u, t); was != nil {
				p.become[was] = t
			}
		}
	}
	for changed := true; changed; {
		before := len(p.empty) + len(p.nulls)
		for _, u := range a.Units {
			for _, t := range u.Tables {
				if !p.empty[t] && !p.stands(u, t) {
					p.empty[t] = true
				}
			}
		}
		changed = len(p.empty)+len(p.nulls) > before
	}
	return p
}

// next is the column of B that a column of A becomes, nil where it goes.
func (p *population) next(t *tableModel, c *columnModel) *columnModel {
	to := p.become[t]
	if to == nil {
		return nil
	}
	for _, x := range to.Columns {
		if partnerColumn(t, x) == c {
			return x
		}
	}
	return nil
}

func (p *population) stands(u *unitModel, t *tableModel) bool {
	for _, c := range t.Columns {
		if to := p.next(t, c); to != nil && to.Generated == "" && !c.convertible(to) {
			return false
		}
	}
	if !t.differ(func(c *columnModel) bool { return p.differs(t, c) }) || !p.refers(p.a, u, t, t) {
		return false
	}
	to := p.become[t]
	if to == nil {
		return true
	}
	for _, c := range to.Columns {
		was := partnerColumn(t, c)
		if (was == nil || was.Generated != "") && !c.Nullable && c.Default == "" && c.Identity == nil && !c.Increment {
			return false
		}
	}
	return to.differ(func(c *columnModel) bool {
		if was := partnerColumn(t, c); was != nil {
			return p.differs(t, was)
		}
		return c.Identity != nil || c.Increment || c.Default == "gen_random_uuid()"
	}) && p.refers(p.b, p.unit[to], to, t)
}

// differs says whether the rows of a table of A have different values in a
// column, before and after.
func (p *population) differs(t *tableModel, c *columnModel) bool {
	return !p.nulls[c] && c.distinct(p.next(t, c))
}

// differ says whether all that is unique in a table has a column in which rows
// differ.
func (t *tableModel) differ(column func(*columnModel) bool) bool {
	one := func(names []string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return column(t.column(n)) })
	}
	if !one(t.Key) {
		return false
	}
	for _, c := range t.Columns {
		if c.Unique && !column(c) {
			return false
		}
	}
	for _, k := range t.Uniques {
		if !one(k.Columns) {
			return false
		}
	}
	for _, x := range t.Indexes {
		if x.Unique && !slices.ContainsFunc(x.Parts, func(part entpg.Part) bool {
			c, ok := t.partOf("btree", part)
			return ok && column(c)
		}) {
			return false
		}
	}
	for _, x := range t.Exclusions {
		if !slices.ContainsFunc(x.Parts, func(part entpg.ExclusionPart) bool {
			for _, c := range t.Columns {
				if slices.Contains(c.exclusions(), part) {
					return column(c)
				}
			}
			return false
		}) {
			return false
		}
	}
	return true
}

// refers says whether the foreign keys of t, a table of w that is or becomes
// the table was of A, hold for was's rows. Columns that cannot refer to a row
// are made NULL where they can be.
func (p *population) refers(w *world, u *unitModel, t, was *tableModel) bool {
	for _, r := range t.References {
		c := t.column(r.Column)
		if t != was {
			if c = partnerColumn(was, c); c == nil {
				if t.column(r.Column).Default != "" || t.column(r.Column).Identity != nil {
					return false
				}
				continue // a new column, NULL in all rows
			}
		}
		if p.nulls[c] {
			continue
		}
		target := w.target(u, r)
		to := target.column(r.RefColumn)
		if w == p.b {
			other := u
			if r.RefNamespace != "" {
				other = w.unit(r.RefNamespace)
			}
			target = partner(p.a, other, target)
			if to = partnerColumn(target, to); to == nil {
				target = nil
			}
		}
		if target != nil && !p.empty[target] && !p.nulls[to] && to.Type == c.Type && to.Generated == "" &&
			(!p.lastIsNull(target, to) || p.lastIsNull(was, c)) && sameFate(p.next(target, to), p.next(was, c)) && c.Identity == nil && to.Identity == nil && !c.Increment && !to.Increment {
			continue
		}
		next := p.next(was, c)
		if !c.Nullable || next != nil && !next.Nullable {
			return false
		}
		p.nulls[c] = true
	}
	return true
}

// lastIsNull says whether the last row of a table of A has no value in a column.
func (p *population) lastIsNull(t *tableModel, c *columnModel) bool {
	next := p.next(t, c)
	return c.Nullable && (next == nil || next.Nullable)
}

// sameFate says whether equal values of two columns stay equal.
func sameFate(a, b *columnModel) bool {
	return (a != nil && a.Enum) == (b != nil && b.Enum)
}

// insert fills the tables of A. Foreign keys are not looked at until all rows
// are there.
func (p *population) insert(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SET LOCAL session_replication_role = replica"); err != nil {
		return err
	}
	for _, u := range p.a.Units {
		for _, t := range u.Tables {
			if p.empty[t] {
				continue
			}
			if _, err := tx.ExecContext(ctx, p.insertion(u, t)); err != nil {
				return fmt.Errorf("%w in %s", err, p.insertion(u, t))
			}
		}
	}
	return tx.Commit()
}

func (p *population) insertion(u *unitModel, t *tableModel) string {
	var names []string
	rows := make([][]string, rowCount)
	for _, c := range t.Columns {
		if c.Generated != "" {
			continue
		}
		names = append(names, quote(c.Name))
		next := p.next(t, c)
		for i := range rows {
			v := c.literal(next, i)
			if p.nulls[c] || i == rowCount-1 && p.lastIsNull(t, c) {
				v = "NULL"
			}
			rows[i] = append(rows[i], v)
		}
	}
	var tuples []string
	for _, r := range rows {
		tuples = append(tuples, "("+strings.Join(r, ", ")+")")
	}
	return fmt.Sprintf("INSERT INTO %s.%s (%s) OVERRIDING SYSTEM VALUE VALUES %s",
		quote(u.namespace()), quote(t.Name), strings.Join(names, ", "), strings.Join(tuples, ", "))
}

// values are what must be the same before and after, for each table that stays:
// the rows, in any order, as far as the columns stay.
func (p *population) values(ctx context.Context, db *sql.DB, after bool) (string, error) {
	var out strings.Builder
	for _, u := range p.a.Units {
		for _, t := range u.Tables {
			to := p.become[t]
			if to == nil {
				continue
			}
			table, columns := t.Name, []string{"'row'"}
			if after {
				table = to.Name
			}
			for _, c := range t.Columns {
				next := p.next(t, c)
				if next == nil || !c.unchanged(next) {
					continue
				}
				name := c.Name
				if after {
					name = next.Name
				}
				columns = append(columns, fmt.Sprintf("'%s = ' || coalesce(%s::text, 'NULL')", strings.ReplaceAll(c.Name, "'", "''"), quote(name)))
			}
			lines, err := list(ctx, db, fmt.Sprintf("SELECT concat_ws(', ', %s) FROM %s.%s",
				strings.Join(columns, ", "), quote(u.namespace()), quote(table)))
			if err != nil {
				return "", err
			}
			slices.Sort(lines)
			fmt.Fprintf(&out, "%s.%s\n  %s\n", u.Name, t.Name, strings.Join(lines, "\n  "))
		}
	}
	return out.String(), nil
}

// list reads a column of texts.
func list(ctx context.Context, db queryer, q string, args ...any) ([]string, error) {
	// Prepared statements do not outlive a change of the columns.
	rows, err := db.QueryContext(ctx, q, append([]any{pgx.QueryExecModeExec}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, q)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

type queryer interface {
	QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error)
}
