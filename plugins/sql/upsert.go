package sql

import (
	"context"
	"fmt"
	"slices"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent/agent"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// overwrite resolves a conflict on the id by taking every new value but the
// time of creation. The id itself is left out: to set it, even to what it is,
// would lock the row against everybody who refers to it, and two processes that
// save a room while others save memories in it would deadlock.
//
// ent leaves columns out of an insert that are not set; those of them that are
// named here become NULL, as they would in a new row. It gives an agent's text
// configuration its default, which is not what SetTextConfig chose: that is no
// part of what is saved, and stays.
func overwrite(nullable ...string) []entsql.ConflictOption {
	return []entsql.ConflictOption{
		entsql.ConflictColumns("id"),
		entsql.ResolveWith(func(row *entsql.UpdateSet) {
			for _, column := range row.Columns() {
				if !slices.Contains(notSaved, column) {
					row.SetExcluded(column)
				}
			}
			for _, column := range nullable {
				if !slices.Contains(row.Columns(), column) {
					row.SetNull(column)
				}
			}
		}),
	}
}

// notSaved are the columns that overwrite leaves as they are.
var notSaved = []string{"id", "created_at", agent.FieldTextConfig}

// overwriteOwn is overwrite for a table whose rows are an agent's: one of
// another agent stays as it is. Exec then fails with what isNoRows knows, and
// anothers says of whom it is. A room of no agent, as elizaOS may have, becomes
// that of whoever saves it.
func overwriteOwn(table string, nullable ...string) []entsql.ConflictOption {
	return append(overwrite(nullable...), entsql.UpdateWhere(entsql.ExprP(ownRow(table))))
}

// ownRow is true of a row that may be overwritten with the one that is excluded.
func ownRow(table string) string {
	return fmt.Sprintf("COALESCE(%s.agent_id, excluded.agent_id) = excluded.agent_id", table)
}

// ownedByAnother is the error of saving a row under an id that another agent has.
func (d *Database) ownedByAnother(ctx context.Context, table, what string, id, agentID uuid.UUID) error {
	owners, err := pgtx.Query(ctx, d.driver, "SELECT agent_id FROM public."+table+" WHERE id = $1", []any{id}, pgtx.ScanOne[uuid.NullUUID])
	if err != nil {
		return pgtx.Explain("could not look up whose "+what+" "+id.String()+" is", err)
	}
	if len(owners) == 0 {
		return fmt.Errorf("sql: could not save %s %s: another agent's was deleted at the same time: try again: %w", what, id, core.ErrConflict)
	}
	return fmt.Errorf("sql: could not save %s %s for agent %s: it is one of agent %s: %w", what, id, agentID, owners[0].UUID, core.ErrConflict)
}

// keepExisting resolves a conflict on the id by leaving the row as it is. Exec then
// fails with what isNoRows knows.
func keepExisting() []entsql.ConflictOption {
	return []entsql.ConflictOption{entsql.ConflictColumns("id"), entsql.DoNothing()}
}
