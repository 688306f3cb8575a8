package runtime

import (
	"context"
	"errors"

	"github.com/elizago/elizago/core"
)

// maxSaves is how often something is saved anew when the database goes away.
// Each time the adapter waits for it to come back.
const maxSaves = 3

// save runs do in a transaction, and again when the connection was lost on the
// way. do saves things under ids of their own, so that a second time can tell
// that the first one had arrived.
func save(ctx context.Context, db core.Database, do func(tx core.Database) error) error {
	err := db.InTx(ctx, do)
	for n := 1; n < maxSaves && errors.Is(err, core.ErrUnavailable); n++ {
		if err = db.InTx(ctx, do); errors.Is(err, core.ErrConflict) {
			return nil
		}
	}
	return err
}
