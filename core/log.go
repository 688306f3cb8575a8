package core

import (
	"time"

	"github.com/google/uuid"
)

// Types of log entries that runs are counted by. Plugins may use names of
// their own.
const (
	// LogRun is the beginning or the end of a run: its body has runId and
	// status, see RunStatus.
	LogRun = "run_event"
	// LogAction is an action that ran.
	LogAction = "action"
	// LogEvaluator is an evaluator that ran.
	LogEvaluator = "evaluator"
	// LogModelPrefix begins the type of every model call: useModel:TEXT_LARGE.
	LogModelPrefix = "useModel:"
	// LogFailure is what went wrong beside that: a provider that failed, an
	// action that does not exist.
	LogFailure = "failure"
)

// Log is one entry of what an agent did: a model call, an action.
type Log struct {
	// ID is given by the database adapter when it is zero.
	ID       uuid.UUID
	AgentID  uuid.UUID // required
	EntityID uuid.UUID // whom it was done for; required
	// RoomID is zero for what happens outside of any room.
	RoomID uuid.UUID
	// Type is LogAction or the like; required.
	Type string
	// Body says what happened. In what is read it is never nil.
	Body map[string]any
	// CreatedAt is set to the present by the adapter when it is zero. Its year
	// is 1 to 9999; it is kept to the microsecond.
	CreatedAt time.Time
}

// RunStatus is how far a run is. It is what the body of a LogRun entry has as
// status.
type RunStatus string

// What becomes of a run, as elizaOS names it.
const (
	RunStarted   RunStatus = "started"
	RunCompleted RunStatus = "completed"
	RunTimeout   RunStatus = "timeout"
	RunFailed    RunStatus = "error"
)

// Run sums up what an agent did for one message: all log entries whose body
// has the same runId. It is there from its first LogRun entry on: other entries
// alone make no run.
type Run struct {
	ID string
	// Status is that of the newest LogRun entry. Empty: that entry has none.
	Status RunStatus
	// StartedAt is the time of the first LogRun entry.
	StartedAt time.Time
	// EndedAt is the time of the newest LogRun entry, and zero while the status
	// is RunStarted.
	EndedAt time.Time
	// RoomID and EntityID are those of the first LogRun entry; RoomID is zero
	// for a run outside of any room.
	RoomID   uuid.UUID
	EntityID uuid.UUID
	// MessageID is messageId in the body of the first LogRun entry. Zero: it has
	// none.
	MessageID uuid.UUID
	// Actions, ModelCalls and Evaluators count the entries of each kind. Errors
	// counts those of any kind but LogRun whose body says that it failed: it has
	// an error, or its status is "failed", or success, or result.success, is
	// false; and one more if the run's own status is RunFailed.
	Actions, ModelCalls, Evaluators, Errors int
}

// Took is how long the run took, and zero while it goes on.
func (r *Run) Took() time.Duration {
	if r.EndedAt.IsZero() {
		return 0
	}
	return r.EndedAt.Sub(r.StartedAt)
}
