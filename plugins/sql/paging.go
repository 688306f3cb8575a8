package sql

import (
	"context"
	"strings"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// Lists are ordered by creation, oldest or newest first, then by id. A page
// begins after a row and not at an offset, so that concurrent inserts and
// deletes put no row on two pages.

// after selects the rows behind the one with this id.
func after(table string, id uuid.UUID) func(*entsql.Selector) {
	return func(s *entsql.Selector) {
		s.Where(entsql.P(func(b *entsql.Builder) {
			b.WriteString("(" + s.C("created_at") + ", " + s.C("id") + ") > ")
			b.WriteString("(SELECT last.created_at, last.id FROM public." + table + " last WHERE last.id = ")
			b.Arg(id).WriteString(")")
		}))
	}
}

// olderThan selects the rows behind the one with this id in a list with the
// newest first. That row must have the owner in the named column.
func olderThan(table, column string, owner, id uuid.UUID) func(*entsql.Selector) {
	return func(s *entsql.Selector) {
		s.Where(entsql.P(func(b *entsql.Builder) {
			b.WriteString("(" + s.C("created_at") + ", " + s.C("id") + ") < ")
			b.WriteString("(SELECT last.created_at, last.id FROM public." + table + " last WHERE last.id = ")
			b.Arg(id).WriteString(" AND last." + column + " = ").Arg(owner).WriteString(")")
		}))
	}
}

// checkBefore is checkAfter for olderThan.
func (d *Database) checkBefore(ctx context.Context, table, column string, owner, id uuid.UUID, found int) error {
	if id == uuid.Nil || found > 0 {
		return nil
	}
	_, err := pgtx.First(pgtx.Query(ctx, d.driver, "SELECT 1 FROM public."+table+" WHERE id = $1 AND "+column+" = $2",
		[]any{id, owner}, pgtx.ScanOne[int]))
	return pgtx.Explain("the page before "+id.String(), err)
}

// checkAfter is called for an empty page. It returns core.ErrNotFound if the
// row that it begins after does not exist.
func (d *Database) checkAfter(ctx context.Context, table string, id uuid.UUID, found int) error {
	if id == uuid.Nil || found > 0 {
		return nil
	}
	return pgtx.Explain("the page after "+id.String(), d.requireRow(ctx, table, id))
}

// checkExists returns core.ErrNotFound if the parent row of an empty list does
// not exist.
func (d *Database) checkExists(ctx context.Context, table string, id uuid.UUID, found int) error {
	if found > 0 {
		return nil
	}
	return pgtx.Explain(strings.TrimSuffix(strings.ReplaceAll(table, "_", " "), "s")+" "+id.String(), d.requireRow(ctx, table, id))
}

// requireRow returns an error if no row has the id.
func (d *Database) requireRow(ctx context.Context, table string, id uuid.UUID) error {
	_, err := pgtx.First(pgtx.Query(ctx, d.driver, "SELECT 1 FROM public."+table+" WHERE id = $1", []any{id}, pgtx.ScanOne[int]))
	return err
}

// oldestFirst orders a list by creation.
func oldestFirst(s *entsql.Selector) { s.OrderBy(s.C("created_at"), s.C("id")) }

// overlaps selects the rows whose text[] column contains one of the values.
func overlaps(column string, values []string) func(*entsql.Selector) {
	return func(s *entsql.Selector) {
		s.Where(entsql.P(func(b *entsql.Builder) {
			b.WriteString(s.C(column) + " && ").Arg(values).WriteString("::text[]")
		}))
	}
}

// inRooms selects rooms by their participants, or entities by their rooms:
// column is the column of participants that is the row's id, and other has one
// of ids. A zero agent matches any.
func inRooms(column, other string, ids []uuid.UUID, agentID uuid.UUID) func(*entsql.Selector) {
	return func(s *entsql.Selector) {
		s.Where(entsql.P(func(b *entsql.Builder) {
			b.WriteString(s.C("id") + " IN (SELECT p." + column + " FROM public.participants p WHERE p." + other + " = ANY(")
			b.Arg(value.IDArray(ids)).WriteString("::uuid[])")
			if agentID != uuid.Nil {
				b.WriteString(" AND p.agent_id = ").Arg(agentID)
			}
			b.WriteString(")")
		}))
	}
}
