package core

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// LogStore stores agents' logs. Entries older than the adapter's retention are
// deleted in the background.
type LogStore interface {
	// CreateLog saves one entry and sets ID and CreatedAt if they are zero.
	// AgentID, EntityID and Type are required; Type and the body's runId have
	// at most 1,000 bytes. It returns ErrConflict if the id exists, and
	// ErrNotFound if the agent, entity or room does not.
	CreateLog(ctx context.Context, entry *Log) error
	// CreateLogs saves entries as CreateLog does, all or none. Without entries
	// it does nothing.
	CreateLogs(ctx context.Context, entries []*Log) error
	// Logs lists entries, newest first, then by descending id.
	Logs(ctx context.Context, query LogQuery) ([]*Log, error)
	// DeleteLog deletes one entry.
	DeleteLog(ctx context.Context, id uuid.UUID) error
	// Runs returns summaries of an agent's runs, latest start first.
	Runs(ctx context.Context, query RunQuery) (*RunPage, error)
}

// LogQuery selects entries. Each field that is set narrows the result.
type LogQuery struct {
	AgentID  uuid.UUID // required
	EntityID uuid.UUID // zero: any
	RoomID   uuid.UUID // zero: any
	Type     string    // empty: any
	RunID    string    // runId in the body; empty: any
	Since    time.Time // zero: from the beginning; inclusive
	Until    time.Time // zero: without end; exclusive
	// Before is the last entry of the previous page: only older entries follow,
	// also among equal times. Pages neither overlap nor skip entries while new
	// ones arrive. Zero: from the newest. An id that is not an entry of the
	// agent is ErrNotFound.
	Before uuid.UUID
	Limit  int // zero: 50
	Offset int // zero: from the newest
}

// RunQuery selects runs. Each field that is set narrows the result.
type RunQuery struct {
	AgentID  uuid.UUID // required
	RoomID   uuid.UUID // zero: any
	EntityID uuid.UUID // zero: any
	Status   RunStatus // empty: any
	Since    time.Time // of the start; zero: from the beginning; inclusive
	Until    time.Time // of the start; zero: without end; exclusive
	Limit    int       // zero: 20; more than 100 is an error
	Offset   int       // zero: from the newest
}

// RunPage is a page of an agent's runs.
type RunPage struct {
	Runs []*Run
	// Total is the number of runs that match the query, on all pages.
	Total int
	// HasMore reports whether there are older runs than those of this page.
	HasMore bool
}
