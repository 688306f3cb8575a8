package badrow

import (
	"sync"

	"go.uber.org/zap"
)

// maxReported is the number of values that a Reporter names. A table full of
// them is one problem, not a million.
const maxReported = 200

// Reporter warns of values that are left out, once for each. The zero value and
// nil report nothing.
type Reporter struct {
	log      *zap.Logger
	mu       sync.Mutex
	reported map[string]bool
}

// NewReporter returns a Reporter that warns on log. Nil: it reports nothing.
func NewReporter(log *zap.Logger) *Reporter {
	return &Reporter{log: log, reported: map[string]bool{}}
}

// Report warns that the value of a column cannot be read.
func (r *Reporter) Report(table, id, column string, err error) {
	if r == nil || r.log == nil {
		return
	}
	key := table + "/" + id + "/" + column
	r.mu.Lock()
	known := r.reported[key]
	n := len(r.reported)
	if !known && n <= maxReported {
		r.reported[key] = true
	}
	r.mu.Unlock()
	switch {
	case known || n > maxReported:
	case n == maxReported:
		r.log.Warn("more stored values cannot be read than are named here; further ones are left out silently", zap.Int("named", n))
	default:
		r.log.Warn("a stored value cannot be read; the row is read without it",
			zap.String("table", table), zap.String("id", id), zap.String("column", column), zap.Error(err))
	}
}
