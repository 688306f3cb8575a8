package runtime

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/elizago/elizago/core"
)

// runLog collects the log entries of one run: its start and end, actions, model
// calls and failures, as summarized by core.LogStore's Runs. The start is
// written immediately, so that a killed run is visible, and the rest together
// at the end, so that a message costs two statements and not a dozen. Prompts
// and answers are not logged: the memories hold them.
//
// It is passed in the context. Its methods are safe for concurrent use and may
// be called after close, as embeddings are made then. On a nil runLog, for work
// that belongs to no run, they log nothing.
type runLog struct {
	agent *Agent
	id    string
	began time.Time
	// message is the one that the run answers.
	message *core.Memory

	mu      sync.Mutex
	waiting []*core.Log
	closed  bool
}

// mostWaiting bounds the entries that a run buffers. A run with more writes
// them in parts.
const mostWaiting = 100

type runLogKey struct{}

// runLogOf returns the runLog of the run that ctx belongs to, nil for none.
func runLogOf(ctx context.Context) *runLog {
	l, _ := ctx.Value(runLogKey{}).(*runLog)
	return l
}

// in returns a context of the run.
func (l *runLog) in(ctx context.Context) context.Context {
	if l == nil {
		return ctx
	}
	return context.WithValue(ctx, runLogKey{}, l)
}

// openRunLog starts the run of a message, which must have been saved.
func (a *Agent) openRunLog(message *core.Memory, began time.Time) *runLog {
	l := &runLog{agent: a, id: core.NewID().String(), began: began, message: message}
	start := l.entry(core.LogRun, l.state(core.RunStarted))
	start.CreatedAt = began
	if !a.runtime.record.keep(start) {
		l.waiting = append(l.waiting, start)
	}
	return l
}

// state returns the body of a LogRun entry, with elizaOS's names. Times are in
// milliseconds, as in all bodies.
func (l *runLog) state(status core.RunStatus) map[string]any {
	return map[string]any{
		"status": status, "roomId": l.message.RoomID, "entityId": l.message.EntityID,
		"source": l.message.Content.Source, "startTime": l.began.UnixMilli(),
	}
}

// close ends the run with the error that Handle returns.
func (l *runLog) close(ctx context.Context, err error) {
	status := core.RunCompleted
	switch {
	case err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		status = core.RunTimeout
	case err != nil:
		status = core.RunFailed
	}
	body := l.state(status)
	body["endTime"], body["duration"] = time.Now().UnixMilli(), millis(time.Since(l.began))
	l.fail(body, err)
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.add(core.LogRun, body)
}

// acted logs an action that ran.
func (l *runLog) acted(result core.ActionResult, took time.Duration) {
	if l == nil {
		return
	}
	body := map[string]any{
		"action": result.Action, "success": result.Err == nil, "text": l.agent.runtime.config.Secrets.brief(result.Text), "duration": millis(took),
	}
	l.fail(body, result.Err)
	l.add(core.LogAction, body)
}

// asked logs a call of a plugin's model. response may be nil.
func (l *runLog) asked(kind core.ModelType, plugin string, response *core.TextResponse, took time.Duration, err error) {
	if l == nil {
		return
	}
	body := map[string]any{"modelType": kind, "provider": plugin, "executionTime": millis(took)}
	if response != nil {
		body["model"] = response.Model
		if response.Usage.Input+response.Usage.Output > 0 {
			body["inputTokens"], body["outputTokens"] = response.Usage.Input, response.Usage.Output
		}
	}
	l.fail(body, err)
	l.add(core.LogModelPrefix+string(kind), body)
}

// failed logs another failure: of a "provider", of an "action" that could not
// run, of an "embedding".
func (l *runLog) failed(what, name string, err error) {
	if l == nil {
		return
	}
	body := map[string]any{what: l.agent.runtime.config.Secrets.brief(name)}
	l.fail(body, err)
	l.add(core.LogFailure, body)
}

func (l *runLog) fail(body map[string]any, err error) {
	if err != nil {
		body["error"] = l.agent.runtime.config.Secrets.brief(err.Error())
	}
}

// add keeps an entry until close, and writes it at once after that.
func (l *runLog) add(kind string, body map[string]any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = append(l.waiting, l.entry(kind, body))
	if !l.closed && len(l.waiting) < mostWaiting {
		return
	}
	if record := l.agent.runtime.record; !record.keep(l.waiting...) {
		record.lost(len(l.waiting), errRecorderFull)
	}
	l.waiting = nil
}

// entry returns an entry with the current time.
func (l *runLog) entry(kind string, body map[string]any) *core.Log {
	body["runId"], body["messageId"] = l.id, l.message.ID
	return &core.Log{
		ID: core.NewID(), AgentID: l.agent.AgentID(), EntityID: l.message.EntityID, RoomID: l.message.RoomID,
		Type: kind, Body: body, CreatedAt: time.Now(),
	}
}

// millis returns a duration in milliseconds, to the microsecond: some models
// answer in less than one.
func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
