package runtime

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"
)

// errTooLong is the cause of a context that within has limited.
var errTooLong = errors.New("it took longer than")

// within limits a context; its cause then says how long was too long.
func within(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, limit, fmt.Errorf("%w %s", errTooLong, limit))
}

// inTime calls a plugin's code within a limit, and converts a panic to an error.
// Code that goes on after that is left to itself, and what it returns is dropped.
func inTime[T any](ctx context.Context, limit time.Duration, log *zap.Logger, do func(ctx context.Context) (T, error)) (T, error) {
	ctx, cancel := within(ctx, limit)
	defer cancel()
	type answer struct {
		result T
		err    error
	}
	answered := make(chan answer, 1)
	go func() {
		var got answer
		defer func() { answered <- got }()
		defer recoverPanic(log, "", &got.err)
		got.result, got.err = do(ctx)
	}()
	select {
	case got := <-answered:
		if got.err != nil && ctx.Err() != nil {
			got.err = context.Cause(ctx)
		}
		return got.result, got.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}
