package databasetest

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// lease is longer than any test.
const lease = time.Hour

// arrive starts a run for a new message in the scene's room.
func (s *scene) arrive(t require.TestingT, owner uuid.UUID) *core.AgentRun {
	run, isNew, err := s.StartRun(s.ctx, core.RunStart{Message: s.received(s.room), Owner: owner, Lease: lease})
	require.NoError(t, err)
	require.True(t, isNew)
	return run
}

func (s *scene) received(room uuid.UUID) *core.Memory {
	return &core.Memory{
		Type: core.MemoryMessages, AgentID: s.agent, EntityID: s.user, RoomID: room, WorldID: s.world,
		Content: core.Content{Text: "hello"},
	}
}

// claim claims the next run of the scene's agent, nil if there is none.
func (s *scene) claim(t require.TestingT, actions ...string) *core.AgentRun {
	run, err := s.ClaimRun(s.ctx, core.RunClaim{AgentIDs: []uuid.UUID{s.agent}, Actions: actions, Owner: core.NewID(), Lease: lease})
	require.NoError(t, err)
	return run
}

func (s *scene) finish(t require.TestingT, run *core.AgentRun) {
	require.NoError(t, s.FinishRun(s.ctx, core.RunEnd{RunFence: run.Fence(), Status: core.RunCompleted}))
}

// expire ends the lease of a run.
func (s *scene) expire(t *testing.T, run *core.AgentRun) {
	t.Helper()
	_, err := s.HeartbeatRuns(s.ctx, []core.RunFence{run.Fence()}, time.Nanosecond)
	require.NoError(t, err)
	time.Sleep(time.Millisecond)
}

func (s *scene) agentRun(t require.TestingT, id uuid.UUID) *core.AgentRun {
	run, err := s.AgentRun(s.ctx, id)
	require.NoError(t, err)
	return run
}

// agentRuns tests core.RunStore.
func agentRuns(t *testing.T, open Open) {
	for name, test := range map[string]func(t *testing.T, s *scene){
		"a message and its run are one":             runStarts,
		"what cannot start":                         runDoesNotStart,
		"a room has one run, in order":              runsInOrder,
		"the end saves reply and step":              runEnds,
		"a lease that ended":                        runTakenOver,
		"a fenced-off process writes nothing":       runFenced,
		"steps":                                     runSteps,
		"heartbeats":                                runHeartbeats,
		"given back, and needing an action":         runGivenBack,
		"approval":                                  runApproval,
		"approval of several calls":                 runApprovals,
		"approval that is not given in time":        runExpires,
		"cancelled":                                 runCancelled,
		"merged":                                    runMerged,
		"events":                                    runEvents,
		"every filter of the list filters":          runList,
		"deleted with the room and the agent":       runsDeleted,
		"several processes, each room in its order": runProcesses,
		"two answers at once":                       runAnswers,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newScene(t, open))
		})
	}
}

func runStarts(t *testing.T, s *scene) {
	owner, message, parent := core.NewID(), s.received(s.room), s.arrive(t, uuid.Nil)
	require.Equal(t, core.RunQueued, parent.Status, "without an owner")
	s.finish(t, s.claim(t))
	message.ID = core.NewID()
	start := core.RunStart{Message: message, ParentID: parent.ID, Owner: owner, Lease: lease}
	run, isNew, err := s.StartRun(t.Context(), start)
	require.NoError(t, err)
	require.True(t, isNew)
	require.WithinDuration(t, run.CreatedAt.Add(lease), run.LeaseUntil, time.Minute)
	require.Equal(t, &core.AgentRun{
		ID: run.ID, Seq: run.Seq, AgentID: s.agent, RoomID: s.room, EntityID: s.user, MessageID: message.ID, ParentID: parent.ID,
		Status: core.RunRunning, Attempt: 1, Owner: owner, LeaseUntil: run.LeaseUntil, CreatedAt: run.CreatedAt,
	}, run)
	require.Equal(t, run, s.agentRun(t, run.ID))
	saved, err := s.Memory(t.Context(), message.ID)
	require.NoError(t, err)
	require.Equal(t, "hello", saved.Content.Text)

	again := *message
	again.Content.Text = "changed"
	start.Message = &again
	same, isNew, err := s.StartRun(t.Context(), start)
	require.NoError(t, err)
	require.False(t, isNew, "it was delivered before")
	require.Equal(t, run, same)
	saved, err = s.Memory(t.Context(), message.ID)
	require.NoError(t, err)
	require.Equal(t, "hello", saved.Content.Text)
}

