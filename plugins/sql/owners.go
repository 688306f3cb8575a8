package sql

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// A world, room or entity belongs to one agent, which alone deletes it. Rows of
// other agents may refer to it: memories in a shared room, components of a
// shared entity. Foreign keys would delete them with it, so a deletion is
// refused while there are any, except for participations, which are a part of
// the room. Rooms without an agent, as elizaOS may have, are deleted with
// everything in them.

// owned selects rows that are to be deleted.
type owned struct {
	table string
	where string // of t
	args  []any
}

// deleteOwned calls remove in a transaction if rows of other agents do not
// refer to the rows that it deletes. Those are locked first, so that none is
// added in between.
func (d *Database) deleteOwned(ctx context.Context, what string, rows []owned, remove func(tx *Database) error) error {
	return d.InTx(ctx, func(tx core.Database) error {
		t := tx.(*Database)
		for _, o := range rows {
			if err := t.refuseShared(ctx, what, o); err != nil {
				return err
			}
		}
		err := remove(t)
		if err == nil && !d.driver.InTx() {
			err = pgtx.EndDeletion(ctx, t.driver)
		}
		return pgtx.Explain(what, err)
	})
}

// referringSQL lists the tables whose rows a deletion from table $1 deletes by a
// foreign key, with that column, if they belong to agents.
const referringSQL = `
SELECT pg_catalog.format('%I.%I', n.nspname, r.relname), pg_catalog.quote_ident(a.attname)
FROM pg_catalog.pg_constraint c
JOIN pg_catalog.pg_class r ON r.oid = c.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.contype = 'f' AND c.confdeltype = 'c' AND c.conparentid = 0 AND pg_catalog.cardinality(c.conkey) = 1
	AND c.confrelid = $1::text::regclass AND a.attname <> 'agent_id'
	AND c.conrelid NOT IN ('public.participants'::regclass, 'public.embeddings'::regclass)
	AND EXISTS (SELECT FROM pg_catalog.pg_attribute o
		WHERE o.attrelid = c.conrelid AND o.attname = 'agent_id' AND o.atttypid = 'uuid'::regtype AND NOT o.attisdropped)
	AND pg_catalog.has_table_privilege(c.conrelid, 'SELECT')
ORDER BY 1, 2`

// reference is a column of a table that refers to owned rows.
type reference struct{ table, column string }

// refuseShared returns core.ErrConflict if rows of other agents refer to the
// rows.
func (d *Database) refuseShared(ctx context.Context, what string, o owned) error {
	found, err := pgtx.ExecReturning(ctx, d.driver, "SELECT t.id FROM public."+o.table+" t WHERE "+o.where+" ORDER BY t.id FOR UPDATE", o.args, pgtx.ScanOne[uuid.UUID])
	if err != nil || len(found) == 0 {
		return pgtx.Explain(what, err)
	}
	references, err := pgtx.Query(ctx, d.driver, referringSQL, []any{"public." + o.table}, func(row pgtx.Scanner) (r reference, err error) {
		return r, row.Scan(&r.table, &r.column)
	})
	if err != nil || len(references) == 0 {
		return pgtx.Explain(what, err)
	}
	parts := make([]string, len(references))
	for i, r := range references {
		parts[i] = fmt.Sprintf(`(SELECT '%s', x.agent_id, count(*) FROM %s x JOIN public.%s t ON t.id = x.%s
			WHERE %s AND x.agent_id <> t.agent_id GROUP BY x.agent_id ORDER BY 3 DESC LIMIT 1)`,
			strings.ReplaceAll(r.table, "'", "''"), r.table, o.table, r.column, o.where)
	}
	type shared struct {
		table string
		agent uuid.UUID
		rows  int
	}
	others, err := pgtx.Query(ctx, d.driver, strings.Join(parts, " UNION ALL "), o.args, func(row pgtx.Scanner) (s shared, err error) {
		return s, row.Scan(&s.table, &s.agent, &s.rows)
	})
	if err != nil || len(others) == 0 {
		return pgtx.Explain(what, err)
	}
	s := others[0]
	return fmt.Errorf("sql: %s: %d rows of agent %s in %s refer to the %s and would be deleted, too: delete them first: %w",
		what, s.rows, s.agent, s.table, o.table, core.ErrConflict)
}
