package runtime

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// recorder writes into the database what agents did. It does so behind
// everybody's back: a message is answered neither later nor worse because of
// it, whatever becomes of the database. What cannot be written is lost, with a
// warning.
type recorder struct {
	*worker[[]*core.Log]
	db  core.Database
	log *zap.Logger
}

const (
	// recorderQueue is how many lists of entries may wait while the database is
	// away. Those that come after are lost.
	recorderQueue = 256
	// recorderBatch is how many of them one statement writes.
	recorderBatch = 64
	// recorderStop is how long a program that ends waits for the last ones.
	recorderStop = 5 * time.Second
)

func startRecorder(db core.Database, log *zap.Logger) *recorder {
	r := &recorder{db: db, log: log}
	r.worker = startWorker(recorderQueue, recorderBatch, r.write)
	return r
}

// write writes lists of entries in one statement. If they are refused, one by
// one: somebody may have deleted the room of one meanwhile.
func (r *recorder) write(ctx context.Context, lists [][]*core.Log) {
	entries := slices.Concat(lists...)
	err := retryTx(ctx, r.db, func(tx core.Database) error { return tx.CreateLogs(ctx, entries) })
	switch {
	case err == nil:
	case len(lists) > 1 && ctx.Err() == nil && !errors.Is(err, core.ErrUnavailable):
		for _, list := range lists {
			r.write(ctx, [][]*core.Log{list})
		}
	default:
		r.lost(len(entries), err)
	}
}

// keep hands entries over, and says whether there was room for them.
func (r *recorder) keep(entries ...*core.Log) bool { return r.offer(entries) }

func (r *recorder) lost(entries int, err error) {
	r.log.Warn("what an agent did is missing from the table logs", zap.Int("entries", entries), zap.Error(err))
}

var errRecorderFull = errors.New("the database does not keep up")

// stop writes what waits, or gives up on it when ctx ends.
func (r *recorder) stop(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, recorderStop)
	defer cancel()
	if left, err := r.worker.stop(ctx); left > 0 {
		r.lost(left, err)
	}
}
