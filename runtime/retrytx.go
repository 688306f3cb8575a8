package runtime

import (
	"context"
	"errors"

	"github.com/elizago/elizago/core"
)

// maxTries is how often a transaction is tried while the database is
// unavailable. Each time the adapter waits for it to come back.
const maxTries = 3

// retryTx runs do in a transaction, and again when the connection was lost
// meanwhile. do saves rows under ids that it chose before: a conflict at a later
// attempt means that an earlier one was committed.
func retryTx(ctx context.Context, db core.Database, do func(tx core.Database) error) error {
	err := db.InTx(ctx, do)
	for n := 1; n < maxTries && errors.Is(err, core.ErrUnavailable); n++ {
		if err = db.InTx(ctx, do); errors.Is(err, core.ErrConflict) {
			return nil
		}
	}
	return err
}
