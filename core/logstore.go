package core

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// LogStore keeps what agents did. Entries older than the adapter's retention
// are deleted in the background.
type LogStore interface {
	// CreateLog saves one entry and fills in ID and CreatedAt where they are
	// zero. AgentID, EntityID and Type are required; Type has at most 1,000
	// bytes, and so has runId in the body. An id that exists is ErrConflict; an
	// agent, entity or room that does not is ErrNotFound.
	CreateLog(ctx context.Context, entry *Log) error
	// CreateLogs saves entries as CreateLog does, all of them or none. Without
	// entries nothing happens.
	CreateLogs(ctx context.Context, entries []*Log) error
	// Logs lists entries, the newest first; of two of the same time, the one
	// with the greater id.
	Logs(ctx context.Context, query LogQuery) ([]*Log, error)
	// DeleteLog deletes one entry.
	DeleteLog(ctx context.Context, id uuid.UUID) error
	// Runs sums up an agent's runs, the one that started last first.
	Runs(ctx context.Context, query RunQuery) (*RunPage, error)
}

// LogQuery says which entries to list. Every field that is set narrows the
// result.
type LogQuery struct {
	AgentID  uuid.UUID // required
	EntityID uuid.UUID // zero: any
	RoomID   uuid.UUID // zero: any
	Type     string    // empty: any
	RunID    string    // runId in the body; empty: any
	Since    time.Time // zero: from the beginning; inclusive
	Until    time.Time // zero: without end; exclusive
	// Before is the last entry of the page before: only older ones follow, also
	// when several have the same time. Pages made with it neither overlap nor
	// leave one out while new entries arrive. Zero: from the newest. One that
	// is not the agent's is ErrNotFound.
	Before uuid.UUID
	Limit  int // zero: 50
	Offset int // zero: from the newest
}

// RunQuery says which runs to sum up. Every field that is set narrows the
// result.
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

// RunPage is a part of an agent's runs.
type RunPage struct {
	Runs []*Run
	// Total is how many runs pass the filters, on all pages.
	Total int
	// HasMore says that there are older runs than those of this page.
	HasMore bool
}
