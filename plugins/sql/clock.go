package sql

import (
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/elizago/elizago/plugins/sql/internal/background"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// watchClock looks whether the clock of the process was set every lookAtClock,
// and at the clock of the database then, and every readClockEvery in any case.
const (
	lookAtClock    = time.Second
	readClockEvery = 10 * time.Minute
)

// readClock reads the database's clock. New rows get its time, so that they are
// in order whichever process writes them.
func (d *Database) readClock(ctx context.Context) error {
	began := time.Now()
	now, err := pgtx.First(pgtx.Query(ctx, d.driver, `SELECT clock_timestamp()`, []any{pgtx.Once}, pgtx.ScanOne[time.Time]))
	if err != nil {
		return pgtx.Explain("could not read the database's clock", err)
	}
	d.clock.Set(now, began)
	return nil
}

// watchClock reads the database's clock again where that is needed, until the
// context ends.
func (d *Database) watchClock(ctx context.Context, log *zap.Logger) {
	for background.Sleep(ctx, lookAtClock) {
		if !d.clock.Moved() && d.clock.Age() < readClockEvery {
			continue
		}
		if err := d.readClock(ctx); err != nil && ctx.Err() == nil {
			log.Debug("the database's clock is read later", zap.Error(err))
		}
	}
}
