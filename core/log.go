package core

import (
	"time"

	"github.com/google/uuid"
)

// Types of log entries that a Run summarizes. Plugins may define their own.
const (
	// LogRun marks the beginning or end of a run: its body has runId and status
	// (see RunStatus).
	LogRun = "run_event"
	// LogAction is an action that ran.
	LogAction = "action"
	// LogEvaluator is an evaluator that ran. The runtime has none; elizaOS and
	// plugins write this type.
	LogEvaluator = "evaluator"
	// LogModelPrefix begins the type of every model call, as in
	// useModel:TEXT_LARGE.
	LogModelPrefix = "useModel:"
	// LogFailure is any other failure: a provider that failed, an unknown
	// action.
	LogFailure = "failure"
)

// Log is one entry of an agent's log: a model call, an action.
type Log struct {
	// ID is assigned by the adapter if it is zero.
	ID       uuid.UUID
	AgentID  uuid.UUID // required
	EntityID uuid.UUID // the entity it was done for; required
	// RoomID is zero for events outside any room.
	RoomID uuid.UUID
	// Type is LogAction or another type; required.
	Type string
	// Body describes the event. It is never nil when read from the database.
	Body map[string]any
	// CreatedAt is set by the adapter to the current time if it is zero. Its
	// year must be 1 to 9999; it is stored to the microsecond.
	CreatedAt time.Time
}

// RunStatus is the state of a run, the status in the body of a LogRun entry.
type RunStatus string

// The states of a run, with elizaOS's names.
const (
	RunStarted   RunStatus = "started"
	RunCompleted RunStatus = "completed"
	RunTimeout   RunStatus = "timeout"
	RunFailed    RunStatus = "error"
)

// Run summarizes an agent's work on one message: all log entries whose body has
// the same runId. It exists from its first LogRun entry on; other entries alone
// are not a run.
type Run struct {
	ID string
	// Status is the status of the newest LogRun entry. Empty: it has none.
	Status RunStatus
	// StartedAt is the time of the first LogRun entry.
	StartedAt time.Time
	// EndedAt is the time of the newest LogRun entry, and zero while the status
	// is RunStarted.
	EndedAt time.Time
	// RoomID and EntityID are those of the first LogRun entry; RoomID is zero
	// for a run outside any room.
	RoomID   uuid.UUID
	EntityID uuid.UUID
	// MessageID is messageId in the body of the first LogRun entry. Zero: it has
	// none.
	MessageID uuid.UUID
	// Actions, ModelCalls and Evaluators count the entries of each kind. Errors
	// counts entries of any kind but LogRun whose body reports a failure: it
	// has an error, its status is "failed", or success or result.success is
	// false; plus one if the run's own status is RunFailed.
	Actions, ModelCalls, Evaluators, Errors int
}

// Took returns the duration of the run, or zero while it is in progress.
func (r *Run) Took() time.Duration {
	if r.EndedAt.IsZero() {
		return 0
	}
	return r.EndedAt.Sub(r.StartedAt)
}
