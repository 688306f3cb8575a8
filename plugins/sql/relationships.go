package sql

import (
	"context"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/ent/predicate"
	"github.com/elizago/elizago/ent/relationship"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// CreateRelationship implements core.RelationshipStore.
func (d *Database) CreateRelationship(ctx context.Context, r *core.Relationship) error {
	create, err := d.createRelationship(r)
	if err != nil {
		return err
	}
	return pgtx.Explain("could not create the relationship "+direction(r.SourceID, r.TargetID), create.Exec(ctx))
}

// SaveRelationship implements core.RelationshipStore.
func (d *Database) SaveRelationship(ctx context.Context, r *core.Relationship) error {
	if err := value.NotNil("the relationship", r); err != nil {
		return err
	}
	what := "could not save the relationship " + direction(r.SourceID, r.TargetID)
	return d.InTx(ctx, func(tx core.Database) error {
		t := tx.(*Database)
		create, err := t.createRelationship(r)
		if err != nil {
			return err
		}
		err = create.OnConflict(
			entsql.ConflictColumns(relationship.FieldSourceEntityID, relationship.FieldTargetEntityID, relationship.FieldAgentID),
			entsql.ResolveWith(func(row *entsql.UpdateSet) {
				for _, column := range []string{relationship.FieldTags, relationship.FieldMetadata, relationship.FieldUpdatedAt} {
					row.SetExcluded(column)
				}
			}),
		).Exec(ctx)
		if err != nil {
			return pgtx.Explain(what, err)
		}
		stored, err := t.RelationshipBetween(ctx, core.RelationshipKey{AgentID: r.AgentID, SourceID: r.SourceID, TargetID: r.TargetID})
		if err != nil {
			return err
		}
		r.ID, r.CreatedAt = stored.ID, stored.CreatedAt
		return nil
	})
}

func (d *Database) createRelationship(r *core.Relationship) (*ent.RelationshipCreate, error) {
	if err := value.NotNil("the relationship", r); err != nil {
		return nil, err
	}
	if err := value.Required(
		value.IDField("Relationship.AgentID", r.AgentID),
		value.IDField("Relationship.SourceID", r.SourceID),
		value.IDField("Relationship.TargetID", r.TargetID),
	); err != nil {
		return nil, err
	}
	if err := value.CheckJSON("Relationship.Metadata", r.Metadata); err != nil {
		return nil, err
	}
	if err := value.CheckTime("Relationship.CreatedAt", r.CreatedAt); err != nil {
		return nil, err
	}
	value.EnsureID(&r.ID)
	if r.CreatedAt.IsZero() {
		r.CreatedAt = d.clock.Now()
	}
	return d.client.Relationship.Create().
		SetID(r.ID).
		SetAgentID(r.AgentID).
		SetSourceEntityID(r.SourceID).
		SetTargetEntityID(r.TargetID).
		SetTags(value.List(r.Tags)).
		SetMetadata(value.Object(r.Metadata)).
		SetCreatedAt(r.CreatedAt), nil
}

func direction(source, target uuid.UUID) string { return fmt.Sprintf("from %s to %s", source, target) }

// Relationship implements core.RelationshipStore.
func (d *Database) Relationship(ctx context.Context, id uuid.UUID) (*core.Relationship, error) {
	row, err := d.client.Relationship.Get(ctx, id)
	if err != nil {
		return nil, pgtx.Explain("relationship "+id.String(), err)
	}
	return relationshipFrom(row), nil
}

// RelationshipBetween implements core.RelationshipStore.
func (d *Database) RelationshipBetween(ctx context.Context, key core.RelationshipKey) (*core.Relationship, error) {
	row, err := d.client.Relationship.Query().
		Where(relationship.SourceEntityID(key.SourceID), relationship.TargetEntityID(key.TargetID), relationship.AgentID(key.AgentID)).
		Only(ctx)
	if err != nil {
		return nil, pgtx.Explain("the relationship "+direction(key.SourceID, key.TargetID), err)
	}
	return relationshipFrom(row), nil
}

// Relationships implements core.RelationshipStore.
func (d *Database) Relationships(ctx context.Context, query core.RelationshipQuery) ([]*core.Relationship, error) {
	if err := value.CheckPage("relationships", &query.Limit, 0, value.DefaultLimit); err != nil {
		return nil, err
	}
	where := relationshipsWhere(query)
	if query.After != uuid.Nil {
		where = append(where, after(relationship.Table, query.After))
	}
	rows, err := d.client.Relationship.Query().Where(where...).Order(oldestFirst).Limit(query.Limit).All(ctx)
	if err != nil {
		return nil, pgtx.Explain("could not list relationships", err)
	}
	return convert(rows, relationshipFrom), d.checkAfter(ctx, relationship.Table, query.After, len(rows))
}

// CountRelationships implements core.RelationshipStore.
func (d *Database) CountRelationships(ctx context.Context, query core.RelationshipQuery) (int, error) {
	n, err := d.client.Relationship.Query().Where(relationshipsWhere(query)...).Count(ctx)
	return n, pgtx.Explain("could not count relationships", err)
}

func relationshipsWhere(query core.RelationshipQuery) []predicate.Relationship {
	var where []predicate.Relationship
	if query.AgentID != uuid.Nil {
		where = append(where, relationship.AgentID(query.AgentID))
	}
	if query.EntityID != uuid.Nil {
		where = append(where, relationship.Or(
			relationship.SourceEntityID(query.EntityID), relationship.TargetEntityID(query.EntityID)))
	}
	if query.SourceID != uuid.Nil {
		where = append(where, relationship.SourceEntityID(query.SourceID))
	}
	if query.TargetID != uuid.Nil {
		where = append(where, relationship.TargetEntityID(query.TargetID))
	}
	if len(query.Tags) > 0 {
		where = append(where, overlaps(relationship.FieldTags, query.Tags))
	}
	return where
}

// UpdateRelationship implements core.RelationshipStore.
func (d *Database) UpdateRelationship(ctx context.Context, id uuid.UUID, update core.RelationshipUpdate) error {
	const query = `SELECT metadata FROM public.relationships WHERE id = $1 FOR NO KEY UPDATE`
	return d.updateMerging(ctx, "could not update relationship "+id.String(), query, id, update.Metadata,
		func(tx *Database, metadata map[string]any) error {
			change := tx.client.Relationship.UpdateOneID(id)
			if update.Tags != nil {
				change.SetTags(update.Tags)
			}
			if metadata != nil {
				change.SetMetadata(metadata)
			}
			return change.Exec(ctx)
		})
}

// DeleteRelationship implements core.RelationshipStore.
func (d *Database) DeleteRelationship(ctx context.Context, id uuid.UUID) error {
	return pgtx.Explain("could not delete relationship "+id.String(), d.client.Relationship.DeleteOneID(id).Exec(ctx))
}

func relationshipFrom(row *ent.Relationship) *core.Relationship {
	return &core.Relationship{
		ID: row.ID, AgentID: row.AgentID, SourceID: row.SourceEntityID, TargetID: row.TargetEntityID,
		Tags: value.List(row.Tags), Metadata: value.Object(row.Metadata), CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt,
	}
}
