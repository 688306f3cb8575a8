package core

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// RunStore stores the runs of agents, so that a message which was accepted is
// answered, by whichever process of the agent is there: a process claims a run,
// renews its lease, and another one takes the run over when the lease has ended.
// Of a room, one run is running at a time; runs are claimed in the order of their
// Seq. A program that made a run which is queued, or has ended, cancelled or given
// back one, should call ClaimRun for that room afterwards.
//
// Times are those of the database. The runs of an agent or a room are deleted
// with it; those that ended before the adapter's retention, and events older than
// a day, are deleted in the background.
type RunStore interface {
	// StartRun saves a message together with a run for it. The run is running,
	// and start's owner has it, if it is the only one of its room that is queued
	// or running, and is queued otherwise. Of a message that was delivered
	// before, it returns its run, changes nothing and reports false; it returns
	// ErrConflict if that run is deleted already, and ErrNotFound if the agent,
	// the room or the entity does not exist. With Retry the same call may be
	// made again: it reports true if the run is as the first one made it.
	StartRun(ctx context.Context, start RunStart) (run *AgentRun, isNew bool, err error)
	// ClaimRun claims the first run that can be: one whose lease has ended, or
	// one that is queued and has no run of its room before it. It returns nil if
	// there is none.
	ClaimRun(ctx context.Context, claim RunClaim) (*AgentRun, error)
	// FinishRun ends a run, and saves the reply and the last step with it. Runs
	// that are merged into it end, too, or are queued again unless it completed.
	// With Retry it may be repeated: a run that ended under the same attempt is
	// no error.
	FinishRun(ctx context.Context, end RunEnd) error
	// RecordSteps appends steps, all or none. It returns ErrConflict if the run
	// has a step with the same N, or one of the kind with the same CallID.
	RecordSteps(ctx context.Context, fence RunFence, steps ...RunStep) error
	// EndStep replaces the state, the output, the error, the tokens and the name
	// of the step N of the run.
	EndStep(ctx context.Context, fence RunFence, step RunStep) error
	// HeartbeatRuns renews the leases of runs for lease, and reports which of
	// them the process no longer has, and which are to be cancelled. A run that
	// a transaction has locked, as a call that is part of one, is left as it is.
	HeartbeatRuns(ctx context.Context, fences []RunFence, lease time.Duration) (RunHeartbeat, error)
	// GiveBackRuns queues runs again, as a program does that stops. Those that
	// the process no longer has are left as they are.
	GiveBackRuns(ctx context.Context, fences []RunFence) error
	// NeedAction queues a run again for a process that has an action. After ten
	// minutes any process of the agent can claim it.
	NeedAction(ctx context.Context, fence RunFence, action string) error
	// MergeRuns merges the queued runs of the room that came after the run into
	// it, and returns them in their order.
	MergeRuns(ctx context.Context, fence RunFence) ([]*AgentRun, error)
	// WaitRun appends questions for approval, of StepWaiting, and lets the run
	// wait until all are decided.
	WaitRun(ctx context.Context, fence RunFence, questions ...RunStep) error
	// DecideCall decides a question for approval. When none of the run is left,
	// the run is queued in its old place. It returns the run, ErrNotFound if
	// there is no such question, and ErrConflict if it is decided already or was
	// asked for other arguments.
	DecideCall(ctx context.Context, decision RunDecision) (*AgentRun, error)
	// ExpireCalls refuses the questions for approval of the agents whose time is
	// over, and returns the runs that are queued by that.
	ExpireCalls(ctx context.Context, agentIDs ...uuid.UUID) ([]*AgentRun, error)
	// CancelRun ends a run that is queued or waiting. Of one that is running it
	// leaves a request, which HeartbeatRuns reports to the process that has it.
	// It returns the run; one that has ended already stays as it is.
	CancelRun(ctx context.Context, id uuid.UUID) (*AgentRun, error)
	// AppendRunEvents appends events, all or none, and returns the Seq of the
	// last. One goroutine of the process that has the run calls it.
	AppendRunEvents(ctx context.Context, fence RunFence, events ...RunEvent) (last int64, err error)
	// RunEvents lists the events of a run after a Seq, in order. A limit of zero
	// is 1,000.
	RunEvents(ctx context.Context, id uuid.UUID, after int64, limit int) ([]*RunEvent, error)
	// AgentRun returns a run.
	AgentRun(ctx context.Context, id uuid.UUID) (*AgentRun, error)
	// RunSteps lists the steps of a run, by N.
	RunSteps(ctx context.Context, id uuid.UUID) ([]*RunStep, error)
	// AgentRuns lists runs, by descending Seq.
	AgentRuns(ctx context.Context, query AgentRunQuery) ([]*AgentRun, error)
}

// RunStart is a message to be answered.
type RunStart struct {
	// RunID is the id of the run. The adapter sets one if it is zero.
	RunID uuid.UUID
	// Message is the message to be saved, without Embedding; required, with its
	// AgentID and RoomID. ID and CreatedAt are set if they are zero, so that only
	// a message with an ID can be delivered twice.
	Message *Memory
	// ParentID is the run that made the message. Zero: none.
	ParentID uuid.UUID
	// Owner is the process. Zero: it does not run the agent, and the run is
	// queued.
	Owner uuid.UUID
	// Lease is for how long the process has the run; required with Owner.
	Lease time.Duration
}

// RunClaim says which runs a process can go on with.
type RunClaim struct {
	AgentIDs []uuid.UUID   // the agents that it runs; without any, nothing is claimed
	RoomID   uuid.UUID     // zero: any room
	Actions  []string      // the actions that it has
	Owner    uuid.UUID     // the process; required
	Lease    time.Duration // for how long it has the run; required
}

// RunEnd is the end of a run.
type RunEnd struct {
	RunFence
	Status RunStatus // RunCompleted, RunFailed or RunCancelled; required
	// Reply is the reply to be saved, without Embedding. ID and CreatedAt are
	// set if they are zero. Nil: none.
	Reply *Memory
	// Step is the last step. Nil: none.
	Step *RunStep
	// Error says why the run failed. Empty: it did not.
	Error string
	// InputTokens and OutputTokens are those of all model calls of the run.
	InputTokens, OutputTokens int64
}

// RunHeartbeat is what a process learns by HeartbeatRuns of the runs that it has.
type RunHeartbeat struct {
	// Lost are runs that another process has claimed, and those that ended.
	Lost []uuid.UUID
	// Cancelled are runs that are to be cancelled.
	Cancelled []uuid.UUID
}

// RunDecision decides a question for approval.
type RunDecision struct {
	Run      uuid.UUID // required
	CallID   string    // required
	Approved bool
	// Input is the text of the arguments that was shown to the one who decides.
	// Nil: it is not compared.
	Input *string
	// By is the entity that decides. Zero: the operator of the program.
	By uuid.UUID
	// Note is for the model to read: the output of the step. Empty: none.
	Note string
}

// AgentRunQuery selects runs. Each field that is set narrows the result.
type AgentRunQuery struct {
	AgentID  uuid.UUID // required
	RoomID   uuid.UUID // zero: any
	EntityID uuid.UUID // zero: any
	// MessageID selects the run of one message. Zero: any.
	MessageID uuid.UUID
	Status    RunStatus // empty: any
	Since     time.Time // of CreatedAt; zero: from the beginning; inclusive
	Until     time.Time // of CreatedAt; zero: without end; exclusive
	// Before selects runs with a smaller Seq, as after the last of a page. Zero:
	// from the newest.
	Before int64
	Limit  int // zero: 50
}
