package pgtest

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// Main runs a package's tests, releases the cluster and fails if a goroutine is
// left. It does not return.
func Main(m *testing.M, options ...goleak.Option) {
	goleak.VerifyTestMain(closing{m}, options...)
}

// closing releases the cluster after the tests, before the check for
// goroutines.
type closing struct{ m *testing.M }

func (c closing) Run() int {
	code := c.m.Run()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := errors.Join(templates.drop(ctx), shared.close(ctx)); err != nil && code == 0 {
		println(err.Error())
		return 1
	}
	return code
}
