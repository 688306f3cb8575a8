package databasetest

import (
	"runtime"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// copyNotes inserts the rows of note by COPY.
func (s *scene) copyNotes(db core.Database, names ...string) error {
	return db.Pgx(s.ctx, func(conn *pgx.Conn) error {
		_, err := conn.CopyFrom(s.ctx, pgx.Identifier{"public", "tasks"}, []string{"id", "agent_id", "name"},
			pgx.CopyFromSlice(len(names), func(i int) ([]any, error) { return []any{core.NewID(), s.agent, names[i]}, nil }))
		return err
	})
}

// sendNotes inserts the rows of note as one batch.
func (s *scene) sendNotes(db core.Database, names ...string) error {
	return db.Pgx(s.ctx, func(conn *pgx.Conn) error {
		var batch pgx.Batch
		for _, name := range names {
			batch.Queue("INSERT INTO public.tasks (id, agent_id, name) VALUES ($1, $2, $3)", core.NewID(), s.agent, name)
		}
		return conn.SendBatch(s.ctx, &batch).Close()
	})
}

// onPgx tests Database.Pgx.
func onPgx(t *testing.T, open Open) {
	test := func(name string, run func(t *testing.T, s *scene)) {
		t.Run(name, func(t *testing.T) { t.Parallel(); run(t, newScene(t, open)) })
	}
	test("is part of the transaction", func(t *testing.T, s *scene) {
		save := func(db core.Database) {
			require.NoError(t, s.copyNotes(db, "copied", "copied"))
			require.NoError(t, s.sendNotes(db, "sent", "sent"))
			s.note(t, db, "beside")
		}
		require.ErrorIs(t, s.InTx(t.Context(), func(tx core.Database) error { save(tx); return errNo }), errNo)
		require.Empty(t, s.notes(t, s), "it is rolled back with it")
		require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
			require.ErrorIs(t, tx.InTx(t.Context(), func(inner core.Database) error { save(inner); return errNo }), errNo)
			require.Empty(t, s.notes(t, tx), "also to a savepoint")
			require.NoError(t, tx.InTx(t.Context(), func(inner core.Database) error { save(inner); return nil }))
			save(tx)
			require.Len(t, s.notes(t, tx), 10)
			require.Empty(t, s.notes(t, s), "others do not see it yet")
			return nil
		}))
		require.Len(t, s.notes(t, s), 10)
	})
	test("outside is a connection of the pool", func(t *testing.T, s *scene) {
		require.NoError(t, s.copyNotes(s, "copied"))
		require.NoError(t, s.sendNotes(s, "sent"))
		require.NoError(t, s.Pgx(t.Context(), func(conn *pgx.Conn) error {
			s.note(t, s, "beside") // the pool has others
			return pgx.BeginFunc(t.Context(), conn, func(own pgx.Tx) error {
				_, err := own.Exec(t.Context(), "INSERT INTO public.tasks (id, agent_id, name) VALUES ($1, $2, 'own')", core.NewID(), s.agent)
				return err
			})
		}))
		require.ElementsMatch(t, []string{"copied", "sent", "beside", "own"}, s.notes(t, s))
	})
	test("use at the wrong time is an error", func(t *testing.T, s *scene) {
		var kept core.Database
		require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
			require.ErrorIs(t, tx.InTx(t.Context(), func(core.Database) error {
				require.Error(t, s.copyNotes(tx, "lost"), "a savepoint is open")
				return errNo
			}), errNo)
			require.NoError(t, tx.Pgx(t.Context(), func(*pgx.Conn) error {
				s.refuses(t, tx) // and does not wait for ever
				return nil
			}))
			inner, err := tx.Driver().Tx(t.Context())
			require.NoError(t, err)
			require.Error(t, s.copyNotes(tx, "lost"), "a client's transaction is open")
			require.NoError(t, inner.Commit())
			kept = tx
			return s.copyNotes(tx, "kept")
		}))
		require.Error(t, s.copyNotes(kept, "lost"), "it has ended")
		require.Equal(t, []string{"kept"}, s.notes(t, s))
	})
	test("errors are those of the function", func(t *testing.T, s *scene) {
		for _, within := range []func(func(core.Database) error) error{
			func(do func(core.Database) error) error { return do(s) },
			func(do func(core.Database) error) error { return s.InTx(t.Context(), do) },
		} {
			require.ErrorIs(t, within(func(db core.Database) error {
				return db.Pgx(t.Context(), func(*pgx.Conn) error { return errNo })
			}), errNo)
			require.PanicsWithError(t, "no", func() {
				_ = within(func(db core.Database) error {
					return db.Pgx(t.Context(), func(*pgx.Conn) error { panic(errNo) })
				})
			})
			ended := make(chan struct{})
			go func() { // as a test that fails in it
				defer close(ended)
				_ = within(func(db core.Database) error {
					return db.Pgx(t.Context(), func(*pgx.Conn) error { runtime.Goexit(); return nil })
				})
			}()
			<-ended
		}
		require.Error(t, s.InTx(t.Context(), func(tx core.Database) error {
			s.note(t, tx, "lost")
			require.Error(t, s.sendNotes(tx, "lost", "\x00"), "texts are sent as they are")
			return nil
		}), "a statement had failed")
		require.Empty(t, s.notes(t, s))
	})
	test("what is left open is an error", func(t *testing.T, s *scene) {
		leave := func(statement string) func(conn *pgx.Conn) error {
			return func(conn *pgx.Conn) error { _, err := conn.Exec(t.Context(), statement); return err }
		}
		rows := func(conn *pgx.Conn) error {
			_, err := conn.Query(t.Context(), "SELECT generate_series(1, 3)") //nolint:sqlclosecheck // it is left open
			return err
		}
		require.Error(t, s.Pgx(t.Context(), leave("BEGIN")))
		require.Error(t, s.Pgx(t.Context(), rows))
		for _, left := range []func(conn *pgx.Conn) error{leave("COMMIT"), rows, func(conn *pgx.Conn) error { return conn.Close(t.Context()) }} {
			require.Error(t, s.InTx(t.Context(), func(tx core.Database) error {
				err := tx.Pgx(t.Context(), left)
				require.Error(t, err)
				plain(t, err)
				return err
			}))
		}
		require.NoError(t, s.copyNotes(s, "kept"), "none of that is anybody else's concern")
	})
}
