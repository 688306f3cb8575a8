package runtime

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// recorder writes log entries in the background: it neither delays nor fails
// the handling of messages, whatever the state of the database. While that is
// away, entries wait; those that cannot be written are dropped with a warning.
type recorder struct {
	*worker[[]*core.Log]
	db  core.Database
	log *zap.Logger
}

const (
	// recorderQueue is how many lists of entries may wait while the database is
	// unavailable. Further ones are dropped.
	recorderQueue = 256
	// recorderBatch is how many lists one statement writes.
	recorderBatch = 64
	// recorderStop is how long a stopping program waits for the last entries.
	recorderStop = 5 * time.Second
	// recorderPause is the pause between attempts while the database is away.
	recorderPause = time.Second
)

func startRecorder(db core.Database, log *zap.Logger) *recorder {
	r := &recorder{db: db, log: log}
	r.worker = startWorker(recorderQueue, recorderBatch, r.write)
	return r
}

// write inserts lists of entries in one statement. If that fails, it inserts
// them one by one: the room of one may have been deleted meanwhile.
func (r *recorder) write(ctx context.Context, lists [][]*core.Log) {
	entries := slices.Concat(lists...)
	err := r.db.CreateLogs(core.Retry(ctx), entries)
	for errors.Is(err, core.ErrUnavailable) && sleep(ctx, recorderPause) == nil {
		err = r.db.CreateLogs(core.Retry(ctx), entries)
	}
	switch {
	case err == nil:
	case errors.Is(err, core.ErrConflict): // an earlier attempt was committed
	case len(lists) > 1 && ctx.Err() == nil && !errors.Is(err, core.ErrUnavailable):
		for _, list := range lists {
			r.write(ctx, [][]*core.Log{list})
		}
	default:
		r.lost(len(entries), err)
	}
}

// keep queues entries, and reports whether there was room for them.
func (r *recorder) keep(entries ...*core.Log) bool { return r.offer(entries) }

func (r *recorder) lost(entries int, err error) {
	r.log.Warn("what an agent did is missing from the table logs", zap.Int("entries", entries), zap.Error(err))
}

var errRecorderFull = errors.New("the database does not keep up")

// stop writes the queued entries, or drops them when ctx is done.
func (r *recorder) stop(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, recorderStop)
	defer cancel()
	if left, err := r.worker.stop(ctx); left > 0 {
		r.lost(left, err)
	}
}

// sleep returns the error of ctx if that is done before the time has passed.
func sleep(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
