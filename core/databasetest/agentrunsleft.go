package databasetest

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

func runHeartbeats(t *testing.T, s *scene) {
	ctx, run := t.Context(), s.arrive(t, core.NewID())
	gone := core.RunFence{Run: core.NewID(), Attempt: 1}
	beat, err := s.HeartbeatRuns(ctx, []core.RunFence{run.Fence(), gone}, 2*lease)
	require.NoError(t, err)
	require.Equal(t, core.RunHeartbeat{Lost: []uuid.UUID{gone.Run}}, beat)
	require.True(t, s.agentRun(t, run.ID).LeaseUntil.After(run.LeaseUntil))
	// What a call in a transaction has locked is neither renewed nor lost, and
	// cannot be claimed.
	s.expire(t, run)
	require.NoError(t, s.InTx(ctx, func(tx core.Database) error {
		require.NoError(t, tx.RecordSteps(ctx, run.Fence(), core.RunStep{N: 1, Kind: core.StepCall, State: core.StepStarted}))
		beat, err := s.HeartbeatRuns(ctx, []core.RunFence{run.Fence()}, lease)
		require.NoError(t, err)
		require.Empty(t, beat)
		require.Nil(t, s.claim(t))
		return nil
	}))
	require.Equal(t, 2, s.claim(t).Attempt)
	_, err = s.HeartbeatRuns(ctx, []core.RunFence{run.Fence()}, 0)
	invalid(t, err)
}

func runGivenBack(t *testing.T, s *scene) {
	ctx, first := t.Context(), s.arrive(t, core.NewID())
	second := s.arrive(t, core.NewID())
	require.NoError(t, s.GiveBackRuns(ctx, []core.RunFence{first.Fence()}))
	got := s.agentRun(t, first.ID)
	require.Equal(t, core.RunQueued, got.Status)
	require.Zero(t, got.Owner)
	require.True(t, got.LeaseUntil.IsZero())
	first = s.claim(t)
	require.Equal(t, got.ID, first.ID, "it keeps its place")
	require.NoError(t, s.NeedAction(ctx, first.Fence(), "SEND"))
	require.Equal(t, "SEND", s.agentRun(t, first.ID).Needs)
	require.Nil(t, s.claim(t), "no one has the action, and the room is in order")
	first = s.claim(t, "OTHER", "SEND")
	require.Equal(t, []any{got.ID, "SEND"}, []any{first.ID, first.Needs})
	s.finish(t, first)
	require.Equal(t, second.ID, s.claim(t).ID)
}

func question(n int, call string) core.RunStep {
	return core.RunStep{N: n, Kind: core.StepApproval, State: core.StepWaiting, CallID: call, Name: "SEND", Input: `{"to": "` + call + `"}`}
}

func runApproval(t *testing.T, s *scene) {
	ctx, run := t.Context(), s.arrive(t, core.NewID())
	invalid(t, s.WaitRun(ctx, run.Fence()))
	invalid(t, s.WaitRun(ctx, run.Fence(), core.RunStep{N: 1, Kind: core.StepCall, State: core.StepStarted}))
	require.NoError(t, s.WaitRun(ctx, run.Fence(), question(1, "a")))
	require.Equal(t, core.RunWaiting, s.agentRun(t, run.ID).Status)
	other := s.arrive(t, core.NewID())
	require.Equal(t, core.RunRunning, other.Status, "waiting does not hold the room")

	decide := func(call string, input *string) error {
		_, err := s.DecideCall(ctx, core.RunDecision{Run: run.ID, CallID: call, Approved: true, Input: input, By: s.user, Note: "fine"})
		return err
	}
	require.ErrorIs(t, decide("b", nil), core.ErrNotFound)
	require.ErrorIs(t, decide("a", new(`{"to":"a"}`)), core.ErrConflict, "other arguments, to the byte")
	require.NoError(t, decide("a", new(`{"to": "a"}`)))
	require.ErrorIs(t, decide("a", nil), core.ErrConflict, "decided already")
	steps, err := s.RunSteps(ctx, run.ID)
	require.NoError(t, err)
	require.Equal(t, []any{core.StepDone, "fine", s.user}, []any{steps[0].State, steps[0].Output, steps[0].DecidedBy})
	require.Equal(t, core.RunQueued, s.agentRun(t, run.ID).Status)
	later := s.arrive(t, core.NewID())
	s.finish(t, other)
	got := s.claim(t)
	require.Equal(t, run.ID, got.ID, "it has its old place, before %s", later.ID)
	require.Equal(t, 2, got.Attempt)
	_, err = s.DecideCall(ctx, core.RunDecision{Run: core.NewID(), CallID: "a"})
	require.ErrorIs(t, err, core.ErrNotFound)
}

