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
	row, err := d.newMemoryRow(m)
	if err != nil {
		return err
	}
	return d.saveMemory(ctx, row, nil)
}

// saveMemory is the one path by which a single memory is saved, with a
// duplicate check or without (nil). Memory and vector are one statement: one
// round trip, and both or neither. It inserts nothing if the agent is unknown
// or has no dimension yet, or another; then the dimension is claimed in a
// transaction.
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

// insertMemory inserts a memory: alone if it has no vector or is in a
// transaction, and otherwise by group commit. It reports false as
// memoryRow.insert does.
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

// memoryRow is a memory with its JSON encoded for the tables.
type memoryRow struct {
	*core.Memory
	content, metadata string
}

// newMemoryRow validates a memory, and sets its defaults.
func (d *Database) newMemoryRow(m *core.Memory) (memoryRow, error) {
	if err := checkMemory(m); err != nil {
		return memoryRow{}, err
	}
	return encodeMemory(m, d.clock)
}

// encodeMessage is newMemoryRow for the statements of a run.
func (d *Database) encodeMessage(m *core.Memory) (content, metadata string, err error) {
	row, err := d.newMemoryRow(m)
	return row.content, row.metadata, err
}

// encodeMemory is newMemoryRow for a memory that is validated already.
func encodeMemory(m *core.Memory, clock *value.Clock) (memoryRow, error) {
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
		m.CreatedAt = clock.Now()
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

// insertMemorySQL copies the text configuration from the agent, which must
// exist. The agent's row is to be locked as the foreign key does anyway: so
// SetTextConfig waits for the memory, or the memory for it. $1 to $9 are the
// same in insertVectorSQL.
func insertMemorySQL(unique string) string {
	return `
INSERT INTO public.memories (id, type, agent_id, entity_id, room_id, world_id, created_at, content, metadata, "unique", text_config)
SELECT $1::uuid, $2::text, a.id, $4::uuid, $5::uuid, $6::uuid, $7::timestamptz, $8::jsonb, $9::jsonb, ` + unique + `, a.text_config
FROM `
}

// insertVectorSQL returns CTEs, and the insert that uses them. It inserts
// nothing unless the agent accepts vectors of the dimension. The lock is the
// one that the foreign key takes anyway; here it ensures that the dimension is
// read after a rebuild that has just ended (see cutOver).
func insertVectorSQL(length int, unique, where string) (with, insert string) {
	return fmt.Sprintf(`agent AS (
	SELECT id, text_config FROM public.agents
	WHERE id = $3::uuid AND $10::int IN (embedding_dimension, embedding_target)
	FOR KEY SHARE
), memory AS (%sagent a %s RETURNING id)`, insertMemorySQL(unique), where), fmt.Sprintf(`
INSERT INTO public.embeddings (id, memory_id, agent_id, type, entity_id, room_id, world_id, created_at, %s)
SELECT $11::uuid, id, $3::uuid, $2::text, $4::uuid, $5::uuid, $6::uuid, $7::timestamptz, $12::@pgvector.vector
FROM memory`, search.Column(length))
}

// args returns the parameters of insertMemorySQL, and of insertVectorSQL if the
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

// insert sends the insert of a memory. It reports false if the agent does not
// exist or does not accept the vector, or the check has found a duplicate to
// skip.
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
