package sql_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/elizago/elizago/core"
)

// A value is good for as long as its TTL says, and not there afterwards.
func ExampleDatabase_SaveCache() {
	example(func(ctx context.Context, db core.Database) error {
		err := db.SaveCache(ctx, core.CacheEntry{
			AgentID: ada, Key: "weather/london", Value: json.RawMessage(`{"sky":"grey"}`), TTL: time.Hour,
		})
		if err != nil {
			return err
		}
		value, err := db.Cache(ctx, ada, "weather/london")
		if err != nil {
			return err
		}
		var weather struct{ Sky string }
		if err := json.Unmarshal(value, &weather); err != nil {
			return err
		}
		fmt.Println("the sky is", weather.Sky)

		err = db.SaveCache(ctx, core.CacheEntry{
			AgentID: ada, Key: "weather/london", Value: value, TTL: time.Microsecond,
		})
		if err != nil {
			return err
		}
		_, err = db.Cache(ctx, ada, "weather/london")
		fmt.Println("expired:", errors.Is(err, core.ErrNotFound))
		return nil
	})
	// Output:
	// the sky is grey
	// expired: true
}
