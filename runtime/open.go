package runtime

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// openPause is the pause between attempts to open a database that cannot be
// reached yet.
const openPause = 500 * time.Millisecond

// open opens the database. One that cannot be reached, as it is starting at the
// same time, is waited for, for as long as Config.StartWait.
func (rt *Runtime) open(ctx context.Context) (core.Database, error) {
	wait := rt.config.StartWait
	for deadline, said := time.Now().Add(wait), false; ; {
		db, err := rt.adapter.Open(ctx)
		if !errors.Is(err, core.ErrUnavailable) || !time.Now().Before(deadline) {
			return db, err
		}
		if !said {
			rt.config.Logger.Warn("the database cannot be reached yet: waiting for it", zap.Duration("at_most", wait), zap.Error(err))
			said = true
		}
		if sleep(ctx, openPause) != nil {
			return nil, err
		}
	}
}
