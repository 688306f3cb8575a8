package runtime

import (
	"context"
	"errors"

	"github.com/elizago/elizago/core"
)

// maxTries is the number of attempts of a transaction while the database is
// unavailable. At each attempt the adapter waits for it to come back.
const maxTries = 3

// retryTx runs do in a transaction, and retries if the connection was lost. do
// must save rows under ids chosen before: a conflict in a later attempt means
// that an earlier one was committed.
func retryTx(ctx context.Context, db core.Database, do func(tx core.Database) error) error {
	err := db.InTx(ctx, do)
	for n := 1; n < maxTries && errors.Is(err, core.ErrUnavailable); n++ {
		if err = db.InTx(ctx, do); errors.Is(err, core.ErrConflict) {
			return nil
		}
	}
	return err
}
