package databasetest

import (
	"context"
	"errors"
	"testing"

	"entgo.io/ent/dialect"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

var errNo = errors.New("no")

// note inserts a small row with a distinct name.
func (s *scene) note(t require.TestingT, db core.Database, name string) {
	require.NoError(t, db.CreateTask(s.ctx, &core.Task{AgentID: s.agent, Name: name}))
}

// spoil runs a statement that fails in the database.
func (s *scene) spoil(t require.TestingT, db core.Database) {
	require.ErrorIs(t, db.CreateTask(s.ctx, &core.Task{AgentID: core.NewID(), Name: "spoiled"}), core.ErrNotFound)
}

func (s *scene) notes(t require.TestingT, db core.Database) []string {
	tasks, err := db.Tasks(s.ctx, core.TaskQuery{AgentID: s.agent})
	require.NoError(t, err)
	return names(tasks)
}

// run sends a statement as an ent client of a plugin does.
func (s *scene) run(driver dialect.ExecQuerier, name string) error {
	return driver.Exec(s.ctx, `INSERT INTO public.tasks (id, agent_id, name) VALUES ($1, $2, $3)`, []any{core.NewID(), s.agent, name}, nil)
}

// transactions tests InTx and of the drivers that clients of plugins run on.
func transactions(t *testing.T, open Open) {
	test := func(name string, run func(t *testing.T, s *scene)) {
		t.Run(name, func(t *testing.T) { t.Parallel(); run(t, newScene(t, open)) })
	}
	test("commits and rolls back", func(t *testing.T, s *scene) {
		require.ErrorIs(t, s.InTx(t.Context(), func(tx core.Database) error { s.note(t, tx, "lost"); return errNo }), errNo)
		require.PanicsWithError(t, "no", func() {
			_ = s.InTx(t.Context(), func(tx core.Database) error { s.note(t, tx, "lost"); panic(errNo) })
		})
		require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
			s.note(t, tx, "kept")
			require.Empty(t, s.notes(t, s), "others do not see it yet")
			require.Len(t, s.notes(t, tx), 1)
			return nil
		}))
		require.Equal(t, []string{"kept"}, s.notes(t, s))
	})
	test("inside one another", func(t *testing.T, s *scene) {
		require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
			s.note(t, tx, "outer")
			for range 2 {
				require.ErrorIs(t, tx.InTx(t.Context(), func(inner core.Database) error {
					s.note(t, inner, "undone")
					s.spoil(t, inner)
					return errNo
				}), errNo)
			}
			return tx.InTx(t.Context(), func(inner core.Database) error {
				return inner.InTx(t.Context(), func(innermost core.Database) error {
					s.note(t, innermost, "deep")
					return nil
				})
			})
		}))
		require.ElementsMatch(t, []string{"outer", "deep"}, s.notes(t, s))
		require.ErrorIs(t, s.InTx(t.Context(), func(tx core.Database) error {
			require.NoError(t, tx.InTx(t.Context(), func(inner core.Database) error { s.note(t, inner, "lost"); return nil }))
			return errNo
		}), errNo)
		require.Len(t, s.notes(t, s), 2, "the outer rollback undoes what the inner one committed")
	})
	test("a commit after a failed statement is an error", func(t *testing.T, s *scene) {
		err := s.InTx(t.Context(), func(tx core.Database) error {
			s.note(t, tx, "lost")
			s.spoil(t, tx)
			return nil
		})
		require.Error(t, err)
		plain(t, err)
		require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
			s.note(t, tx, "kept")
			err := tx.InTx(t.Context(), func(inner core.Database) error {
				s.note(t, inner, "lost")
				s.spoil(t, inner)
				return nil
			})
			require.Error(t, err)
			plain(t, err)
			s.note(t, tx, "kept too")
			return nil
		}))
		require.ElementsMatch(t, []string{"kept", "kept too"}, s.notes(t, s))
	})
	test("a context that ends before the commit", func(t *testing.T, s *scene) {
		for _, within := range []func(context.Context, func(core.Database) error) error{
			s.InTx,
			func(ctx context.Context, do func(core.Database) error) error {
				return s.InTx(t.Context(), func(tx core.Database) error { return tx.InTx(ctx, do) })
			},
		} {
			ctx, cancel := context.WithCancel(t.Context())
			err := within(ctx, func(tx core.Database) error {
				s.note(t, tx, "lost")
				cancel()
				return nil
			})
			require.ErrorIs(t, err, context.Canceled)
			require.Empty(t, s.notes(t, s))
		}
	})
	test("use after the end is an error", func(t *testing.T, s *scene) {
		var kept core.Database
		use := func(on core.Database) {
			_, err := kept.Tasks(t.Context(), core.TaskQuery{AgentID: s.agent})
			require.Error(t, err)
			plain(t, err)
			require.Error(t, kept.CreateTask(t.Context(), &core.Task{AgentID: s.agent, Name: "lost"}))
			require.Error(t, kept.InTx(t.Context(), func(core.Database) error { return nil }))
			require.Error(t, s.run(kept.Driver(), "lost"))
			s.note(t, on, "kept")
		}
		require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
			for _, end := range []error{nil, errNo} {
				require.ErrorIs(t, tx.InTx(t.Context(), func(inner core.Database) error { kept = inner; return end }), end)
				use(tx)
			}
			kept = tx
			return nil
		}))
		use(s)
		require.Equal(t, []string{"kept", "kept", "kept"}, s.notes(t, s))
	})
	test("use while one inside is open is an error", func(t *testing.T, s *scene) {
		require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
			require.ErrorIs(t, tx.InTx(t.Context(), func(core.Database) error {
				// It would be rolled back silently with the inner one.
				require.Error(t, tx.CreateTask(t.Context(), &core.Task{AgentID: s.agent, Name: "lost"}))
				return errNo
			}), errNo)
			return nil
		}))
	})
	test("clients of plugins take part", func(t *testing.T, s *scene) {
		require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
			require.NoError(t, s.run(tx.Driver(), "kept"))
			undone, err := tx.Driver().Tx(t.Context())
			require.NoError(t, err)
			require.NoError(t, s.run(undone, "lost"))
			require.NoError(t, undone.Rollback())
			require.Error(t, s.run(undone, "lost"))
			require.Error(t, undone.Commit())

			done, err := tx.Driver().Tx(t.Context())
			require.NoError(t, err)
			require.NoError(t, s.run(done, "kept"))
			require.NoError(t, done.Commit())
			require.Error(t, done.Commit())
			require.NoError(t, tx.Driver().Close(), "a client that is closed closes nothing of others")
			s.note(t, tx, "kept")
			return nil
		}))
		require.Equal(t, []string{"kept", "kept", "kept"}, s.notes(t, s))
		require.NoError(t, s.Driver().Close())
		require.Len(t, s.notes(t, s), 3)
	})
	test("a client's commit after a failed statement is an error", func(t *testing.T, s *scene) {
		require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
			spoiled, err := tx.Driver().Tx(t.Context())
			require.NoError(t, err)
			require.NoError(t, s.run(spoiled, "lost"))
			require.Error(t, spoiled.Exec(t.Context(), "INSERT INTO public.tasks (id) VALUES (NULL)", []any{}, nil))
			require.Error(t, spoiled.Commit())
			s.note(t, tx, "kept")
			return nil
		}))
		require.Equal(t, []string{"kept"}, s.notes(t, s))
	})
	test("a client's transaction that is left open is an error", func(t *testing.T, s *scene) {
		err := s.InTx(t.Context(), func(tx core.Database) error {
			left, err := tx.Driver().Tx(t.Context())
			require.NoError(t, err)
			return s.run(left, "lost")
		})
		require.Error(t, err)
		require.Empty(t, s.notes(t, s))
	})
}
