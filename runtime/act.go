package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// act carries out a decision: it replies with the text, or runs the actions in
// order.
func (t *turn) act(ctx context.Context, decision decision) error {
	if slices.ContainsFunc(decision.Actions, func(name string) bool { return plainName(name) == plainName(actionIgnore) }) {
		t.log.Debug("the agent chose not to answer", zap.String("thought", decision.Thought))
		return nil
	}
	if t.simple(decision) {
		if decision.Text == "" {
			return nil
		}
		return t.reply(ctx, decision.Content)
	}
	names := decision.Actions
	if len(names) == 0 {
		names = []string{actionReply} // a decision with providers needs a reply
	}
	for i, name := range names {
		if plainName(name) == plainName(actionNone) {
			continue
		}
		result := t.run(ctx, name, callID(t.message.ID, 1, i), decision)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		t.outcome.Results = append(t.outcome.Results, result)
	}
	if len(t.outcome.Replies) > 0 {
		return nil
	}
	return t.close(ctx, decision)
}

// run runs one action and records its result. A failure ends only this action.
func (t *turn) run(ctx context.Context, name string, id uuid.UUID, decision decision) core.ActionResult {
	action, ok := t.action(name)
	if !ok {
		t.log.Warn("the model chose an action that does not exist", zap.String("action", name))
		err := fmt.Errorf("there is no action %s", name)
		runLogOf(ctx).failed("action", name, err)
		return core.ActionResult{Action: name, Err: err}
	}
	began := time.Now()
	result := t.handle(ctx, action, id, decision)
	result.Action = action.Name
	if result.Err != nil {
		t.log.Warn("an action failed", zap.String("action", action.Name), zap.Error(result.Err))
	}
	runLogOf(ctx).acted(result, time.Since(began))
	return result
}

// handle calls the action and converts a panic to an error.
func (t *turn) handle(ctx context.Context, action core.Action, id uuid.UUID, decision decision) (result core.ActionResult) {
	defer recoverPanic(t.log, "", &result.Err)
	args, err := t.args(ctx, action, decision)
	if err != nil {
		return core.ActionResult{Err: err}
	}
	state, err := t.ComposeState(ctx, t.message, core.StateOptions{Include: decision.Providers, Results: t.outcome.Results})
	if err != nil {
		return core.ActionResult{Err: err}
	}
	got, err := t.carryOut(ctx, action, core.ActionCall{
		ID:       id,
		Runtime:  t.Agent,
		Database: t.db,
		Message:  t.message,
		Args:     args,
		Response: decision.Content,
		State:    state,
		Previous: slices.Clone(t.outcome.Results),
		Stream:   func(_ context.Context, chunk string) error { return t.stream(chunk) },
		Reply:    t.reply,
	})
	if got != nil {
		result = *got
	}
	result.Err = errors.Join(result.Err, err)
	return result
}

// carryOut calls the action's Handle within its time limit.
func (t *turn) carryOut(ctx context.Context, action core.Action, call core.ActionCall) (*core.ActionResult, error) {
	if action.Effect == core.EffectDatabase {
		return t.inTransaction(ctx, action, call)
	}
	if action.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = within(ctx, action.Timeout)
		defer cancel()
	}
	return action.Handle(ctx, call)
}

// callID returns the id of a call: the same one for the same place in the
// answer to a message.
func callID(message uuid.UUID, step, ordinal int) uuid.UUID {
	return core.ScopedID(message, fmt.Sprintf("%d.%d", step, ordinal))
}

// close replies if no action did: with the actions' own texts, or else the text
// of the decision. Every message gets an answer.
func (t *turn) close(ctx context.Context, decision decision) error {
	var said []string
	for _, result := range t.outcome.Results {
		switch {
		case result.Err != nil:
			// The reason is in the log, for the operator.
			said = append(said, fmt.Sprintf("Something went wrong, and I could not do %s.", result.Action))
		case result.Text != "":
			said = append(said, result.Text)
		}
	}
	if len(said) > 0 {
		decision.Text = strings.Join(said, "\n")
	}
	if decision.Text == "" {
		return nil
	}
	return t.reply(ctx, decision.Content)
}