func runDoesNotStart(t *testing.T, s *scene) {
	start := func(change func(*core.RunStart)) error {
		start := core.RunStart{Message: s.received(s.room), Owner: core.NewID(), Lease: lease}
		change(&start)
		_, _, err := s.StartRun(s.ctx, start)
		return err
	}
	for _, change := range []func(*core.RunStart){
		func(r *core.RunStart) { r.Message.AgentID = core.NewID() }, func(r *core.RunStart) { r.Message.RoomID = core.NewID() },
		func(r *core.RunStart) { r.Message.EntityID = core.NewID() },
	} {
		require.ErrorIs(t, start(change), core.ErrNotFound)
	}
	for field, change := range map[string]func(*core.RunStart){
		"Message":   func(r *core.RunStart) { r.Message = nil },
		"RoomID":    func(r *core.RunStart) { r.Message.RoomID = uuid.Nil },
		"Lease":     func(r *core.RunStart) { r.Lease = 0 },
		"Embedding": func(r *core.RunStart) { r.Message.Embedding = axis(384, 0) },
	} {
		invalid(t, start(change), field)
	}
	// The message of a run that is deleted stays answered.
	kept := s.keep(t, "kept", nil)
	require.ErrorIs(t, start(func(r *core.RunStart) { r.Message = kept }), core.ErrConflict)
	list, err := s.AgentRuns(t.Context(), core.AgentRunQuery{AgentID: s.agent})
	require.NoError(t, err)
	require.Empty(t, list)
	require.Nil(t, s.claim(t))
	_, err = s.AgentRun(t.Context(), core.NewID())
	require.ErrorIs(t, err, core.ErrNotFound)
}

func runsInOrder(t *testing.T, s *scene) {
	first, second, third := s.arrive(t, core.NewID()), s.arrive(t, core.NewID()), s.arrive(t, uuid.Nil)
	require.Equal(t, []core.RunStatus{core.RunRunning, core.RunQueued, core.RunQueued}, []core.RunStatus{first.Status, second.Status, third.Status})
	require.Nil(t, s.claim(t), "the room is busy")
	s.finish(t, first)
	late := s.arrive(t, core.NewID())
	require.Equal(t, core.RunQueued, late.Status, "others came before")
	for _, want := range []*core.AgentRun{second, third, late} {
		got := s.claim(t)
		require.Equal(t, want.ID, got.ID)
		require.Equal(t, 1, got.Attempt)
		require.Nil(t, s.claim(t))
		s.finish(t, got)
	}
	require.Equal(t, core.RunRunning, s.arrive(t, core.NewID()).Status)
	none, err := s.ClaimRun(t.Context(), core.RunClaim{Owner: core.NewID(), Lease: lease})
	require.NoError(t, err)
	require.Nil(t, none, "of no agent")
}

