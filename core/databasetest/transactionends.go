package databasetest

import (
	"context"
	stdsql "database/sql"
	"testing"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// byHand sends a statement without parameters as a client of a plugin does.
func byHand(ctx context.Context, db core.Database, statement string) error {
	return db.Driver().Exec(ctx, statement, []any{}, nil)
}

// refuses checks that no statement runs on a transaction, of whichever kind.
func (s *scene) refuses(t require.TestingT, tx core.Database) {
	_, err := tx.Tasks(s.ctx, core.TaskQuery{AgentID: s.agent})
	require.Error(t, err)
	plain(t, err)
	_, err = tx.Memories(s.ctx, core.MemoryQuery{AgentID: s.agent, Type: core.MemoryFacts})
	require.Error(t, err)
	require.NotErrorIs(t, err, core.ErrUnavailable)
	plain(t, err)
	require.Error(t, tx.CreateTask(s.ctx, &core.Task{AgentID: s.agent, Name: "stray"}))
	require.Error(t, s.run(tx.Driver(), "stray"))
	require.Error(t, tx.Pgx(s.ctx, func(*pgx.Conn) error { return nil }))
	require.Error(t, tx.InTx(s.ctx, func(core.Database) error { return nil }))
}

// transactionEnds tests transactions that end otherwise than by the return of
// InTx's function.
func transactionEnds(t *testing.T, open Open) {
	test := func(name string, run func(t *testing.T, s *scene)) {
		t.Run(name, func(t *testing.T) { t.Parallel(); run(t, newScene(t, open)) })
	}
	test("statements that would end it are refused", func(t *testing.T, s *scene) {
		require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
			s.note(t, tx, "kept")
			for _, statement := range []string{
				"ROLLBACK", "commit;", " Rollback and chain", "END", "ABORT", "BEGIN", "START TRANSACTION", "PREPARE TRANSACTION 'a'",
			} {
				require.Error(t, byHand(t.Context(), tx, statement), statement)
			}
			require.NoError(t, byHand(t.Context(), tx, "SAVEPOINT mine"))
			s.note(t, tx, "undone")
			require.NoError(t, byHand(t.Context(), tx, "ROLLBACK TO SAVEPOINT mine"))
			return nil
		}))
		require.Equal(t, []string{"kept"}, s.notes(t, s))
	})
	hidden := func(ctx context.Context, tx core.Database) error { return byHand(ctx, tx, "/* by hand */ ROLLBACK") }
	lent := func(ctx context.Context, tx core.Database) error {
		return tx.Pgx(ctx, func(conn *pgx.Conn) error { _, err := conn.Exec(ctx, "ROLLBACK"); return err })
	}
	for name, end := range map[string]func(ctx context.Context, tx core.Database) error{"in a statement": hidden, "on a connection of pgx": lent} {
		test("a rollback by hand is no commit, "+name, func(t *testing.T, s *scene) {
			for _, use := range []func(tx core.Database){func(core.Database) {}, func(tx core.Database) { s.refuses(t, tx) }} {
				err := s.InTx(t.Context(), func(tx core.Database) error {
					s.note(t, tx, "lost")
					_ = end(t.Context(), tx) // it may be noticed now, or by what follows
					use(tx)
					return nil
				})
				require.Error(t, err)
				plain(t, err)
				err = s.InTx(t.Context(), func(tx core.Database) error {
					s.note(t, tx, "lost")
					require.Error(t, tx.InTx(t.Context(), func(inner core.Database) error {
						s.note(t, inner, "lost")
						_ = end(t.Context(), inner)
						use(inner)
						return nil
					}))
					s.refuses(t, tx)
					return nil
				})
				require.Error(t, err)
				require.Empty(t, s.notes(t, s))
			}
		})
	}
	test("its context ends", func(t *testing.T, s *scene) {
		ctx, cancel := context.WithCancel(t.Context())
		err := s.InTx(ctx, func(tx core.Database) error {
			s.note(t, tx, "lost")
			cancel()
			for _, ctx := range []context.Context{ctx, t.Context()} {
				for range 20 { // while the connection is taken away
					_, err := tx.Memories(ctx, core.MemoryQuery{AgentID: s.agent, Type: core.MemoryFacts})
					require.ErrorIs(t, err, context.Canceled)
					_, err = tx.Tasks(ctx, core.TaskQuery{AgentID: s.agent})
					require.ErrorIs(t, err, context.Canceled)
					require.ErrorIs(t, tx.Pgx(ctx, func(*pgx.Conn) error { return nil }), context.Canceled)
				}
			}
			s.refuses(t, tx)
			return nil
		})
		require.ErrorIs(t, err, context.Canceled)
		require.NotErrorIs(t, err, core.ErrUnavailable)
		require.Empty(t, s.notes(t, s))
	})
	test("a context inside ends while a statement runs", func(t *testing.T, s *scene) {
		const long = "SELECT pg_sleep(30)"
		require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
			s.note(t, tx, "kept")
			for _, sleep := range []func(ctx context.Context, in core.Database) error{
				func(ctx context.Context, in core.Database) error { return byHand(ctx, in, long) },
				func(ctx context.Context, in core.Database) error {
					return in.InTx(ctx, func(in core.Database) error { return byHand(ctx, in, long) })
				},
				func(ctx context.Context, in core.Database) error {
					return in.Pgx(ctx, func(conn *pgx.Conn) error { _, err := conn.Exec(ctx, long); return err })
				},
			} {
				ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
				defer cancel()
				require.ErrorIs(t, tx.InTx(ctx, func(inner core.Database) error {
					s.note(t, inner, "lost")
					return sleep(ctx, inner)
				}), context.DeadlineExceeded)
				s.note(t, tx, "kept")
			}
			return nil
		}))
		require.Equal(t, []string{"kept", "kept", "kept", "kept"}, s.notes(t, s))
	})
	test("a context ends while a statement runs", func(t *testing.T, s *scene) {
		err := s.InTx(t.Context(), func(tx core.Database) error {
			s.note(t, tx, "lost")
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			require.ErrorIs(t, byHand(ctx, tx, "SELECT pg_sleep(30)"), context.DeadlineExceeded)
			s.refuses(t, tx)
			return nil
		})
		require.Error(t, err)
		require.NotErrorIs(t, err, core.ErrUnavailable)
		plain(t, err)
		require.Empty(t, s.notes(t, s))
	})
	test("rows that are left open", func(t *testing.T, s *scene) {
		require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
			var rows entsql.Rows
			require.NoError(t, tx.Driver().Query(t.Context(), "SELECT generate_series(1, 3)", []any{}, &rows))
			require.True(t, rows.Next())
			s.refuses(t, tx)
			_, err := tx.Memories(t.Context(), core.MemoryQuery{AgentID: s.agent, Type: core.MemoryFacts})
			require.Error(t, err)
			require.NoError(t, rows.Close())
			s.note(t, tx, "kept")
			return nil
		}))
		require.Equal(t, []string{"kept"}, s.notes(t, s))
	})
	test("what cannot be undone is not committed", func(t *testing.T, s *scene) {
		require.Error(t, s.InTx(t.Context(), func(tx core.Database) error {
			s.note(t, tx, "lost")
			var rows entsql.Rows
			require.ErrorIs(t, tx.InTx(t.Context(), func(inner core.Database) error {
				s.note(t, inner, "lost")
				require.NoError(t, inner.Driver().Query(t.Context(), "SELECT generate_series(1, 3)", []any{}, &rows))
				return errNo // and nothing can be rolled back now
			}), errNo)
			return rows.Close()
		}))
		require.Empty(t, s.notes(t, s))
	})
	test("a client's context ends before its commit", func(t *testing.T, s *scene) {
		require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
			ctx, cancel := context.WithCancel(t.Context())
			inner, err := tx.Driver().Tx(ctx)
			require.NoError(t, err)
			require.NoError(t, s.run(inner, "lost"))
			cancel()
			require.ErrorIs(t, inner.Commit(), context.Canceled)
			s.note(t, tx, "kept")
			_, err = tx.Driver().Tx(ctx)
			require.ErrorIs(t, err, context.Canceled)
			s.note(t, tx, "kept")
			return nil
		}))
		require.Equal(t, []string{"kept", "kept"}, s.notes(t, s))
	})
	test("options inside are an error", func(t *testing.T, s *scene) {
		require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
			driver, ok := tx.Driver().(interface {
				BeginTx(ctx context.Context, options *stdsql.TxOptions) (dialect.Tx, error)
			})
			require.True(t, ok, "ent's clients look for it")
			for _, options := range []*stdsql.TxOptions{{ReadOnly: true}, {Isolation: stdsql.LevelSerializable}} {
				_, err := driver.BeginTx(t.Context(), options)
				require.Error(t, err)
			}
			for _, options := range []*stdsql.TxOptions{nil, {}} {
				inner, err := driver.BeginTx(t.Context(), options)
				require.NoError(t, err)
				require.NoError(t, inner.Commit())
			}
			return nil
		}))
	})
}
