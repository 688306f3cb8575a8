package core

import "context"

type retryKey struct{}

// Retry returns a context whose statements and transactions may be executed more
// than once. Without it, what may have reached the database is not sent again
// when the connection is lost, and a transaction is run once:
//
//	err := db.InTx(core.Retry(ctx), func(tx core.Database) error {
//		...
//	})
//
// With it, InTx runs its function again when the transaction conflicted with
// another one (a serialization failure, a deadlock) or lost its connection, also
// in the commit: then it is unknown whether the first one took effect. So the
// function must have no effects elsewhere, and save rows under ids chosen
// before: ErrConflict in a later attempt means that an earlier one was
// committed.
//
// A method that is called outside of InTx is repeated in the same cases. One that
// only reads needs no Retry.
func Retry(ctx context.Context) context.Context {
	return context.WithValue(ctx, retryKey{}, true)
}

// MayRetry reports whether Retry made the context, or one that it came from.
func MayRetry(ctx context.Context) bool {
	may, _ := ctx.Value(retryKey{}).(bool)
	return may
}