func runEnds(t *testing.T, s *scene) {
	run := s.arrive(t, core.NewID())
	reply := s.received(s.room)
	reply.EntityID = uuid.Nil
	end := core.RunEnd{
		RunFence: run.Fence(), Status: core.RunFailed, Error: "no model", InputTokens: 3, OutputTokens: 4, Reply: reply,
		Step: &core.RunStep{N: 1, Kind: core.StepModel, State: core.StepDone, Output: "{}", InputTokens: 3, OutputTokens: 4},
	}
	invalid(t, s.FinishRun(t.Context(), core.RunEnd{RunFence: run.Fence(), Status: core.RunWaiting}), "Status")
	require.NoError(t, s.FinishRun(t.Context(), end))
	got := s.agentRun(t, run.ID)
	require.False(t, got.EndedAt.IsZero())
	require.True(t, got.Status.Ended())
	require.Equal(t, &core.AgentRun{
		ID: run.ID, Seq: run.Seq, AgentID: s.agent, RoomID: s.room, EntityID: s.user, MessageID: run.MessageID, Status: core.RunFailed,
		Attempt: 1, Error: "no model", InputTokens: 3, OutputTokens: 4, CreatedAt: run.CreatedAt, EndedAt: got.EndedAt,
	}, got)
	_, err := s.Memory(t.Context(), reply.ID)
	require.NoError(t, err)
	steps, err := s.RunSteps(t.Context(), run.ID)
	require.NoError(t, err)
	require.Len(t, steps, 1)
	require.False(t, steps[0].EndedAt.IsZero())

	again := *reply
	again.ID = core.NewID()
	end.Reply = &again
	require.ErrorIs(t, s.FinishRun(t.Context(), end), core.ErrRunLost)
	require.NoError(t, s.FinishRun(core.Retry(t.Context()), end), "the first one has arrived")
	_, err = s.Memory(t.Context(), again.ID)
	require.ErrorIs(t, err, core.ErrNotFound)
}

func runTakenOver(t *testing.T, s *scene) {
	first, second := s.arrive(t, core.NewID()), s.arrive(t, core.NewID())
	for takeovers := 1; takeovers <= 3; takeovers++ {
		s.expire(t, first)
		got := s.claim(t)
		require.Equal(t, first.ID, got.ID, "it is before the one that is queued")
		require.Equal(t, []int{takeovers + 1, takeovers}, []int{got.Attempt, got.Takeovers})
		first = got
	}
	require.NoError(t, s.RecordSteps(t.Context(), first.Fence(), core.RunStep{N: 1, Kind: core.StepModel, State: core.StepDone}))
	s.expire(t, first)
	first = s.claim(t)
	require.Equal(t, 1, first.Takeovers, "the process before had recorded a step")
	require.NoError(t, s.GiveBackRuns(t.Context(), []core.RunFence{first.Fence()}))
	first = s.claim(t)
	require.Equal(t, 1, first.Takeovers, "giving back is no death")
	s.finish(t, first)
	require.Equal(t, second.ID, s.claim(t).ID)
}

func runFenced(t *testing.T, s *scene) {
	ctx, old := t.Context(), s.arrive(t, core.NewID())
	step := core.RunStep{N: 1, Kind: core.StepCall, State: core.StepStarted, CallID: "1"}
	require.NoError(t, s.RecordSteps(ctx, old.Fence(), step))
	s.expire(t, old)
	s.claim(t)
	before, err := s.RunSteps(ctx, old.ID)
	require.NoError(t, err)
	run := s.agentRun(t, old.ID)
	question := core.RunStep{N: 2, Kind: core.StepApproval, State: core.StepWaiting, CallID: "2"}
	second := func(_ any, err error) error { return err }
	reply := s.received(s.room)
	for _, ctx := range []context.Context{ctx, core.Retry(ctx)} {
		for name, err := range map[string]error{
			"FinishRun":       s.FinishRun(ctx, core.RunEnd{RunFence: old.Fence(), Status: core.RunCompleted, Reply: reply, Step: &core.RunStep{N: 3, Kind: core.StepModel, State: core.StepDone}}),
			"RecordSteps":     s.RecordSteps(ctx, old.Fence(), core.RunStep{N: 4, Kind: core.StepModel, State: core.StepDone}),
			"EndStep":         s.EndStep(ctx, old.Fence(), core.RunStep{N: 1, State: core.StepDone}),
			"WaitRun":         s.WaitRun(ctx, old.Fence(), question),
			"NeedAction":      s.NeedAction(ctx, old.Fence(), "X"),
			"MergeRuns":       second(s.MergeRuns(ctx, old.Fence())),
			"AppendRunEvents": second(s.AppendRunEvents(ctx, old.Fence(), core.RunEvent{Kind: "text"})),
		} {
			require.ErrorIs(t, err, core.ErrRunLost, name)
			plain(t, err)
		}
	}
	require.NoError(t, s.GiveBackRuns(ctx, []core.RunFence{old.Fence()}))
	beat, err := s.HeartbeatRuns(ctx, []core.RunFence{old.Fence()}, time.Nanosecond)
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{old.ID}, beat.Lost)
	require.Equal(t, run, s.agentRun(t, old.ID))
	after, err := s.RunSteps(ctx, old.ID)
	require.NoError(t, err)
	require.Equal(t, before, after)
	events, err := s.RunEvents(ctx, old.ID, 0, 0)
	require.NoError(t, err)
	require.Empty(t, events)
	_, err = s.Memory(ctx, reply.ID)
	require.ErrorIs(t, err, core.ErrNotFound)
}

