package core

import (
	"time"

	"github.com/google/uuid"
)

// The states that only an AgentRun has. It also has RunCompleted and RunFailed.
const (
	// RunQueued waits for its turn in the room, or for a process that claims it.
	RunQueued RunStatus = "queued"
	// RunRunning is in the hands of a process, until its lease ends.
	RunRunning RunStatus = "running"
	// RunWaiting waits for the approval of a call. It does not hold the room up.
	RunWaiting RunStatus = "waiting"
	// RunCancelled was ended by a user or by a program.
	RunCancelled RunStatus = "cancelled"
)

// Ended reports whether a run with this status is over.
func (s RunStatus) Ended() bool {
	return s == RunCompleted || s == RunFailed || s == RunCancelled || s == RunTimeout
}

// AgentRun is an agent's work on one message, as RunStore keeps it. Run is its
// summary from the log.
type AgentRun struct {
	ID uuid.UUID
	// Seq orders the runs of a room. The adapter sets it.
	Seq int64
	// AgentID, RoomID, EntityID and MessageID are those of the message.
	AgentID, RoomID, EntityID, MessageID uuid.UUID
	// ParentID is the run that made the message. Zero: none.
	ParentID uuid.UUID
	// MergedInto is the run whose reply answers the message, too. Zero: none.
	MergedInto uuid.UUID
	Status     RunStatus
	// Attempt is how often the run was claimed. With ID it is the fence of the
	// process that claimed it last: see RunFence.
	Attempt int
	// Takeovers is how often in succession the run was taken over from a process
	// that had recorded no step under its claim.
	Takeovers int
	// Owner is the process that has the run, and LeaseUntil the time from which
	// another one may take it over. They are zero unless the run is running.
	Owner      uuid.UUID
	LeaseUntil time.Time
	// Needs is the action that a process must have to go on. Empty: none.
	Needs string
	// Error says why the run failed. Empty: it did not.
	Error string
	// InputTokens and OutputTokens are those of all model calls, from the end of
	// the run on.
	InputTokens, OutputTokens int64
	CreatedAt                 time.Time
	// EndedAt is zero until the run has ended.
	EndedAt time.Time
}

// Fence returns the fence of the process that claimed the run last.
func (r *AgentRun) Fence() RunFence { return RunFence{Run: r.ID, Attempt: r.Attempt} }

// RunFence names a run as one process has claimed it. What is written under a
// fence is written only while no other process has claimed the run, and the run
// has not ended; else the method returns ErrRunLost and nothing is written.
type RunFence struct {
	Run     uuid.UUID
	Attempt int
}

// RunStepKind is what a step did.
type RunStepKind string

// The kinds of steps.
const (
	StepModel    RunStepKind = "model"    // a model was asked
	StepCall     RunStepKind = "call"     // an action was called
	StepApproval RunStepKind = "approval" // someone is asked whether to call an action
	StepSummary  RunStepKind = "summary"  // earlier steps were summed up
)

// RunStepState is how far a step is.
type RunStepState string

// The states of steps.
const (
	StepStarted RunStepState = "started"
	StepDone    RunStepState = "done"    // of an approval: it was given
	StepFailed  RunStepState = "failed"  // of an approval: it was refused
	StepWaiting RunStepState = "waiting" // of an approval: not decided
	StepUnknown RunStepState = "unknown" // the process died: it may have been done
)

// RunStep is a step of a run.
type RunStep struct {
	// N is the step's place in its run, from 1, which the process that has the
	// run gives; required.
	N int
	// Attempt is the claim under which the step was recorded. The adapter sets
	// it.
	Attempt int
	Kind    RunStepKind  // required
	State   RunStepState // required
	// CallID is the id of a call, or of the call that an approval is for: unique
	// among the steps of one kind of a run, in at most 1,000 bytes. Empty: none.
	CallID string
	// ModelCallID is the id that the model gave the call, which need not be
	// unique. Empty: none.
	ModelCallID string
	// Name is that of the action, or of the model.
	Name string
	// Input and Output are stored byte for byte: arguments and results, mostly
	// JSON. Empty: none.
	Input, Output string
	// Error says why the step failed. Empty: it did not, or not yet.
	Error string
	// DecidedBy is the entity that decided an approval. Zero: the operator of
	// the program, or no decision.
	DecidedBy uuid.UUID
	// InputTokens and OutputTokens are those of a model call.
	InputTokens, OutputTokens int64
	// CreatedAt is set by the adapter; the caller's value is ignored.
	CreatedAt time.Time
	// EndedAt is set by the adapter once the state is neither StepStarted nor
	// StepWaiting.
	EndedAt time.Time
	// ExpiresAt is when an approval that is not decided counts as refused. Zero:
	// never.
	ExpiresAt time.Time
}

// RunEvent is something that can be read of a run while it is answered, such as
// a piece of text.
type RunEvent struct {
	// Seq orders the events of a run, from 1. The adapter sets it.
	Seq int64
	// Kind is free; required.
	Kind string
	// Data is any JSON object.
	Data map[string]any
	// CreatedAt is set by the adapter; the caller's value is ignored.
	CreatedAt time.Time
}
