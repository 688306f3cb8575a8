package sql

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/pgvector/pgvector-go"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/search"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// CreateMemory implements core.MemoryStore.
func (d *Database) CreateMemory(ctx context.Context, m *core.Memory) error {
	row, err := newMemoryRow(m)
	if err != nil {
		return err
	}
	return d.saveMemory(ctx, row, nil)
}

// saveMemory is the one way in which a single memory is saved, with a duplicate
// check or without (nil). Memory and vector are one statement, so that they cost
// one round trip and are together or not at all. That statement inserts nothing
// if the agent is unknown or does not take the vector, which may be its first.
func (d *Database) saveMemory(ctx context.Context, row memoryRow, u *duplicateCheck) error {
	inserted, err := d.insertMemory(ctx, row, u)
	if err != nil || inserted || u.skips(row) {
		return err
	}
	return d.InTx(ctx, func(tx core.Database) error {
		t := tx.(*Database)
		if _, err := t.claimDimension(ctx, row.AgentID, len(row.Embedding)); err != nil {
			return err
		}
		// Another process may have saved the first vector in between, so the
		// check is repeated.
		inserted, err := row.insert(ctx, t.driver, u)
		if err == nil && !inserted && !u.skips(row) {
			err = fmt.Errorf("sql: could not save memory %s: agent %s: %w", row.ID, row.AgentID, core.ErrNotFound)
		}
		return err
	})
}

// insertMemory inserts a memory, unless there is one like it that it is to be
// unlike, together with others where it may. It reports whether it did.
func (d *Database) insertMemory(ctx context.Context, row memoryRow, u *duplicateCheck) (bool, error) {
	if len(row.Embedding) == 0 {
		return row.insert(ctx, d.driver, nil)
	}
	var inserted bool
	var err error
	switch {
	case d.driver.InTx(): // in the caller's transaction
		inserted, err = row.insert(ctx, d.driver, u)
	case u != nil:
		inserted, err = d.checkedCommitter.insert(ctx, d, row, u)
	default:
		inserted, err = d.committer.insert(ctx, d, row, nil)
	}
	if inserted {
		d.indexer.notify(1)
	}
	return inserted, err
}

// memoryRow is a memory as the tables want it.
type memoryRow struct {
	*core.Memory
	content, metadata string
}

// newMemoryRow checks a memory and gives it what it lacks.
func newMemoryRow(m *core.Memory) (memoryRow, error) {
	if err := checkMemory(m); err != nil {
		return memoryRow{}, err
	}
	return encodeMemory(m)
}

// encodeMemory is newMemoryRow of a memory that was checked.
func encodeMemory(m *core.Memory) (memoryRow, error) {
	row := memoryRow{Memory: m}
	var err error
	if row.content, err = contentJSON(m.Content); err != nil {
		return memoryRow{}, err
	}
	if row.metadata, err = metadataJSON(m.Metadata); err != nil {
		return memoryRow{}, err
	}
	if m.ID == uuid.Nil {
		m.ID = core.NewID()
	}
	if m.CreatedAt.IsZero() {
		m.CreatedAt = value.Now()
	}
	return row, nil
}

func contentJSON(content core.Content) (string, error) {
	text, err := value.JSON(content)
	if err != nil {
		return "", fmt.Errorf("sql: the content of a memory: %w", err)
	}
	return text, nil
}

func metadataJSON(metadata core.MemoryMetadata) (string, error) {
	text, err := value.JSON(metadata)
	if err != nil {
		return "", fmt.Errorf("sql: the metadata of a memory: %w", err)
	}
	return text, nil
}

// insertMemorySQL takes the text configuration from the agent, which must
// exist. It is to be locked as the foreign key does anyway: so SetTextConfig
// waits for the memory, or the memory for it. $1 to $9 are the same below.
func insertMemorySQL(unique string) string {
	return `
INSERT INTO public.memories (id, type, agent_id, entity_id, room_id, world_id, created_at, content, metadata, "unique", text_config)
SELECT $1::uuid, $2::text, a.id, $4::uuid, $5::uuid, $6::uuid, $7::timestamptz, $8::jsonb, $9::jsonb, ` + unique + `, a.text_config
FROM `
}

// insertVectorSQL is CTEs, and the insert that needs them. The agent's vectors
// must have this length. The lock is the one that the foreign key takes anyway;
// here it makes sure that the length is looked at as it is when a rebuild has
// just ended (see switchOver).
func insertVectorSQL(length int, unique, where string) (with, insert string) {
	return fmt.Sprintf(`agent AS (
	SELECT id, text_config FROM public.agents
	WHERE id = $3::uuid AND $10::int IN (embedding_dimension, embedding_target)
	FOR KEY SHARE
), memory AS (%sagent a %s RETURNING id)`, insertMemorySQL(unique), where), fmt.Sprintf(`
INSERT INTO public.embeddings (id, memory_id, agent_id, type, entity_id, room_id, world_id, created_at, %s)
SELECT $11::uuid, id, $3::uuid, $2::text, $4::uuid, $5::uuid, $6::uuid, $7::timestamptz, $12::public.vector
FROM memory`, search.Column(length))
}

// args are the parameters of insertMemorySQL, and of insertVectorSQL if the
// memory has a vector.
func (r memoryRow) args() []any {
	args := []any{
		r.ID, r.Type, r.AgentID, value.NullableID(r.EntityID), value.NullableID(r.RoomID), value.NullableID(r.WorldID),
		r.CreatedAt, r.content, r.metadata,
	}
	if len(r.Embedding) > 0 {
		args = append(args, len(r.Embedding), core.NewID(), pgvector.NewVector(r.Embedding))
	}
	return args
}

// insert reports false where the agent does not exist, or does not take the
// vector, or there is a memory that it is to be unlike.
func (r memoryRow) insert(ctx context.Context, d *pgtx.Driver, u *duplicateCheck) (bool, error) {
	if u != nil {
		return r.insertChecked(ctx, d, *u)
	}
	c := search.Conditions{Args: r.args()}
	unique := c.Arg(!r.Duplicate) + "::bool"
	statement := insertMemorySQL(unique) + "public.agents a WHERE a.id = $3::uuid FOR KEY SHARE"
	if len(r.Embedding) > 0 {
		with, insert := insertVectorSQL(len(r.Embedding), unique, "")
		statement = "WITH " + with + insert
	}
	n, err := pgtx.Exec(ctx, d, statement, c.Args...)
	return n == 1, pgtx.Explain("could not save memory "+r.ID.String(), err)
}
