package sql

import (
	"context"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/ent/predicate"
	"github.com/elizago/elizago/ent/world"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// SaveWorld implements core.WorldStore.
func (d *Database) SaveWorld(ctx context.Context, w *core.World) error {
	create, err := d.createWorld(w)
	if err != nil {
		return err
	}
	err = create.OnConflict(overwriteOwn(world.Table, world.FieldMessageServerID)...).Exec(ctx)
	if pgtx.IsNoRows(err) {
		return d.ownedByAnother(ctx, world.Table, "world", w.ID, w.AgentID)
	}
	return pgtx.Explain("could not save world "+w.ID.String(), err)
}

// CreateWorld implements core.WorldStore.
func (d *Database) CreateWorld(ctx context.Context, w *core.World) error {
	create, err := d.createWorld(w)
	if err != nil {
		return err
	}
	return pgtx.Explain("could not create world "+w.ID.String(), create.Exec(ctx))
}

// EnsureWorld implements core.WorldStore.
func (d *Database) EnsureWorld(ctx context.Context, w *core.World) (bool, error) {
	create, err := d.createWorld(w)
	if err != nil {
		return false, err
	}
	err = create.OnConflict(keepExisting()...).Exec(ctx)
	if pgtx.IsNoRows(err) {
		return false, nil
	}
	return err == nil, pgtx.Explain("could not create world "+w.ID.String(), err)
}

func (d *Database) createWorld(w *core.World) (*ent.WorldCreate, error) {
	if err := value.NotNil("the world", w); err != nil {
		return nil, err
	}
	if err := value.Required(value.IDField("World.AgentID", w.AgentID)); err != nil {
		return nil, err
	}
	if err := value.CheckJSON("World.Metadata", w.Metadata); err != nil {
		return nil, err
	}
	value.EnsureID(&w.ID)
	return d.client.World.Create().
		SetID(w.ID).
		SetAgentID(w.AgentID).
		SetName(w.Name).
		SetNillableMessageServerID(value.NullableID(w.MessageServerID)).
		SetMetadata(value.Object(w.Metadata)), nil
}

// World implements core.WorldStore.
func (d *Database) World(ctx context.Context, id uuid.UUID) (*core.World, error) {
	row, err := d.client.World.Get(ctx, id)
	if err != nil {
		return nil, pgtx.Explain("world "+id.String(), err)
	}
	return worldFrom(row), nil
}

// Worlds implements core.WorldStore.
func (d *Database) Worlds(ctx context.Context, query core.WorldQuery) ([]*core.World, error) {
	if err := value.CheckPage("worlds", &query.Limit, 0, value.DefaultLimit); err != nil {
		return nil, err
	}
	where := worldsWhere(query)
	if query.After != uuid.Nil {
		where = append(where, after(world.Table, query.After))
	}
	rows, err := d.client.World.Query().Where(where...).Order(oldestFirst).Limit(query.Limit).All(ctx)
	if err != nil {
		return nil, pgtx.Explain("could not list worlds", err)
	}
	return convert(rows, worldFrom), d.checkAfter(ctx, world.Table, query.After, len(rows))
}

// CountWorlds implements core.WorldStore.
func (d *Database) CountWorlds(ctx context.Context, query core.WorldQuery) (int, error) {
	n, err := d.client.World.Query().Where(worldsWhere(query)...).Count(ctx)
	return n, pgtx.Explain("could not count worlds", err)
}

func worldsWhere(query core.WorldQuery) []predicate.World {
	var where []predicate.World
	if query.AgentID != uuid.Nil {
		where = append(where, world.AgentID(query.AgentID))
	}
	if query.MessageServerID != uuid.Nil {
		where = append(where, world.MessageServerID(query.MessageServerID))
	}
	if query.Name != "" {
		where = append(where, world.Name(query.Name))
	}
	return where
}

// UpdateWorld implements core.WorldStore.
func (d *Database) UpdateWorld(ctx context.Context, id uuid.UUID, update core.WorldUpdate) error {
	const query = `SELECT metadata FROM public.worlds WHERE id = $1 FOR NO KEY UPDATE`
	return d.updateMerging(ctx, "could not update world "+id.String(), query, id, update.Metadata,
		func(tx *Database, metadata map[string]any) error {
			change := tx.client.World.UpdateOneID(id).SetNillableName(update.Name)
			if metadata != nil {
				change.SetMetadata(metadata)
			}
			value.SetOrClear(update.MessageServerID, change.SetMessageServerID, change.ClearMessageServerID)
			return change.Exec(ctx)
		})
}

// DeleteWorld implements core.WorldStore.
func (d *Database) DeleteWorld(ctx context.Context, id uuid.UUID) error {
	return d.deleteOwned(ctx, "could not delete world "+id.String(), []owned{{world.Table, "t.id = $1::uuid", []any{id}}}, func(tx *Database) error {
		return tx.client.World.DeleteOneID(id).Exec(ctx)
	})
}

func worldFrom(row *ent.World) *core.World {
	return &core.World{
		ID: row.ID, AgentID: row.AgentID, Name: row.Name, MessageServerID: row.MessageServerID,
		Metadata: value.Object(row.Metadata),
	}
}
