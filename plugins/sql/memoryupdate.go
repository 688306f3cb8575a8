package sql

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
)

// UpdateMemory implements core.MemoryStore.
func (d *Database) UpdateMemory(ctx context.Context, update core.MemoryUpdate) error {
	if update.ID == uuid.Nil {
		return errors.New("sql: an update of a memory has no ID: set MemoryUpdate.ID")
	}
	var content, metadata *string
	if update.Content != nil {
		text, err := contentJSON(*update.Content)
		if err != nil {
			return err
		}
		content = &text
	}
	if update.Metadata != nil {
		if err := checkKind(*update.Metadata); err != nil {
			return err
		}
		text, err := metadataJSON(*update.Metadata)
		if err != nil {
			return err
		}
		metadata = &text
	}
	if len(update.Embedding) == 0 {
		return d.updateMemory(ctx, update.ID, content, metadata)
	}
	if err := checkVector(update.Embedding); err != nil {
		return err
	}
	return d.InTx(ctx, func(tx core.Database) error {
		t := tx.(*Database)
		if err := t.updateMemory(ctx, update.ID, content, metadata); err != nil {
			return err
		}
		return t.SetEmbedding(ctx, update.ID, update.Embedding)
	})
}

func (d *Database) updateMemory(ctx context.Context, id uuid.UUID, content, metadata *string) error {
	n, err := d.driver.write(ctx, `
		UPDATE public.memories
		SET content = COALESCE($2::jsonb, content), metadata = COALESCE($3::jsonb, metadata), updated_at = now()
		WHERE id = $1::uuid`, id, content, metadata)
	if err == nil && n == 0 {
		return fmt.Errorf("sql: memory %s: %w", id, core.ErrNotFound)
	}
	return explain("could not update memory "+id.String(), err)
}
