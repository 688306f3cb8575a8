package databasetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// inUse tests the deletion of rows that a plugin's table refers to.
func inUse(t *testing.T, open Open) {
	s := newScene(t, open)
	execute := func(statement string, args ...any) {
		t.Helper()
		_, err := s.Pool().ExecContext(t.Context(), statement, args...)
		require.NoError(t, err)
	}
	memory := &core.Memory{Type: core.MemoryFacts, AgentID: s.agent, RoomID: s.room, Content: core.Content{Text: "a"}}
	require.NoError(t, s.CreateMemory(t.Context(), memory))
	execute(`CREATE SCHEMA plugin`)
	t.Cleanup(func() {
		_, err := s.Pool().ExecContext(context.Background(), `DROP SCHEMA plugin CASCADE`) // the test's context has ended
		require.NoError(t, err)
	})
	for _, how := range []string{"", "ON DELETE RESTRICT", "DEFERRABLE INITIALLY IMMEDIATE"} {
		execute(`CREATE TABLE plugin.rooms (room uuid CONSTRAINT to_room REFERENCES public.rooms (id) ` + how + `)`)
		execute(`CREATE TABLE plugin.memories (memory uuid CONSTRAINT to_memory REFERENCES public.memories (id) ` + how + `)`)
		execute(`INSERT INTO plugin.rooms VALUES ($1)`, s.room)
		for _, err := range []error{s.DeleteRoom(t.Context(), s.room), s.DeleteAgent(t.Context(), s.agent)} {
			require.ErrorIs(t, err, core.ErrInUse)
			require.NotErrorIs(t, err, core.ErrNotFound)
			require.ErrorContains(t, err, "to_room")
			plain(t, err)
		}
		execute(`INSERT INTO plugin.memories VALUES ($1)`, memory.ID)
		for _, err := range []error{s.DeleteMemory(t.Context(), memory.ID), s.InTx(t.Context(), func(tx core.Database) error {
			return tx.DeleteMemory(t.Context(), memory.ID)
		})} {
			require.ErrorIs(t, err, core.ErrInUse)
			require.ErrorContains(t, err, "to_memory")
			plain(t, err)
		}
		execute(`DROP TABLE plugin.rooms, plugin.memories`)
	}
	err := s.CreateMemory(t.Context(), &core.Memory{Type: core.MemoryFacts, AgentID: s.agent, RoomID: core.NewID()})
	require.ErrorIs(t, err, core.ErrNotFound, "the other side of a foreign key")
	require.NotErrorIs(t, err, core.ErrInUse)

	// A commit does not show which side it is.
	execute(`CREATE TABLE plugin.rooms (room uuid CONSTRAINT to_room REFERENCES public.rooms (id) DEFERRABLE INITIALLY DEFERRED)`)
	execute(`INSERT INTO plugin.rooms VALUES ($1)`, s.room)
	err = s.InTx(t.Context(), func(tx core.Database) error { return tx.DeleteRoom(t.Context(), s.room) })
	require.Error(t, err)
	require.NotErrorIs(t, err, core.ErrNotFound)
	plain(t, err)
	require.ErrorIs(t, s.DeleteRoom(t.Context(), s.room), core.ErrInUse)
	_, err = s.Room(t.Context(), s.room)
	require.NoError(t, err, "nothing was deleted")
}
