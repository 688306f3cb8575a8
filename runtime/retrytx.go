package runtime

import (
	"context"
	"errors"

	"github.com/elizago/elizago/core"
)

// retryTx runs do in a transaction, and again if the connection was lost or the
// transaction conflicted with another one, as the adapter's policy says. do must
// save rows under ids chosen before: a conflict of ids in a later attempt means
// that an earlier one was committed.
func retryTx(ctx context.Context, db core.Database, do func(tx core.Database) error) error {
	attempts := 0
	err := db.InTx(core.Retry(ctx), func(tx core.Database) error {
		attempts++
		return do(tx)
	})
	if attempts > 1 && errors.Is(err, core.ErrConflict) {
		return nil
	}
	return err
}
