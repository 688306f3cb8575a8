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
// time of creation. The id is not set: even to the same value, that would lock
// the row against every insert that refers to it, and two processes that save a
// room while others save memories in it would deadlock.
//
// ent omits columns from an insert that are not set; those of them that are
// named here become NULL, as in a new row. The text configuration stays: ent
// would reset it to its default, and SetTextConfig may have changed it.
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

// overwriteOwn is overwrite for a table whose rows belong to an agent: a row of
// another agent stays as it is. Exec then fails with an error that
// pgtx.IsNoRows recognizes, and ownedByAnother names the owner. A room without
// an agent, as elizaOS may have, becomes that of the agent that saves it.
func overwriteOwn(table string, nullable ...string) []entsql.ConflictOption {
	return append(overwrite(nullable...), entsql.UpdateWhere(entsql.ExprP(ownRow(table))))
}

// ownRow returns a condition that holds for a row that may be overwritten with
// the excluded one.
func ownRow(table string) string {
	return fmt.Sprintf("COALESCE(%s.agent_id, excluded.agent_id) = excluded.agent_id", table)
}

// ownedByAnother returns the error of saving a row under an id of another
// agent's.
func (d *Database) ownedByAnother(ctx context.Context, table, what string, id, agentID uuid.UUID) error {
	owners, err := pgtx.Query(ctx, d.driver, "SELECT agent_id FROM public."+table+" WHERE id = $1", []any{id}, pgtx.ScanOne[uuid.NullUUID])
	if err != nil {
		return pgtx.Explain("could not look up the owner of "+what+" "+id.String(), err)
	}
	if len(owners) == 0 {
		return fmt.Errorf("sql: could not save %s %s: another agent's was deleted at the same time: try again: %w", what, id, core.ErrConflict)
	}
	return fmt.Errorf("sql: could not save %s %s for agent %s: it is one of agent %s: %w", what, id, agentID, owners[0].UUID, core.ErrConflict)
}

// keepExisting resolves a conflict on the id by leaving the row as it is. Exec
// then fails with an error that pgtx.IsNoRows recognizes.
func keepExisting() []entsql.ConflictOption {
	return []entsql.ConflictOption{entsql.ConflictColumns("id"), entsql.DoNothing()}
}
