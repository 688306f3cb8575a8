package pgpool

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"go.uber.org/zap"

	"github.com/elizago/elizago/internal/pgerr"
)

// Health is the state of a pool's server, as the last calls found it.
type Health struct {
	// Breaker is closed, open or half-open.
	Breaker string
	// OpenUntil is when an open breaker lets calls through again. Zero: it is
	// not open.
	OpenUntil time.Time
	// AwaySince is when the server was found to be unreachable. Zero: it is not.
	AwaySince time.Time
	// Cause says why, without addresses and names of users.
	Cause string
}

// Health returns the state of the server.
func (db *DB) Health() Health {
	h := db.shared.health
	found := Health{Breaker: h.breaker.State().String()}
	if left := h.breaker.RemainingDelay(); left > 0 {
		found.OpenUntil = time.Now().Add(left)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.away != nil {
		found.AwaySince, found.Cause = h.away.since, reason(h.cause)
	}
	return found
}

// begin notes that the server cannot be reached, and returns what is closed when
// it can be. The first call that finds it begins to probe, and logs it.
func (h *health) begin(cause error) <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.away == nil && h.ctx.Err() == nil {
		h.away = &outage{since: time.Now(), over: make(chan struct{})}
		h.cause = cause
		h.troubled.Store(true)
		level := zap.WarnLevel
		if time.Since(h.ended) < sameOutage {
			level = zap.DebugLevel
		}
		h.log.Log(level, "the database went away: calls wait for it", zap.String("cause", reason(cause)))
		h.probing.Go(h.probe)
	}
	if h.away == nil {
		return nil
	}
	return h.away.over
}

// sameOutage is how soon after an outage another one is not logged: a server that
// has just started, or is about to end, may answer one call and not the next.
const sameOutage = 2 * time.Second

// over returns what is closed when an outage ends, nil if there is none.
func (h *health) over() <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.away == nil {
		return nil
	}
	return h.away.over
}

// end notes that the server can be reached.
func (h *health) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.away == nil {
		return
	}
	h.reopen()
	close(h.away.over)
	h.log.Info("the database is back", zap.Duration("after", time.Since(h.away.since).Round(time.Millisecond)))
	h.away, h.ended = nil, time.Now()
}

// probe pings the server until it answers, or a call has reached it. All calls
// wait for this one, so that a server that starts is not met by an attempt of
// each.
func (h *health) probe() {
	const first, longest = 50 * time.Millisecond, time.Second
	over := h.over()
	for pause := first; over != nil; pause = min(2*pause, longest) {
		if wait(h.ctx, pause/2+rand.N(pause), over) != nil { //nolint:gosec // not a secret
			return
		}
		select {
		case <-over:
			return
		default:
		}
		ctx, cancel := context.WithTimeout(h.ctx, longest)
		err := h.ping(ctx)
		cancel()
		if err == nil || pgerr.Code(err) != "" && !pgerr.ConnectionLost(err) {
			if h.breaker.IsOpen() {
				h.breaker.HalfOpen()
			}
			h.end()
			return
		}
	}
}

// succeeded notes a call that the server has answered.
func (h *health) succeeded() {
	h.end()
	h.breaker.RecordSuccess()
	if h.breaker.IsClosed() {
		h.troubled.Store(false)
	}
}

// answered notes a call that failed for a reason of its own.
func (h *health) answered(err error) {
	var full *FullError
	switch {
	case pgerr.TimeLimit(err):
		h.failed(err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.As(err, &full):
		h.failed(nil)
	case h.troubled.Load():
		h.succeeded()
	}
}

// failed notes a call that failed for good, as the connection was lost. A nil
// error says nothing about the server, and counts only for a call that the
// half-open breaker has let through.
func (h *health) failed(err error) {
	if err == nil {
		if !h.breaker.IsHalfOpen() {
			return
		}
		err = errNoAnswer
	}
	h.troubled.Store(true)
	h.breaker.RecordFailure()
	if h.breaker.IsOpen() {
		h.begin(err)
	}
}

var errNoAnswer = errors.New("no answer")
