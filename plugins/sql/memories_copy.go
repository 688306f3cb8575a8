package sql

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgcopy"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/search"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// CreateMemories implements core.MemoryStore. It sends two COPYs in a
// transaction, or in a savepoint of the caller's. Everything is validated
// before, except the JSON: that is encoded while PostgreSQL reads the rows
// already sent.
func (d *Database) CreateMemories(ctx context.Context, memories []*core.Memory) error {
	if len(memories) == 0 {
		return nil
	}
	vectors := 0
	for i, m := range memories {
		if err := checkMemory(m); err != nil {
			return memoryError(memories, i, err)
		}
		if len(m.Embedding) > 0 {
			vectors++
		}
	}
	agents := agentsOf(memories)
	err := d.InTx(ctx, func(tx core.Database) error {
		t := tx.(*Database)
		for _, agent := range agents {
			if at, err := agent.claim(ctx, t); err != nil {
				return memoryError(memories, at, err)
			}
		}
		configs, err := t.textConfigs(ctx, agents)
		if err != nil {
			return pgtx.Explain(fmt.Sprintf("could not save %d memories", len(memories)), err)
		}
		err = t.driver.WithConn(ctx, func(conn *pgx.Conn) error { return copyMemories(ctx, conn, memories, configs, d.clock) })
		var refused invalidRow
		if errors.As(err, &refused) {
			return refused
		}
		return refusedMemory(memories, err)
	})
	var panicking pgcopy.PanicError
	switch {
	case err == nil:
		d.indexer.notify(vectors)
	case errors.As(err, &panicking):
		panic(panicking.Value) // the caller's MarshalJSON; nothing is saved
	}
	return err
}

// memoryError returns an error that names its memory.
func memoryError(memories []*core.Memory, at int, err error) error {
	return fmt.Errorf("sql: memory %d of %d: %w", at+1, len(memories), err)
}

// invalidRow is an error of a memory, not of the database.
type invalidRow struct{ error }

func (e invalidRow) Unwrap() error { return e.error }

// textConfigs returns the text search configuration of each agent.
func (d *Database) textConfigs(ctx context.Context, agents []*copiedAgent) (map[uuid.UUID]string, error) {
	configs := make(map[uuid.UUID]string, len(agents))
	_, err := pgtx.ExecReturning(ctx, d.driver, `SELECT id, text_config FROM public.agents WHERE id = ANY($1::text[]::uuid[])`,
		[]any{value.IDTexts(convert(agents, func(a *copiedAgent) uuid.UUID { return a.id }))}, func(row pgtx.Scanner) (struct{}, error) {
			var id uuid.UUID
			var config string
			err := row.Scan(&id, &config)
			configs[id] = config
			return struct{}{}, err
		})
	return configs, err
}

// copyMemories sends the rows of both tables.
func copyMemories(ctx context.Context, conn *pgx.Conn, memories []*core.Memory, configs map[uuid.UUID]string, clock *value.Clock) error {
	err := pgcopy.Copy(ctx, conn, `public.memories (id, `+filteredColumns+`,
		content, metadata, "unique", text_config)`, len(memories), func(w *pgcopy.Writer, i int) error {
		r, err := encodeMemory(memories[i], clock)
		if err != nil {
			return invalidRow{memoryError(memories, i, err)}
		}
		w.BeginRow(11)
		w.UUID(r.ID)
		writeFiltered(w, r.Memory)
		w.JSON(r.content)
		w.JSON(r.metadata)
		w.Bool(!r.Duplicate)
		w.Text(configs[r.AgentID])
		return nil
	})
	if err != nil {
		return err
	}
	for _, length := range search.Dimensions {
		some := slices.DeleteFunc(slices.Clone(memories), func(m *core.Memory) bool { return len(m.Embedding) != length })
		if len(some) == 0 {
			continue
		}
		err := pgcopy.Copy(ctx, conn, `public.embeddings (id, memory_id, `+filteredColumns+`,
			`+search.Column(length)+`)`, len(some), func(w *pgcopy.Writer, i int) error {
			m := some[i]
			w.BeginRow(9)
			w.UUID(core.NewID())
			w.UUID(m.ID)
			writeFiltered(w, m)
			w.Vector(m.Embedding)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// filteredColumns are the columns that memories are filtered by, which both
// tables have. writeFiltered writes them.
const filteredColumns = "type, agent_id, entity_id, room_id, world_id, created_at"

func writeFiltered(w *pgcopy.Writer, m *core.Memory) {
	w.Text(value.SanitizeText(m.Type))
	w.UUID(m.AgentID)
	w.NullableUUID(m.EntityID)
	w.NullableUUID(m.RoomID)
	w.NullableUUID(m.WorldID)
	w.Time(m.CreatedAt)
}
