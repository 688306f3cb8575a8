package planner

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ariga.io/atlas/sql/postgres"
	"ariga.io/atlas/sql/schema"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/desired"
	"github.com/elizago/elizago/migration/plan"
)

// uniqueness is what a unique index, a UNIQUE constraint or a primary key demands.
type uniqueness struct {
	columns []string
	// nullsEqual reports that NULLs are equal, key that they are not allowed.
	nullsEqual, key bool
}

// uniquenessOf returns what an object demands, and false for expressions and partial
// indexes, which are left to the statement.
func uniquenessOf(t *schema.Table, name string) (u uniqueness, ok bool) {
	for _, x := range desired.AnnotationsOf(t).Uniques {
		if x.Name == name {
			u.columns, u.nullsEqual = x.Columns, x.NullsNotDistinct
		}
	}
	if idx, ok := t.Index(name); ok {
		for _, part := range idx.Parts {
			if part.C == nil {
				return u, false
			}
			u.columns = append(u.columns, part.C.Name)
		}
		if _, partial := desired.Attr[*postgres.IndexPredicate](idx.Attrs); partial {
			return u, false
		}
		_, u.nullsEqual = desired.Attr[*postgres.IndexNullsDistinct](idx.Attrs)
	}
	if len(u.columns) == 0 && t.PrimaryKey != nil && name == desired.PrimaryKeyName(t) {
		u.columns, u.key = desired.PartNames(t.PrimaryKey), true
	}
	return u, len(u.columns) > 0
}

// duplicates counts the rows that violate a unique index, a UNIQUE constraint or a
// primary key over columns. A column that is added has the same value in all of
// them, if it has a constant default. Where that cannot be told, it is left to the
// statement.
func (p *impact) duplicates(ctx context.Context, k catalog.Key) int64 {
	t, ok := p.table(k)
	if !ok {
		return 0
	}
	u, ok := uniquenessOf(t, k.Name)
	if !ok {
		return 0
	}
	var columns, filled, empty []string
	for _, name := range u.columns {
		column := catalog.Key{Namespace: k.Namespace, Table: k.Table, Kind: catalog.Column, Name: name}
		if _, there := p.have[column]; there {
			columns = append(columns, catalog.Quote(name))
			filled, empty = append(filled, catalog.Quote(name)+" IS NOT NULL"), append(empty, catalog.Quote(name)+" IS NULL")
			continue
		}
		if constant := isConstant(p.want[column]); !constant && (p.want[column].Expr != "" || p.want[column].Special != "" || !u.nullsEqual) {
			return 0 // different values, or NULLs
		}
	}
	where, having := "", "count(*) > 1"
	switch {
	case u.key && len(empty) > 0:
		having += " OR " + strings.Join(empty, " OR ")
	case !u.nullsEqual && len(filled) > 0:
		where = " WHERE " + strings.Join(filled, " AND ")
	}
	// Grouping is linear; a join of the table with its groups would not be.
	n, _ := p.attemptQuery(ctx, k, fmt.Sprintf("SELECT least(coalesce(sum(g.n), 0), %d)::bigint FROM (SELECT count(*) AS n FROM ONLY %s%s GROUP BY (%s) HAVING %s) AS g",
		plan.RowLimit+1, k.Relation(), where, strings.Join(columns, ", "), having))
	return n
}

// isConstant reports whether a column's default is the same for all rows of one
// statement.
func isConstant(o catalog.Object) bool {
	return o.Special == "" && o.Expr != "" && !isSerial(o) && (o.Expr == "now()" || !strings.Contains(o.Expr, "("))
}

// uniqueAlone reports whether a column alone is a key, or unique, so that only one
// row can have its default.
func (p *impact) uniqueAlone(column catalog.Key) bool {
	t, ok := p.table(column)
	if !ok {
		return false
	}
	for k := range p.want {
		if k.TableKey() != column.TableKey() || k.Kind != catalog.Constraint && k.Kind != catalog.Index {
			continue
		}
		o := p.want[k]
		unique := strings.HasPrefix(o.Def, "CREATE UNIQUE") || slices.Contains([]string{"PRIMARY KEY", "UNIQUE"}, catalog.ConstraintType(o.Def))
		if u, ok := uniquenessOf(t, k.Name); unique && ok && len(u.columns) == 1 && u.columns[0] == column.Name {
			return true
		}
	}
	return false
}
