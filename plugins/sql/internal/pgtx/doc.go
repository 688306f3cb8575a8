// Package pgtx runs the statements of the stores and of ent clients: each on any
// connection of the pool, or all in one transaction.
//
//	driver := pgtx.NewDriver(pool)
//	err := driver.RunTx(ctx, func(tx *pgtx.Driver) error {
//		names, err := pgtx.Query(ctx, tx, "SELECT name FROM public.agents", nil, pgtx.ScanOne[string])
//		...
//	})
//
// A Driver is an ent dialect.Driver, and what hand-written SQL is sent through:
//
//	ent client          Query, ExecReturning, Exec      Borrow
//	     │ database/sql          │ pgx                    │ pgx, code of a plugin
//	     └──────────┬────────────┴────────────┬───────────┘
//	              Driver: SanitizeArgs, markDeletion
//	                │                         │
//	       of the pool: again        of a transaction: scope ── one for each savepoint
//	                │                         │          (ended? inner one open? borrowed?)
//	          any connection              txConn ── one connection, begin to end
//	                                                (still in the transaction? cut off?)
//
// Outside a transaction, reads are sent again when their connection was lost;
// writes, and statements of plugins, only if they have certainly not arrived, or
// with core.Retry. Inside, nothing is retried; with core.Retry the transaction is
// run again as a whole. A transaction inside another is a savepoint. A scope refuses every use that
// would silently do something else: after the end, beside an open savepoint, or
// after a statement such as COMMIT has ended the transaction.
//
// Explain turns an error into one of core's, with what to do about it and without
// the statement or its values.
package pgtx
