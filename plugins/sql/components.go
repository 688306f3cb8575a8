package sql

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/ent/component"
	"github.com/elizago/elizago/ent/predicate"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// SaveComponent implements core.ComponentStore.
func (d *Database) SaveComponent(ctx context.Context, c *core.Component) error {
	if err := checkComponent(c); err != nil {
		return err
	}
	data, err := value.JSON(value.Object(c.Data))
	if err != nil {
		return pgtx.Explain("Component.Data", err)
	}
	value.EnsureID(&c.ID)
	if c.CreatedAt.IsZero() {
		c.CreatedAt = d.clock.Now()
	}
	times, err := pgtx.ExecReturning(ctx, d.driver, saveComponentSQL, []any{
		c.ID, c.EntityID, c.AgentID, c.RoomID, value.NullableID(c.WorldID), value.NullableID(c.SourceEntityID), c.Type, data, c.CreatedAt, d.clock.Now(),
	}, pgtx.ScanOne[time.Time])
	switch {
	case err != nil:
		return pgtx.Explain("could not save component "+c.ID.String(), err)
	case len(times) == 0:
		return d.ownedByAnother(ctx, component.Table, "component", c.ID, c.AgentID)
	}
	c.CreatedAt = times[0]
	return nil
}

// saveComponentSQL returns the component's time of creation, which ent's upsert
// does not.
var saveComponentSQL = `
INSERT INTO public.components AS c (id, entity_id, agent_id, room_id, world_id, source_entity_id, type, data, created_at, updated_at)
VALUES ($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::uuid, $6::uuid, $7::text, $8::jsonb, $9::timestamptz, $10::timestamptz)
ON CONFLICT (id) DO UPDATE
SET entity_id = excluded.entity_id, room_id = excluded.room_id, world_id = excluded.world_id,
	source_entity_id = excluded.source_entity_id, type = excluded.type, data = excluded.data, updated_at = excluded.updated_at
WHERE ` + ownRow("c") + `
RETURNING created_at`

// CreateComponent implements core.ComponentStore.
func (d *Database) CreateComponent(ctx context.Context, c *core.Component) error {
	create, err := d.createComponent(c)
	if err != nil {
		return err
	}
	return pgtx.Explain("could not create component "+c.ID.String(), create.Exec(ctx))
}

func checkComponent(c *core.Component) error {
	if err := value.NotNil("the component", c); err != nil {
		return err
	}
	if err := value.Required(
		value.IDField("Component.EntityID", c.EntityID),
		value.IDField("Component.AgentID", c.AgentID),
		value.IDField("Component.RoomID", c.RoomID),
		value.TextField("Component.Type", c.Type),
	); err != nil {
		return err
	}
	if err := value.Indexable("Component.Type", c.Type); err != nil {
		return err
	}
	if err := value.CheckJSON("Component.Data", c.Data); err != nil {
		return err
	}
	return value.CheckTime("Component.CreatedAt", c.CreatedAt)
}

func (d *Database) createComponent(c *core.Component) (*ent.ComponentCreate, error) {
	if err := checkComponent(c); err != nil {
		return nil, err
	}
	value.EnsureID(&c.ID)
	if c.CreatedAt.IsZero() {
		c.CreatedAt = d.clock.Now()
	}
	return d.client.Component.Create().
		SetID(c.ID).
		SetEntityID(c.EntityID).
		SetAgentID(c.AgentID).
		SetRoomID(c.RoomID).
		SetNillableWorldID(value.NullableID(c.WorldID)).
		SetNillableSourceEntityID(value.NullableID(c.SourceEntityID)).
		SetType(c.Type).
		SetData(value.Object(c.Data)).
		SetCreatedAt(c.CreatedAt), nil
}

// Component implements core.ComponentStore.
func (d *Database) Component(ctx context.Context, id uuid.UUID) (*core.Component, error) {
	row, err := d.client.Component.Get(ctx, id)
	if err != nil {
		return nil, pgtx.Explain("component "+id.String(), err)
	}
	return componentFrom(row), nil
}

// FindComponent implements core.ComponentStore.
func (d *Database) FindComponent(ctx context.Context, query core.ComponentQuery) (*core.Component, error) {
	query.Limit = 1
	found, err := d.Components(ctx, query)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, pgtx.Explain("a component of type "+value.Quote(query.Type), core.ErrNotFound)
	}
	return found[0], nil
}

// Components implements core.ComponentStore.
func (d *Database) Components(ctx context.Context, query core.ComponentQuery) ([]*core.Component, error) {
	if err := value.CheckPage("components", &query.Limit, 0, value.DefaultLimit); err != nil {
		return nil, err
	}
	where := componentsWhere(query)
	if query.After != uuid.Nil {
		where = append(where, after(component.Table, query.After))
	}
	rows, err := d.client.Component.Query().Where(where...).Order(oldestFirst).Limit(query.Limit).All(ctx)
	if err != nil {
		return nil, pgtx.Explain("could not list components", err)
	}
	return convert(rows, componentFrom), d.checkAfter(ctx, component.Table, query.After, len(rows))
}

// CountComponents implements core.ComponentStore.
func (d *Database) CountComponents(ctx context.Context, query core.ComponentQuery) (int, error) {
	n, err := d.client.Component.Query().Where(componentsWhere(query)...).Count(ctx)
	return n, pgtx.Explain("could not count components", err)
}

func componentsWhere(query core.ComponentQuery) []predicate.Component {
	var where []predicate.Component
	for _, f := range []struct {
		id uuid.UUID
		is func(uuid.UUID) predicate.Component
	}{
		{query.EntityID, component.EntityID},
		{query.AgentID, component.AgentID},
		{query.RoomID, component.RoomID},
		{query.WorldID, component.WorldID},
		{query.SourceEntityID, component.SourceEntityID},
	} {
		if f.id != uuid.Nil {
			where = append(where, f.is(f.id))
		}
	}
	if query.Type != "" {
		where = append(where, component.Type(query.Type))
	}
	return where
}

// UpdateComponent implements core.ComponentStore.
func (d *Database) UpdateComponent(ctx context.Context, id uuid.UUID, update core.ComponentUpdate) error {
	const query = `SELECT data FROM public.components WHERE id = $1 FOR NO KEY UPDATE`
	if update.Type != nil {
		if err := value.Required(value.TextField("ComponentUpdate.Type", *update.Type)); err != nil {
			return err
		}
		if err := value.Indexable("ComponentUpdate.Type", *update.Type); err != nil {
			return err
		}
	}
	return d.updateMerging(ctx, "could not update component "+id.String(), query, id, update.Data,
		func(tx *Database, data map[string]any) error {
			change := tx.client.Component.UpdateOneID(id).SetNillableType(update.Type)
			if data != nil {
				change.SetData(data)
			}
			value.SetOrClear(update.WorldID, change.SetWorldID, change.ClearWorldID)
			value.SetOrClear(update.SourceEntityID, change.SetSourceEntityID, change.ClearSourceEntityID)
			return change.Exec(ctx)
		})
}

// DeleteComponent implements core.ComponentStore.
func (d *Database) DeleteComponent(ctx context.Context, id uuid.UUID) error {
	return pgtx.Explain("could not delete component "+id.String(), d.client.Component.DeleteOneID(id).Exec(ctx))
}

func componentFrom(row *ent.Component) *core.Component {
	return &core.Component{
		ID: row.ID, EntityID: row.EntityID, AgentID: row.AgentID, RoomID: row.RoomID, WorldID: row.WorldID,
		SourceEntityID: row.SourceEntityID, Type: row.Type, Data: value.Object(row.Data),
		CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt,
	}
}
