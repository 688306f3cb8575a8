package core

import (
	"context"
)

// LogStore keeps what agents did.
type LogStore interface {
	// CreateLog saves one entry and fills in ID and CreatedAt where they are
	// zero.
	CreateLog(ctx context.Context, entry *Log) error
}
