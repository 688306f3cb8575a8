package sql

import (
	"bytes"
	"context"
	"maps"
	"slices"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/ent/component"
	"github.com/elizago/elizago/ent/entity"
	"github.com/elizago/elizago/ent/predicate"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// SaveEntity implements core.EntityStore.
func (d *Database) SaveEntity(ctx context.Context, e *core.Entity) error {
	if err := checkEntity(e); err != nil {
		return err
	}
	value.EnsureID(&e.ID)
	err := d.client.Entity.Create().
		SetID(e.ID).
		SetAgentID(e.AgentID).
		SetNames(value.List(e.Names)).
		SetMetadata(value.Object(e.Metadata)).
		OnConflict(overwriteOwn(entity.Table)...).
		Exec(ctx)
	if pgtx.IsNoRows(err) {
		return d.ownedByAnother(ctx, entity.Table, "entity", e.ID, e.AgentID)
	}
	return pgtx.Explain("could not save entity "+e.ID.String(), err)
}

func checkEntity(e *core.Entity) error {
	if err := value.NotNil("the entity", e); err != nil {
		return err
	}
	if err := value.Required(value.IDField("Entity.AgentID", e.AgentID)); err != nil {
		return err
	}
	if err := value.CheckJSON("Entity.Metadata", e.Metadata); err != nil {
		return err
	}
	return value.IndexableTexts("a name in Entity.Names", e.Names)
}

const insertEntities = `
INSERT INTO public.entities (id, agent_id, names, metadata, created_at, updated_at)
SELECT id, agent_id, names, metadata, created_at, created_at
FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, agent_id uuid, names text[], metadata jsonb, created_at timestamptz)`

// doNothingOnConflict skips rows whose id exists.
const doNothingOnConflict = ` ON CONFLICT (id) DO NOTHING`

// entityRow is a row for insertEntities.
type entityRow struct {
	ID       uuid.UUID      `json:"id"`
	AgentID  uuid.UUID      `json:"agent_id"`
	Names    []string       `json:"names"`
	Metadata map[string]any `json:"metadata"`

	CreatedAt string `json:"created_at"`
}

// CreateEntities implements core.EntityStore.
func (d *Database) CreateEntities(ctx context.Context, entities ...*core.Entity) error {
	_, err := d.insertEntities(ctx, insertEntities, entities)
	return err
}

// EnsureEntities implements core.EntityStore.
func (d *Database) EnsureEntities(ctx context.Context, entities ...*core.Entity) (int, error) {
	return d.insertEntities(ctx, insertEntities+doNothingOnConflict, entities)
}

func (d *Database) insertEntities(ctx context.Context, statement string, entities []*core.Entity) (int, error) {
	for _, e := range entities {
		if err := checkEntity(e); err != nil {
			return 0, err
		}
	}
	at := value.JSONTime(d.clock.Now())
	list := convert(entities, func(e *core.Entity) entityRow {
		value.EnsureID(&e.ID)
		return entityRow{e.ID, e.AgentID, convert(e.Names, value.SanitizeText), value.Object(e.Metadata), at}
	})
	slices.SortFunc(list, func(a, b entityRow) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	return insertBatch(ctx, d, "could not create entities", statement, list)
}

// Entity implements core.EntityStore.
func (d *Database) Entity(ctx context.Context, id uuid.UUID) (*core.Entity, error) {
	row, err := d.client.Entity.Get(ctx, id)
	if err != nil {
		return nil, pgtx.Explain("entity "+id.String(), err)
	}
	return entityFrom(row), nil
}

// EntitiesByID implements core.EntityStore.
func (d *Database) EntitiesByID(ctx context.Context, ids []uuid.UUID) ([]*core.Entity, error) {
	entities, err := d.entitiesByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	return entities, d.addComponents(ctx, entities)
}

// entitiesByID is EntitiesByID without the components.
func (d *Database) entitiesByID(ctx context.Context, ids []uuid.UUID) ([]*core.Entity, error) {
	var entities []*core.Entity
	for some := range slices.Chunk(ids, batchSize) {
		rows, err := d.client.Entity.Query().Where(entity.IDIn(some...)).All(ctx)
		if err != nil {
			return nil, pgtx.Explain("could not read entities", err)
		}
		entities = append(entities, convert(rows, entityFrom)...)
	}
	return orderByID(ids, entities, func(e *core.Entity) uuid.UUID { return e.ID }), nil
}

// addComponents reads the components that the entities' own agents gave them.
func (d *Database) addComponents(ctx context.Context, entities []*core.Entity) error {
	for some := range slices.Chunk(entities, batchSize) {
		byID := map[uuid.UUID]*core.Entity{}
		for _, e := range some {
			byID[e.ID] = e
		}
		rows, err := d.client.Component.Query().
			Where(component.EntityIDIn(slices.Collect(maps.Keys(byID))...)).
			Order(oldestFirst).
			All(ctx)
		if err != nil {
			return pgtx.Explain("could not read the components of entities", err)
		}
		for _, row := range rows {
			if e := byID[row.EntityID]; row.AgentID == e.AgentID {
				e.Components = append(e.Components, componentFrom(row))
			}
		}
	}
	return nil
}

// Entities implements core.EntityStore.
func (d *Database) Entities(ctx context.Context, query core.EntityQuery) ([]*core.Entity, error) {
	if err := value.CheckPage("entities", &query.Limit, 0, value.DefaultLimit); err != nil {
		return nil, err
	}
	where := entitiesWhere(query)
	if query.After != uuid.Nil {
		where = append(where, after(entity.Table, query.After))
	}
	rows, err := d.client.Entity.Query().Where(where...).Order(oldestFirst).Limit(query.Limit).All(ctx)
	if err != nil {
		return nil, pgtx.Explain("could not list entities", err)
	}
	entities := convert(rows, entityFrom)
	if query.Components {
		if err := d.addComponents(ctx, entities); err != nil {
			return nil, err
		}
	}
	return entities, d.checkAfter(ctx, entity.Table, query.After, len(rows))
}

// CountEntities implements core.EntityStore.
func (d *Database) CountEntities(ctx context.Context, query core.EntityQuery) (int, error) {
	n, err := d.client.Entity.Query().Where(entitiesWhere(query)...).Count(ctx)
	return n, pgtx.Explain("could not count entities", err)
}

func entitiesWhere(query core.EntityQuery) []predicate.Entity {
	var where []predicate.Entity
	if query.AgentID != uuid.Nil {
		where = append(where, entity.AgentID(query.AgentID))
	}
	if query.RoomID != uuid.Nil {
		where = append(where, inRooms("entity_id", "room_id", []uuid.UUID{query.RoomID}, query.AgentID))
	}
	if len(query.Names) > 0 {
		where = append(where, overlaps(entity.FieldNames, query.Names))
	}
	if query.Search != "" {
		where = append(where, hasName(query.Search))
	}
	return where
}

// hasName selects entities with a name that contains the text, in whichever
// normal form of Unicode. strpos has no wildcards, unlike LIKE.
func hasName(text string) func(*entsql.Selector) {
	return func(s *entsql.Selector) {
		s.Where(entsql.P(func(b *entsql.Builder) {
			b.WriteString("EXISTS (SELECT 1 FROM unnest(" + s.C(entity.FieldNames) + ") AS name WHERE strpos(lower(normalize(name)), lower(normalize(")
			b.Arg(text).WriteString("::text))) > 0)")
		}))
	}
}

// UpdateEntity implements core.EntityStore.
func (d *Database) UpdateEntity(ctx context.Context, id uuid.UUID, update core.EntityUpdate) error {
	const query = `SELECT metadata FROM public.entities WHERE id = $1 FOR NO KEY UPDATE`
	if err := value.IndexableTexts("a name in EntityUpdate.Names", update.Names); err != nil {
		return err
	}
	return d.updateMerging(ctx, "could not update entity "+id.String(), query, id, update.Metadata,
		func(tx *Database, metadata map[string]any) error {
			change := tx.client.Entity.UpdateOneID(id)
			if update.Names != nil {
				change.SetNames(update.Names)
			}
			if metadata != nil {
				change.SetMetadata(metadata)
			}
			return change.Exec(ctx)
		})
}

// DeleteEntity implements core.EntityStore.
func (d *Database) DeleteEntity(ctx context.Context, id uuid.UUID) error {
	return d.deleteOwned(ctx, "could not delete entity "+id.String(), []owned{{entity.Table, "t.id = $1::uuid", []any{id}}}, func(tx *Database) error {
		return tx.client.Entity.DeleteOneID(id).Exec(ctx)
	})
}

func entityFrom(row *ent.Entity) *core.Entity {
	return &core.Entity{ID: row.ID, AgentID: row.AgentID, Names: value.List(row.Names), Metadata: value.Object(row.Metadata)}
}
