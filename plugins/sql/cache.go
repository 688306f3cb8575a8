package sql

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// The cache is the most frequent store, so its statements are hand-written, one
// for each call. Time is the server's clock, which goes on within a
// transaction, so that all processes agree on what has expired.

const (
	// A cache entry may be lost, so its commit does not wait for the disk,
	// which would take longer than everything else: PostgreSQL writes it within
	// three times wal_writer_delay, 0.6 s by default. In a transaction the
	// caller's commit decides, and must not become asynchronous.
	saveCacheSQL = `WITH soon AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)) ` +
		saveCacheInto + `SELECT $1::text, $2::uuid, $3::jsonb, clock_timestamp() + $4::bigint * interval '1 microsecond' FROM soon` + saveCacheOver

	saveCacheInTxSQL = saveCacheInto + `VALUES ($1, $2, $3, clock_timestamp() + $4::bigint * interval '1 microsecond')` + saveCacheOver

	saveCacheInto = `INSERT INTO public.cache (key, agent_id, value, expires_at)
`
	saveCacheOver = `
ON CONFLICT (key, agent_id) DO UPDATE
SET value = EXCLUDED.value, expires_at = EXCLUDED.expires_at, updated_at = now()`

	cacheSQL = `SELECT value FROM public.cache
WHERE key = $1 AND agent_id = $2 AND (expires_at IS NULL OR expires_at > clock_timestamp())`

	// The position says which of the caller's keys a value is for.
	cacheManySQL = `SELECT k.position, c.value
FROM unnest($1::text[]) WITH ORDINALITY k(key, position)
JOIN public.cache c ON c.key = k.key AND c.agent_id = $2
WHERE c.expires_at IS NULL OR c.expires_at > clock_timestamp()`

	deleteCacheSQL = `DELETE FROM public.cache WHERE key = $1 AND agent_id = $2
RETURNING expires_at IS NULL OR expires_at > clock_timestamp()`
)

// SaveCache implements core.CacheStore.
func (d *Database) SaveCache(ctx context.Context, entry core.CacheEntry) error {
	if err := value.Required(value.IDField("CacheEntry.AgentID", entry.AgentID), value.TextField("CacheEntry.Key", entry.Key)); err != nil {
		return err
	}
	if err := value.Indexable("CacheEntry.Key", entry.Key); err != nil {
		return err
	}
	if !json.Valid(entry.Value) {
		return value.Invalid("sql: CacheEntry.Value is no JSON: encode it with json.Marshal")
	}
	if entry.TTL < 0 {
		return value.Invalid("sql: CacheEntry.TTL is %v: it may not be negative", entry.TTL)
	}
	var micros *int64
	if entry.TTL > 0 {
		micros = new(int64((entry.TTL-1)/time.Microsecond) + 1)
	}
	statement := saveCacheSQL
	if d.driver.InTx() {
		statement = saveCacheInTxSQL
	}
	_, err := pgtx.Exec(ctx, d.driver, statement, entry.Key, entry.AgentID, string(value.SanitizeJSON(entry.Value)), micros)
	return pgtx.Explain("could not save the cache entry "+value.Quote(entry.Key), err)
}

// Cache implements core.CacheStore.
func (d *Database) Cache(ctx context.Context, agentID uuid.UUID, key string) (json.RawMessage, error) {
	cached, err := pgtx.First(pgtx.Query(ctx, d.driver, cacheSQL, []any{key, agentID}, pgtx.ScanOne[[]byte]))
	return cached, pgtx.Explain("cache entry "+value.Quote(key), err)
}

// CacheMany implements core.CacheStore.
func (d *Database) CacheMany(ctx context.Context, agentID uuid.UUID, keys []string) (map[string]json.RawMessage, error) {
	values := map[string]json.RawMessage{}
	if len(keys) == 0 {
		return values, nil
	}
	_, err := pgtx.Query(ctx, d.driver, cacheManySQL, []any{keys, agentID}, func(row pgtx.Scanner) (struct{}, error) {
		var (
			position int
			value    []byte
		)
		err := row.Scan(&position, &value)
		if err == nil {
			values[keys[position-1]] = value
		}
		return struct{}{}, err
	})
	if err != nil {
		return nil, pgtx.Explain(fmt.Sprintf("could not read %d cache entries", len(keys)), err)
	}
	return values, nil
}

// DeleteCache implements core.CacheStore.
func (d *Database) DeleteCache(ctx context.Context, agentID uuid.UUID, key string) error {
	alive, err := pgtx.First(pgtx.ExecReturning(ctx, d.driver, deleteCacheSQL, []any{key, agentID}, pgtx.ScanOne[bool]))
	if err == nil && !alive {
		err = core.ErrNotFound
	}
	return pgtx.Explain("cache entry "+value.Quote(key), err)
}
