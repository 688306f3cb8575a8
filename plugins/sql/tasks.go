package sql

import (
	"context"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/ent/predicate"
	"github.com/elizago/elizago/ent/task"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// CreateTask implements core.TaskStore.
func (d *Database) CreateTask(ctx context.Context, created *core.Task) error {
	if err := value.NotNil("the task", created); err != nil {
		return err
	}
	if err := value.Required(value.IDField("Task.AgentID", created.AgentID), value.TextField("Task.Name", created.Name)); err != nil {
		return err
	}
	if err := value.Indexable("Task.Name", created.Name); err != nil {
		return err
	}
	if err := value.IndexableTexts("a tag in Task.Tags", created.Tags); err != nil {
		return err
	}
	if err := value.CheckJSON("Task.Metadata", created.Metadata); err != nil {
		return err
	}
	if err := value.CheckTime("a task", created.CreatedAt, created.UpdatedAt); err != nil {
		return err
	}
	if created.ID == uuid.Nil {
		created.ID = core.NewID()
	}
	if created.CreatedAt.IsZero() {
		created.CreatedAt = d.clock.Now()
	}
	if created.UpdatedAt.IsZero() {
		created.UpdatedAt = created.CreatedAt
	}
	err := d.client.Task.Create().
		SetID(created.ID).
		SetAgentID(created.AgentID).
		SetName(created.Name).
		SetDescription(created.Description).
		SetNillableRoomID(value.NullableID(created.RoomID)).
		SetNillableWorldID(value.NullableID(created.WorldID)).
		SetNillableEntityID(value.NullableID(created.EntityID)).
		SetTags(value.List(created.Tags)).
		SetMetadata(value.Object(created.Metadata)).
		SetCreatedAt(created.CreatedAt).
		SetUpdatedAt(created.UpdatedAt).
		Exec(ctx)
	return pgtx.Explain("could not save task "+value.Quote(created.Name), err)
}

// Task implements core.TaskStore.
func (d *Database) Task(ctx context.Context, id uuid.UUID) (*core.Task, error) {
	row, err := d.client.Task.Get(ctx, id)
	if err != nil {
		return nil, pgtx.Explain("task "+id.String(), err)
	}
	return taskFrom(row), nil
}

// Tasks implements core.TaskStore.
func (d *Database) Tasks(ctx context.Context, query core.TaskQuery) ([]*core.Task, error) {
	if err := value.Required(value.IDField("TaskQuery.AgentID", query.AgentID)); err != nil {
		return nil, err
	}
	if err := value.CheckPage("tasks", &query.Limit, query.Offset, value.DefaultLimit); err != nil {
		return nil, err
	}
	where := taskFilters(query)
	if query.After != uuid.Nil {
		where = append(where, after(task.Table, query.After))
	}
	rows, err := d.client.Task.Query().
		Where(where...).
		Order(oldestFirst).
		Limit(query.Limit).
		Offset(query.Offset).
		All(ctx)
	if err != nil {
		return nil, pgtx.Explain("could not list tasks", err)
	}
	return convert(rows, taskFrom), d.checkAfter(ctx, task.Table, query.After, len(rows))
}

func taskFilters(query core.TaskQuery) []predicate.Task {
	where := []predicate.Task{task.AgentID(query.AgentID)}
	if query.Name != "" {
		where = append(where, task.Name(query.Name))
	}
	if query.RoomID != uuid.Nil {
		where = append(where, task.RoomID(query.RoomID))
	}
	if query.WorldID != uuid.Nil {
		where = append(where, task.WorldID(query.WorldID))
	}
	if query.EntityID != uuid.Nil {
		where = append(where, task.EntityID(query.EntityID))
	}
	if len(query.Tags) > 0 {
		where = append(where, func(s *entsql.Selector) {
			s.Where(entsql.P(func(b *entsql.Builder) {
				b.Ident(s.C(task.FieldTags)).WriteString(" @> ").Arg(query.Tags)
			}))
		})
	}
	return where
}

// updateTaskSQL is hand-written because ent cannot merge JSON in the statement,
// and reading, merging and writing would lose concurrent changes.
const updateTaskSQL = `UPDATE public.tasks SET
	name = coalesce($2, name),
	description = coalesce($3, description),
	room_id = CASE WHEN $4::boolean THEN $5::uuid ELSE room_id END,
	world_id = CASE WHEN $6::boolean THEN $7::uuid ELSE world_id END,
	entity_id = CASE WHEN $8::boolean THEN $9::uuid ELSE entity_id END,
	tags = coalesce($10::text[], tags),
	metadata = (coalesce($11::jsonb, metadata) || coalesce($12::jsonb, '{}')) - coalesce($13::text[], '{}'),
	updated_at = $14
WHERE id = $1`

// UpdateTask implements core.TaskStore.
func (d *Database) UpdateTask(ctx context.Context, id uuid.UUID, change core.TaskUpdate) error {
	if err := checkTaskUpdate(change); err != nil {
		return err
	}
	metadata, err := value.NullableJSON("TaskUpdate.Metadata", change.Metadata)
	if err != nil {
		return err
	}
	// Sanitized as JSON before it is decoded: as a text, a key with several
	// invalid bytes would become another one.
	patch, err := plainJSON(change.MergeMetadata)
	if err != nil {
		return pgtx.Explain("task "+id.String()+": TaskUpdate.MergeMetadata", err)
	}
	set, remove := map[string]any{}, []string{}
	for key, value := range patch {
		if value == nil {
			remove = append(remove, key)
		} else {
			set[key] = value
		}
	}
	merge, err := value.NullableJSON("TaskUpdate.MergeMetadata", &set)
	if err != nil {
		return err
	}
	var tags []string // nil is NULL
	if change.Tags != nil {
		tags = value.List(*change.Tags)
	}
	args := []any{id, value.NullableText(change.Name), value.NullableText(change.Description)}
	for _, ref := range []*uuid.UUID{change.RoomID, change.WorldID, change.EntityID} {
		if ref == nil {
			args = append(args, false, nil)
		} else {
			args = append(args, true, value.NullableID(*ref))
		}
	}
	changed, err := pgtx.Exec(ctx, d.driver, updateTaskSQL, append(args, tags, metadata, merge, remove, d.clock.Now())...)
	if err == nil && changed == 0 {
		err = core.ErrNotFound
	}
	return pgtx.Explain("task "+id.String(), err)
}

func checkTaskUpdate(c core.TaskUpdate) error {
	switch {
	case c.Metadata != nil && c.MergeMetadata != nil:
		return value.Invalid("sql: TaskUpdate has both Metadata and MergeMetadata: set one of them")
	case c.Tags != nil:
		if err := value.IndexableTexts("a tag in TaskUpdate.Tags", *c.Tags); err != nil {
			return err
		}
	}
	if c.Name == nil {
		return nil
	}
	if err := value.Required(value.TextField("TaskUpdate.Name", *c.Name)); err != nil {
		return err
	}
	return value.Indexable("TaskUpdate.Name", *c.Name)
}

// DeleteTask implements core.TaskStore.
func (d *Database) DeleteTask(ctx context.Context, id uuid.UUID) error {
	return pgtx.Explain("task "+id.String(), d.client.Task.DeleteOneID(id).Exec(ctx))
}

func taskFrom(row *ent.Task) *core.Task {
	return &core.Task{
		ID: row.ID, AgentID: row.AgentID, Name: row.Name, Description: row.Description,
		RoomID: row.RoomID, WorldID: row.WorldID, EntityID: row.EntityID,
		Tags: value.List([]string(row.Tags)), Metadata: value.Object(row.Metadata),
		CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt,
	}
}
