package runs

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// AgentRun implements core.RunStore.
func (s Store) AgentRun(ctx context.Context, id uuid.UUID) (*core.AgentRun, error) {
	run, err := pgtx.First(pgtx.Query(ctx, s.driver, `SELECT `+runColumns+` FROM public.agent_runs r WHERE r.id = $1::uuid`, []any{id}, scanRun))
	if err != nil {
		return nil, pgtx.Explain("run "+id.String(), err)
	}
	return run, nil
}

// AgentRuns implements core.RunStore.
func (s Store) AgentRuns(ctx context.Context, query core.AgentRunQuery) ([]*core.AgentRun, error) {
	if err := value.Required(value.IDField("AgentRunQuery.AgentID", query.AgentID)); err != nil {
		return nil, err
	}
	if err := value.CheckTime("a query of runs", query.Since, query.Until); err != nil {
		return nil, err
	}
	if err := value.CheckPage("runs", &query.Limit, 0, value.DefaultLimit); err != nil {
		return nil, err
	}
	args, where := []any{query.AgentID, query.Limit}, []string{"r.agent_id = $1::uuid"}
	narrow := func(set bool, condition string, arg any, typ string) {
		if set {
			args = append(args, arg)
			where = append(where, fmt.Sprintf("%s $%d::%s", condition, len(args), typ))
		}
	}
	narrow(query.RoomID != uuid.Nil, "r.room_id =", query.RoomID, "uuid")
	narrow(query.EntityID != uuid.Nil, "r.entity_id =", query.EntityID, "uuid")
	narrow(query.MessageID != uuid.Nil, "r.message_id =", query.MessageID, "uuid")
	narrow(query.Status != "", "r.status =", string(query.Status), "text")
	narrow(!query.Since.IsZero(), "r.created_at >=", query.Since, "timestamptz")
	narrow(!query.Until.IsZero(), "r.created_at <", query.Until, "timestamptz")
	narrow(query.Before != 0, "r.seq <", query.Before, "bigint")
	runs, err := pgtx.Query(ctx, s.driver, "SELECT "+runColumns+" FROM public.agent_runs r WHERE "+strings.Join(where, " AND ")+
		" ORDER BY r.seq DESC LIMIT $2::int", args, scanRun)
	if err != nil {
		return nil, pgtx.Explain("could not list runs", err)
	}
	return value.List(runs), nil
}
