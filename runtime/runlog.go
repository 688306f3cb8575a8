package runtime

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/elizago/elizago/core"
)

// journal is what is written down of one run: its beginning and end, actions,
// model calls and failures, as core.LogStore's Runs sums them up. The beginning
// is written at once, so that a run that was killed can be seen, and the rest
// together at the end, so that a message costs the database two statements and
// not a dozen. What a model is asked and what it answers is not written: that
// is in the memories already.
//
// It travels in the context. All methods may be called at once, also after the
// end (embeddings are made then), and of nil, for what belongs to no run: that
// is not written.
type journal struct {
	agent *Agent
	id    string
	began time.Time
	// message is what the run is about.
	message *core.Memory

	mu      sync.Mutex
	waiting []*core.Log
	closed  bool
}

// mostWaiting bounds what a run holds back. One with so many entries writes
// them in parts.
const mostWaiting = 100

type journalKey struct{}

// journalOf returns the journal of the run that ctx belongs to, nil for none.
func journalOf(ctx context.Context) *journal {
	j, _ := ctx.Value(journalKey{}).(*journal)
	return j
}

// in returns a context of the run.
func (j *journal) in(ctx context.Context) context.Context {
	if j == nil {
		return ctx
	}
	return context.WithValue(ctx, journalKey{}, j)
}

// openJournal begins the run about a message, which must have been saved.
func (a *Agent) openJournal(message *core.Memory, began time.Time) *journal {
	j := &journal{agent: a, id: core.NewID().String(), began: began, message: message}
	start := j.entry(core.LogRun, j.state(core.RunStarted))
	start.CreatedAt = began
	if !a.runtime.record.keep(start) {
		j.waiting = append(j.waiting, start)
	}
	return j
}

// state is the body of a LogRun entry, with elizaOS's names. Times are in
// milliseconds, as everywhere in the bodies.
func (j *journal) state(status core.RunStatus) map[string]any {
	return map[string]any{
		"status": status, "roomId": j.message.RoomID, "entityId": j.message.EntityID,
		"source": j.message.Content.Source, "startTime": j.began.UnixMilli(),
	}
}

// close ends the run with what Handle returns.
func (j *journal) close(ctx context.Context, err error) {
	status := core.RunCompleted
	switch {
	case err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		status = core.RunTimeout
	case err != nil:
		status = core.RunFailed
	}
	body := j.state(status)
	body["endTime"], body["duration"] = time.Now().UnixMilli(), millis(time.Since(j.began))
	j.fail(body, err)
	j.mu.Lock()
	j.closed = true
	j.mu.Unlock()
	j.add(core.LogRun, body)
}

// acted is an action that ran.
func (j *journal) acted(result core.ActionResult, took time.Duration) {
	if j == nil {
		return
	}
	body := map[string]any{
		"action": result.Action, "success": result.Err == nil, "text": j.agent.redact.brief(result.Text), "duration": millis(took),
	}
	j.fail(body, result.Err)
	j.add(core.LogAction, body)
}

// asked is a call of a plugin's model. response is nil where there is none.
func (j *journal) asked(kind core.ModelType, plugin string, response *core.TextResponse, took time.Duration, err error) {
	if j == nil {
		return
	}
	body := map[string]any{"modelType": kind, "provider": plugin, "executionTime": millis(took)}
	if response != nil {
		body["model"] = response.Model
		if response.InputTokens+response.OutputTokens > 0 {
			body["inputTokens"], body["outputTokens"] = response.InputTokens, response.OutputTokens
		}
	}
	j.fail(body, err)
	j.add(core.LogModelPrefix+string(kind), body)
}

// failed is something else that went wrong: a "provider", an "action" that
// could not run, an "embedding".
func (j *journal) failed(what, name string, err error) {
	if j == nil {
		return
	}
	body := map[string]any{what: j.agent.redact.brief(name)}
	j.fail(body, err)
	j.add(core.LogFailure, body)
}

func (j *journal) fail(body map[string]any, err error) {
	if err != nil {
		body["error"] = j.agent.redact.brief(err.Error())
	}
}

// add writes an entry with the others at the end, or now if that has come.
func (j *journal) add(kind string, body map[string]any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.waiting = append(j.waiting, j.entry(kind, body))
	if !j.closed && len(j.waiting) < mostWaiting {
		return
	}
	if record := j.agent.runtime.record; !record.keep(j.waiting...) {
		record.lost(len(j.waiting), errRecorderFull)
	}
	j.waiting = nil
}

// entry makes an entry of now.
func (j *journal) entry(kind string, body map[string]any) *core.Log {
	body["runId"], body["messageId"] = j.id, j.message.ID
	return &core.Log{
		ID: core.NewID(), AgentID: j.agent.AgentID(), EntityID: j.message.EntityID, RoomID: j.message.RoomID,
		Type: kind, Body: body, CreatedAt: time.Now(),
	}
}

// millis is a duration in milliseconds, to the microsecond: some models answer
// within less than one.
func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
