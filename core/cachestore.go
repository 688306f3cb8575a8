package core

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// CacheStore stores values that an agent can recompute: results of slow
// look-ups, tokens. No method returns an expired value, even before the
// background job deletes it.
type CacheStore interface {
	// SaveCache inserts a value, or overwrites the value and expiry of the same
	// agent and key. It is visible to other connections immediately. A crash of
	// the database server may lose values saved in the last second before it;
	// inside InTx a value is as durable as the rest of the transaction. It
	// returns ErrNotFound if the agent does not exist, and an error for a key
	// that is too long, a value that is not JSON, or a negative TTL.
	SaveCache(ctx context.Context, entry CacheEntry) error
	// Cache returns a value. It returns ErrNotFound if there is none or it has
	// expired.
	Cache(ctx context.Context, agentID uuid.UUID, key string) (json.RawMessage, error)
	// CacheMany returns the values of the keys that exist. The map is non-nil
	// if err is nil.
	CacheMany(ctx context.Context, agentID uuid.UUID, keys []string) (map[string]json.RawMessage, error)
	// DeleteCache deletes a value. It returns ErrNotFound if there is none or
	// it has expired.
	DeleteCache(ctx context.Context, agentID uuid.UUID, key string) error
}

// CacheEntry is a value to cache.
type CacheEntry struct {
	AgentID uuid.UUID // required
	// Key is any text of 1 to 1,000 bytes; required.
	Key string
	// Value is any JSON; required. It is returned as equivalent JSON: white
	// space and key order may differ, and the last of duplicate keys in an
	// object wins.
	Value json.RawMessage
	// TTL is the lifetime of the value, by the database's clock, rounded up to
	// a microsecond. Zero: it does not expire.
	TTL time.Duration
}
