package runs

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/badrow"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// Store implements core.RunStore.
type Store struct {
	driver *pgtx.Driver
	encode Encode
}

// Encode validates a memory, sets its defaults, and returns its content and
// metadata as JSON.
type Encode func(m *core.Memory) (content, metadata string, err error)

var _ core.RunStore = Store{}

// New returns a store on a driver.
func New(driver *pgtx.Driver, encode Encode) Store { return Store{driver, encode} }

// runColumns are the columns of the run r, as scanRun reads them.
const runColumns = `r.id, r.seq, r.agent_id, r.room_id, r.entity_id, r.message_id, r.parent_id, r.merged_into, r.status,
	r.attempt, r.takeovers, r.lease_owner, CASE WHEN r.status = 'running' THEN r.lease_until END, coalesce(r.needs, ''),
	coalesce(r.error, ''), r.input_tokens, r.output_tokens, r.created_at, r.ended_at`

func scanRun(row pgtx.Scanner) (*core.AgentRun, error) {
	var (
		run                           core.AgentRun
		entity, parent, merged, owner uuid.NullUUID
		created, until, ended         badrow.Time
	)
	err := row.Scan(&run.ID, &run.Seq, &run.AgentID, &run.RoomID, &entity, &run.MessageID, &parent, &merged, &run.Status,
		&run.Attempt, &run.Takeovers, &owner, &until, &run.Needs,
		&run.Error, &run.InputTokens, &run.OutputTokens, &created, &ended)
	run.EntityID, run.ParentID, run.MergedInto, run.Owner = entity.UUID, parent.UUID, merged.UUID, owner.UUID
	run.CreatedAt, run.LeaseUntil, run.EndedAt = created.Time, until.Time, ended.Time
	return &run, err
}

// fenceSQL selects the run $1 as f while it is running under the attempt $2. The
// lock holds off a claim until the transaction ends, and nothing else.
const fenceSQL = `(SELECT id, agent_id, room_id, seq FROM public.agent_runs
	WHERE id = $1::uuid AND attempt = $2::int AND status = 'running' FOR SHARE) f`

// lost returns the error of a write under a fence that has changed nothing: nil
// if the process still has the run.
func (s Store) lost(ctx context.Context, what string, fence core.RunFence) error {
	run, err := s.AgentRun(ctx, fence.Run)
	if err != nil {
		return err
	}
	if run.Status == core.RunRunning && run.Attempt == fence.Attempt {
		return nil
	}
	return fmt.Errorf("sql: %s run %s: it is %s, at attempt %d, and not running at %d: %w",
		what, fence.Run, run.Status, run.Attempt, fence.Attempt, core.ErrRunLost)
}

func checkFence(fence core.RunFence) error {
	if err := value.Required(value.IDField("RunFence.Run", fence.Run)); err != nil {
		return err
	}
	return checkInt("RunFence.Attempt", fence.Attempt)
}

// checkInt refuses what the column, an int, cannot have.
func checkInt(name string, n int) error {
	if n < 0 || n > value.MaxRows {
		return value.Invalid("sql: %s is %d: it goes from 0 to %d", name, n, value.MaxRows)
	}
	return nil
}

// maxLease keeps the end of a lease among the times that can be stored.
const maxLease = 365 * 24 * time.Hour

func checkLease(name string, lease time.Duration) error {
	if lease <= 0 || lease > maxLease {
		return value.Invalid("sql: %s is %v: it must be more than zero, and at most a year", name, lease)
	}
	return nil
}

// seconds is a duration as a parameter of make_interval.
func seconds(d time.Duration) float64 { return d.Seconds() }

// nullable is NULL for an empty text.
func nullable(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// fences returns the runs and attempts as parameters for $1::uuid[], $2::int[].
func fences(list []core.RunFence) (ids, attempts string, err error) {
	runs := make([]uuid.UUID, len(list))
	attempts = "{"
	for i, fence := range list {
		if err := checkFence(fence); err != nil {
			return "", "", err
		}
		runs[i] = fence.Run
		if i > 0 {
			attempts += ","
		}
		attempts += fmt.Sprint(fence.Attempt)
	}
	return value.IDArray(runs), attempts + "}", nil
}