func runApprovals(t *testing.T, s *scene) {
	ctx, run := t.Context(), s.arrive(t, core.NewID())
	require.NoError(t, s.WaitRun(ctx, run.Fence(), question(1, "a"), question(2, "b")))
	got, err := s.DecideCall(ctx, core.RunDecision{Run: run.ID, CallID: "b"})
	require.NoError(t, err)
	require.Equal(t, core.RunWaiting, got.Status)
	require.Nil(t, s.claim(t))
	got, err = s.DecideCall(ctx, core.RunDecision{Run: run.ID, CallID: "a", Approved: true})
	require.NoError(t, err)
	require.Equal(t, core.RunQueued, got.Status)
	steps, err := s.RunSteps(ctx, run.ID)
	require.NoError(t, err)
	require.Equal(t, []core.RunStepState{core.StepDone, core.StepFailed}, []core.RunStepState{steps[0].State, steps[1].State})
	require.NotEmpty(t, steps[1].Error)
}

// Of two answers at once, the second sees the first: the run goes on.
func runAnswers(t *testing.T, s *scene) {
	for range 8 {
		run := s.arrive(t, core.NewID())
		require.NoError(t, s.WaitRun(t.Context(), run.Fence(), question(1, "a"), question(2, "b")))
		var group sync.WaitGroup
		for _, call := range []string{"a", "b"} {
			group.Go(func() {
				if _, err := s.DecideCall(s.ctx, core.RunDecision{Run: run.ID, CallID: call, Approved: true}); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		got := s.claim(t)
		require.NotNil(t, got)
		s.finish(t, got)
	}
}

func runExpires(t *testing.T, s *scene) {
	ctx, run := t.Context(), s.arrive(t, core.NewID())
	late, open := question(1, "late"), question(2, "open")
	late.ExpiresAt, open.ExpiresAt = past, time.Now().Add(lease)
	require.NoError(t, s.WaitRun(ctx, run.Fence(), late, open))
	_, err := s.DecideCall(ctx, core.RunDecision{Run: run.ID, CallID: "late", Approved: true})
	require.ErrorIs(t, err, core.ErrConflict)
	queued, err := s.ExpireCalls(ctx, s.agent)
	require.NoError(t, err)
	require.Empty(t, queued, "another question is left")
	_, err = s.DecideCall(ctx, core.RunDecision{Run: run.ID, CallID: "open", Approved: true})
	require.NoError(t, err)
	run = s.claim(t)
	late.N, late.CallID = 3, "again"
	require.NoError(t, s.WaitRun(ctx, run.Fence(), late))
	queued, err = s.ExpireCalls(ctx, core.NewID())
	require.NoError(t, err)
	require.Empty(t, queued, "of another agent")
	queued, err = s.ExpireCalls(ctx, s.agent)
	require.NoError(t, err)
	require.Len(t, queued, 1)
	require.Equal(t, run.ID, queued[0].ID)
	steps, err := s.RunSteps(ctx, run.ID)
	require.NoError(t, err)
	require.Equal(t, []core.RunStepState{core.StepFailed, core.StepDone, core.StepFailed},
		[]core.RunStepState{steps[0].State, steps[1].State, steps[2].State})
}

func runCancelled(t *testing.T, s *scene) {
	ctx, running := t.Context(), s.arrive(t, core.NewID())
	queued := s.arrive(t, core.NewID())
	cancel := func(id uuid.UUID) core.RunStatus {
		run, err := s.CancelRun(ctx, id)
		require.NoError(t, err)
		return run.Status
	}
	require.Equal(t, core.RunCancelled, cancel(queued.ID))
	require.False(t, s.agentRun(t, queued.ID).EndedAt.IsZero())
	require.Equal(t, core.RunCancelled, cancel(queued.ID), "again")
	// A call that has locked the run is not waited for.
	require.NoError(t, s.InTx(ctx, func(tx core.Database) error {
		require.NoError(t, tx.RecordSteps(ctx, running.Fence(), core.RunStep{N: 1, Kind: core.StepCall, State: core.StepStarted}))
		require.Equal(t, core.RunRunning, cancel(running.ID))
		return nil
	}))
	require.Equal(t, core.RunRunning, cancel(running.ID), "again")
	beat, err := s.HeartbeatRuns(ctx, []core.RunFence{running.Fence()}, lease)
	require.NoError(t, err)
	require.Equal(t, core.RunHeartbeat{Cancelled: []uuid.UUID{running.ID}}, beat)
	require.NoError(t, s.FinishRun(ctx, core.RunEnd{RunFence: running.Fence(), Status: core.RunCancelled}))
	require.Nil(t, s.claim(t))
	waiting := s.arrive(t, core.NewID())
	require.NoError(t, s.WaitRun(ctx, waiting.Fence(), question(1, "a")))
	require.Equal(t, core.RunCancelled, cancel(waiting.ID))
	_, err = s.CancelRun(ctx, core.NewID())
	require.ErrorIs(t, err, core.ErrNotFound)
}

func runMerged(t *testing.T, s *scene) {
	for _, status := range []core.RunStatus{core.RunCompleted, core.RunFailed} {
		first := s.arrive(t, core.NewID())
		second, third := s.arrive(t, core.NewID()), s.arrive(t, core.NewID())
		for range 2 {
			merged, err := s.MergeRuns(t.Context(), first.Fence())
			require.NoError(t, err)
			require.Len(t, merged, 2)
			require.Equal(t, []uuid.UUID{second.ID, third.ID}, []uuid.UUID{merged[0].ID, merged[1].ID})
			require.Equal(t, first.ID, merged[0].MergedInto)
		}
		require.Nil(t, s.claim(t))
		require.NoError(t, s.FinishRun(t.Context(), core.RunEnd{RunFence: first.Fence(), Status: status}))
		if status == core.RunCompleted {
			require.Equal(t, core.RunCompleted, s.agentRun(t, third.ID).Status)
			require.Nil(t, s.claim(t))
			continue
		}
		for _, want := range []*core.AgentRun{second, third} {
			got := s.claim(t)
			require.Equal(t, want.ID, got.ID, "they have a run of their own again")
			s.finish(t, got)
		}
	}
}

func runEvents(t *testing.T, s *scene) {
	ctx, run := t.Context(), s.arrive(t, core.NewID())
	last, err := s.AppendRunEvents(ctx, run.Fence(), core.RunEvent{Kind: "text", Data: map[string]any{"text": "a\x00"}}, core.RunEvent{Kind: "text"})
	require.NoError(t, err)
	require.Equal(t, int64(2), last)
	_, err = s.CancelRun(ctx, run.ID)
	require.NoError(t, err)
	s.expire(t, run)
	run = s.claim(t)
	last, err = s.AppendRunEvents(ctx, run.Fence(), core.RunEvent{Kind: "step_restarted"})
	require.NoError(t, err)
	require.Equal(t, int64(3), last)
	list := func(after int64, limit int) (kinds []string) {
		events, err := s.RunEvents(ctx, run.ID, after, limit)
		require.NoError(t, err)
		for _, e := range events {
			require.Greater(t, e.Seq, after)
			require.NotNil(t, e.Data)
			require.False(t, e.CreatedAt.IsZero())
			kinds = append(kinds, e.Kind)
		}
		return kinds
	}
	require.Equal(t, []string{"text", "text", "step_restarted"}, list(0, 0), "a request to cancel is no event")
	require.Equal(t, list(0, 0), list(-1, 0))
	require.Equal(t, []string{"text"}, list(1, 1))
	require.Empty(t, list(3, 0))
	events, err := s.RunEvents(ctx, run.ID, 0, 1)
	require.NoError(t, err)
	require.Equal(t, map[string]any{"text": "a"}, events[0].Data)
	_, err = s.AppendRunEvents(ctx, run.Fence(), core.RunEvent{})
	invalid(t, err, "Kind")
}

func runList(t *testing.T, s *scene) {
	ctx, first := t.Context(), s.arrive(t, core.NewID())
	s.finish(t, first)
	second := s.arrive(t, core.NewID())
	room := core.NewID()
	require.NoError(t, s.SaveRoom(ctx, &core.Room{ID: room, AgentID: s.agent, Type: core.ChannelDM}))
	elsewhere := s.received(room)
	elsewhere.EntityID = s.addEntity(t, "alan")
	third, _, err := s.StartRun(ctx, core.RunStart{Message: elsewhere})
	require.NoError(t, err)
	for what, tt := range map[string]struct {
		query core.AgentRunQuery
		want  []*core.AgentRun
	}{
		"agent, the newest first": {core.AgentRunQuery{AgentID: s.agent}, []*core.AgentRun{third, second, first}},
		"another agent":           {core.AgentRunQuery{AgentID: core.NewID()}, nil},
		"room":                    {core.AgentRunQuery{AgentID: s.agent, RoomID: s.room}, []*core.AgentRun{second, first}},
		"entity":                  {core.AgentRunQuery{AgentID: s.agent, EntityID: elsewhere.EntityID}, []*core.AgentRun{third}},
		"message":                 {core.AgentRunQuery{AgentID: s.agent, MessageID: first.MessageID}, []*core.AgentRun{first}},
		"status":                  {core.AgentRunQuery{AgentID: s.agent, Status: core.RunCompleted}, []*core.AgentRun{first}},
		"since inclusive":         {core.AgentRunQuery{AgentID: s.agent, Since: second.CreatedAt}, []*core.AgentRun{third, second}},
		"until exclusive":         {core.AgentRunQuery{AgentID: s.agent, Until: second.CreatedAt}, []*core.AgentRun{first}},
		"a page":                  {core.AgentRunQuery{AgentID: s.agent, Before: third.Seq, Limit: 1}, []*core.AgentRun{second}},
	} {
		got, err := s.AgentRuns(ctx, tt.query)
		require.NoError(t, err, what)
		var ids, want []uuid.UUID
		for _, run := range got {
			ids = append(ids, run.ID)
		}
		for _, run := range tt.want {
			want = append(want, run.ID)
		}
		require.Equal(t, want, ids, what)
	}
	_, err = s.AgentRuns(ctx, core.AgentRunQuery{})
	invalid(t, err, "AgentID")
}

func runsDeleted(t *testing.T, s *scene) {
	ctx, run := t.Context(), s.arrive(t, core.NewID())
	require.NoError(t, s.RecordSteps(ctx, run.Fence(), core.RunStep{N: 1, Kind: core.StepModel, State: core.StepDone}))
	require.NoError(t, s.DeleteMemory(ctx, run.MessageID), "a run holds no memory")
	require.NoError(t, s.DeleteRoom(ctx, s.room))
	_, err := s.AgentRun(ctx, run.ID)
	require.ErrorIs(t, err, core.ErrNotFound)
	require.ErrorIs(t, s.FinishRun(ctx, core.RunEnd{RunFence: run.Fence(), Status: core.RunCompleted}), core.ErrNotFound)
	other := s.addAgent(t, "Other")
	room := core.NewID()
	require.NoError(t, s.SaveRoom(ctx, &core.Room{ID: room, AgentID: other, Type: core.ChannelDM}))
	run, _, err = s.StartRun(ctx, core.RunStart{Message: &core.Memory{Type: core.MemoryMessages, AgentID: other, RoomID: room}})
	require.NoError(t, err)
	require.NoError(t, s.DeleteAgent(ctx, other))
	_, err = s.AgentRun(ctx, run.ID)
	require.ErrorIs(t, err, core.ErrNotFound)
}

// runProcesses lets several processes claim what several clients send, each into
// a few rooms. Processes give runs back, and go on writing after their leases,
// as one that was stopped. Of a room, one run is running at a time, and runs end
// in the order in which they were accepted, each once.
func runProcesses(t *testing.T, s *scene) {
	const rooms, messages, processes = 3, 12, 4
	ids := make([]uuid.UUID, rooms)
	for i := range ids {
		ids[i] = core.NewID()
		require.NoError(t, s.SaveRoom(s.ctx, &core.Room{ID: ids[i], AgentID: s.agent, Type: core.ChannelDM}))
	}
	var clients, group sync.WaitGroup
	accepted := make([][]uuid.UUID, rooms)
	for i, room := range ids {
		clients.Go(func() {
			for range messages {
				run, _, err := s.StartRun(s.ctx, core.RunStart{Message: s.received(room)})
				if err != nil {
					t.Error(err)
					return
				}
				accepted[i] = append(accepted[i], run.ID)
			}
		})
	}
	var mu sync.Mutex
	ended := map[uuid.UUID][]uuid.UUID{}
	count := func() (n int) {
		mu.Lock()
		defer mu.Unlock()
		for _, runs := range ended {
			n += len(runs)
		}
		return n
	}
	work := func(r *rand.Rand, owner uuid.UUID) error {
		claim := core.RunClaim{AgentIDs: []uuid.UUID{s.agent}, Owner: owner, Lease: lease}
		stopped := r.IntN(4) == 0
		if stopped {
			claim.Lease = time.Nanosecond
		}
		run, err := s.ClaimRun(s.ctx, claim)
		if err != nil || run == nil {
			return err
		}
		if !stopped && r.IntN(4) == 0 {
			return s.GiveBackRuns(s.ctx, []core.RunFence{run.Fence()})
		}
		if err := s.RecordSteps(s.ctx, run.Fence(), core.RunStep{N: run.Attempt, Kind: core.StepModel, State: core.StepDone}); err != nil {
			return err
		}
		// The lock makes the end and its record one, so that the order is known.
		mu.Lock()
		defer mu.Unlock()
		reply := s.received(run.RoomID)
		if err := s.FinishRun(s.ctx, core.RunEnd{RunFence: run.Fence(), Status: core.RunCompleted, Reply: reply}); err != nil {
			return err
		}
		ended[run.RoomID] = append(ended[run.RoomID], run.ID)
		return nil
	}
	for i := range processes {
		group.Go(func() {
			r, owner := rand.New(rand.NewPCG(1, uint64(i))), core.NewID()
			for count() < rooms*messages && s.ctx.Err() == nil && !t.Failed() {
				if err := work(r, owner); err != nil && !errors.Is(err, core.ErrRunLost) {
					t.Error(err)
				}
			}
		})
	}
	clients.Wait()
	group.Wait()
	for i, room := range ids {
		require.Equal(t, accepted[i], ended[room], "each once, in order")
		replies, err := s.CountMemories(context.WithoutCancel(s.ctx), core.MemoryQuery{AgentID: s.agent, Type: core.MemoryMessages, RoomID: room})
		require.NoError(t, err)
		require.Equal(t, 2*messages, replies, "a message and a reply each")
	}
}
