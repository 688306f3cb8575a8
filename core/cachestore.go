package core

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// CacheStore keeps values that an agent may lose: results of slow look-ups,
// tokens, whatever can be had again. A value that has expired is gone for every
// method, also before it is deleted in the background.
type CacheStore interface {
	// SaveCache inserts a value, or overwrites the one of the same agent and
	// key, and the time that it expires with it. Everybody sees it at once. A
	// crash of the database server may lose what was saved in its last second,
	// unless that was inside InTx: then it is as durable as the rest of the
	// transaction. An agent that does not exist is ErrNotFound; a key that is too
	// long, a value that is no JSON and a negative TTL are errors.
	SaveCache(ctx context.Context, entry CacheEntry) error
	// Cache returns a value. None, or one that has expired, is ErrNotFound.
	Cache(ctx context.Context, agentID uuid.UUID, key string) (json.RawMessage, error)
	// CacheMany returns the values of those keys that there are. Without an error
	// it is never nil.
	CacheMany(ctx context.Context, agentID uuid.UUID, keys []string) (map[string]json.RawMessage, error)
	// DeleteCache deletes a value. None, or one that has expired, is
	// ErrNotFound.
	DeleteCache(ctx context.Context, agentID uuid.UUID, key string) error
}

// CacheEntry is one value to keep.
type CacheEntry struct {
	AgentID uuid.UUID // required
	// Key is any text of 1 to 1,000 bytes; required.
	Key string
	// Value is any JSON; required. It comes back as JSON that means the same:
	// spaces and the order of keys may differ, and of equal keys in an object
	// the last one stays.
	Value json.RawMessage
	// TTL is how long the value is good for, by the database's clock. Zero:
	// for ever. A part of a microsecond counts as a whole one.
	TTL time.Duration
}