func runSteps(t *testing.T, s *scene) {
	ctx, run := t.Context(), s.arrive(t, core.NewID())
	text := `{"b": 1.0, "a": "<\\u0041>", "a": 2}`
	want := core.RunStep{
		N: 1, Attempt: 1, Kind: core.StepCall, State: core.StepStarted, CallID: "1.1", ModelCallID: "m", Name: "SEND", Input: text,
		InputTokens: 1, OutputTokens: 2, ExpiresAt: past,
	}
	other := core.RunStep{N: 2, Kind: core.StepCall, State: core.StepFailed, CallID: "1.2", ModelCallID: "m", Error: "refused"}
	require.NoError(t, s.RecordSteps(ctx, run.Fence(), other, want), "in any order")
	steps, err := s.RunSteps(ctx, run.ID)
	require.NoError(t, err)
	require.Len(t, steps, 2)
	require.False(t, steps[1].EndedAt.IsZero())
	want.CreatedAt, want.ExpiresAt = steps[0].CreatedAt, steps[0].ExpiresAt
	require.Equal(t, &want, steps[0], "byte for byte")

	for _, step := range []core.RunStep{
		{N: 1, Kind: core.StepModel, State: core.StepDone}, {N: 3, Kind: core.StepCall, State: core.StepDone, CallID: "1.1"},
	} {
		require.ErrorIs(t, s.RecordSteps(ctx, run.Fence(), core.RunStep{N: 9, Kind: core.StepModel, State: core.StepDone}, step), core.ErrConflict)
	}
	require.NoError(t, s.RecordSteps(core.Retry(ctx), run.Fence(), want, other), "they have arrived")
	require.NoError(t, s.RecordSteps(ctx, run.Fence()))
	require.NoError(t, s.EndStep(ctx, run.Fence(), core.RunStep{N: 1, State: core.StepDone, Output: text, Error: "e", InputTokens: 5}))
	require.ErrorIs(t, s.EndStep(ctx, run.Fence(), core.RunStep{N: 9, State: core.StepDone}), core.ErrNotFound)
	steps, err = s.RunSteps(ctx, run.ID)
	require.NoError(t, err)
	require.Len(t, steps, 2)
	want.State, want.Output, want.Error, want.InputTokens, want.OutputTokens = core.StepDone, text, "e", 5, 0
	want.EndedAt = steps[0].EndedAt
	require.Equal(t, &want, steps[0])
	require.False(t, want.EndedAt.IsZero())
	for field, step := range map[string]core.RunStep{
		"N": {Kind: core.StepCall, State: core.StepDone}, "Kind": {N: 5, State: core.StepDone}, "State": {N: 5, Kind: core.StepCall},
	} {
		invalid(t, s.RecordSteps(ctx, run.Fence(), step), field)
	}
	require.ErrorIs(t, s.RecordSteps(ctx, core.RunFence{Run: core.NewID()}, other), core.ErrNotFound)
}
