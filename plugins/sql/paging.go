package sql

import (
	"context"
	"strings"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// Lists come in the order of creation, or the other way round, ties by id. A
// page begins after a row and not at a number, so that rows that come and go in
// the meantime put none on two pages.

// after keeps the rows behind the one with this id.
func after(table string, id uuid.UUID) func(*entsql.Selector) {
	return func(s *entsql.Selector) {
		s.Where(entsql.P(func(b *entsql.Builder) {
			b.WriteString("(" + s.C("created_at") + ", " + s.C("id") + ") > ")
			b.WriteString("(SELECT last.created_at, last.id FROM public." + table + " last WHERE last.id = ")
			b.Arg(id).WriteString(")")
		}))
	}
}

// olderThan keeps the rows behind the one with this id in a list that has the
// newest first. The one is to have this owner, whose column is named.
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

// checkAfter tells the end of a list, where there is nothing behind a row, from
// a row that is not there.
func (d *Database) checkAfter(ctx context.Context, table string, id uuid.UUID, found int) error {
	if id == uuid.Nil || found > 0 {
		return nil
	}
	return pgtx.Explain("the page after "+id.String(), d.requireRow(ctx, table, id))
}

// checkExists tells what has nothing from what is not there.
func (d *Database) checkExists(ctx context.Context, table string, id uuid.UUID, found int) error {
	if found > 0 {
		return nil
	}
	return pgtx.Explain(strings.TrimSuffix(strings.ReplaceAll(table, "_", " "), "s")+" "+id.String(), d.requireRow(ctx, table, id))
}

// requireRow fails where there is no row with the id.
func (d *Database) requireRow(ctx context.Context, table string, id uuid.UUID) error {
	_, err := pgtx.First(pgtx.Query(ctx, d.driver, "SELECT 1 FROM public."+table+" WHERE id = $1", []any{id}, pgtx.ScanOne[int]))
	return err
}

// oldestFirst is the order of lists.
func oldestFirst(s *entsql.Selector) { s.OrderBy(s.C("created_at"), s.C("id")) }

// overlaps keeps the rows of which a text[] column has one of the values.
func overlaps(column string, values []string) func(*entsql.Selector) {
	return func(s *entsql.Selector) {
		s.Where(entsql.P(func(b *entsql.Builder) {
			b.WriteString(s.C(column) + " && ").Arg(values).WriteString("::text[]")
		}))
	}
}

// inRooms keeps the rooms, or the entities, that participants bring together:
// column is the participants' one that is the row's id, and other has one of
// ids. A zero agent stands for any.
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
