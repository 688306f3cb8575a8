package sql

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/ent/logentry"
	"github.com/elizago/elizago/ent/predicate"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// CreateLog implements core.LogStore.
func (d *Database) CreateLog(ctx context.Context, entry *core.Log) error {
	row, err := d.newLog(entry)
	if err != nil {
		return err
	}
	return pgtx.Explain("could not save a log of type "+value.Quote(entry.Type), row.Exec(ctx))
}

// CreateLogs implements core.LogStore.
func (d *Database) CreateLogs(ctx context.Context, entries []*core.Log) error {
	if len(entries) > batchSize {
		return d.InTx(ctx, func(tx core.Database) error {
			for part := range slices.Chunk(entries, batchSize) {
				if err := tx.CreateLogs(ctx, part); err != nil {
					return err
				}
			}
			return nil
		})
	}
	rows := make([]*ent.LogEntryCreate, len(entries))
	for i, entry := range entries {
		var err error
		if rows[i], err = d.newLog(entry); err != nil {
			return err
		}
	}
	return pgtx.Explain(fmt.Sprintf("could not save %d logs", len(entries)), d.client.LogEntry.CreateBulk(rows...).Exec(ctx))
}

// newLog validates an entry, and sets its defaults.
func (d *Database) newLog(entry *core.Log) (*ent.LogEntryCreate, error) {
	if err := checkLog(entry); err != nil {
		return nil, err
	}
	if entry.ID == uuid.Nil {
		entry.ID = core.NewID()
	}
	if entry.CreatedAt.IsZero() {
		entry.CreatedAt = d.clock.Now()
	}
	return d.client.LogEntry.Create().
		SetID(entry.ID).
		SetAgentID(entry.AgentID).
		SetEntityID(entry.EntityID).
		SetNillableRoomID(value.NullableID(entry.RoomID)).
		SetType(entry.Type).
		SetBody(value.Object(entry.Body)).
		SetCreatedAt(entry.CreatedAt), nil
}

func checkLog(entry *core.Log) error {
	if err := value.NotNil("the log", entry); err != nil {
		return err
	}
	if err := value.CheckJSON("Log.Body", entry.Body); err != nil {
		return err
	}
	if err := value.CheckTime("Log.CreatedAt", entry.CreatedAt); err != nil {
		return err
	}
	err := value.Required(value.IDField("Log.AgentID", entry.AgentID), value.IDField("Log.EntityID", entry.EntityID), value.TextField("Log.Type", entry.Type))
	if err != nil {
		return err
	}
	if err := value.Indexable("Log.Type", entry.Type); err != nil {
		return err
	}
	if run, ok := entry.Body[runIDKey]; ok {
		text, err := json.Marshal(run)
		if err != nil {
			return value.Invalid("sql: runId in Log.Body: %w", err)
		}
		return value.Indexable("runId in Log.Body", string(text))
	}
	return nil
}

// runIDKey is the key in the bodies of a run's entries that holds the run's id.
const runIDKey = "runId"

// Logs implements core.LogStore.
func (d *Database) Logs(ctx context.Context, query core.LogQuery) ([]*core.Log, error) {
	if err := value.Required(value.IDField("LogQuery.AgentID", query.AgentID)); err != nil {
		return nil, err
	}
	if err := value.CheckTime("a query of logs", query.Since, query.Until); err != nil {
		return nil, err
	}
	if err := value.CheckPage("logs", &query.Limit, query.Offset, value.DefaultLimit); err != nil {
		return nil, err
	}
	where := logFilters(query)
	if query.Before != uuid.Nil {
		where = append(where, olderThan(logentry.Table, logentry.FieldAgentID, query.AgentID, query.Before))
	}
	rows, err := d.client.LogEntry.Query().
		Where(where...).
		Order(logentry.ByCreatedAt(entsql.OrderDesc()), logentry.ByID(entsql.OrderDesc())).
		Limit(query.Limit).
		Offset(query.Offset).
		All(ctx)
	if err != nil {
		return nil, pgtx.Explain("could not list logs", err)
	}
	return convert(rows, logFrom), d.checkBefore(ctx, logentry.Table, logentry.FieldAgentID, query.AgentID, query.Before, len(rows))
}

func logFilters(query core.LogQuery) []predicate.LogEntry {
	where := []predicate.LogEntry{logentry.AgentID(query.AgentID)}
	if query.EntityID != uuid.Nil {
		where = append(where, logentry.EntityID(query.EntityID))
	}
	if query.RoomID != uuid.Nil {
		where = append(where, logentry.RoomID(query.RoomID))
	}
	if query.Type != "" {
		where = append(where, logentry.Type(query.Type))
	}
	if query.RunID != "" {
		where = append(where, func(s *entsql.Selector) {
			s.Where(entsql.P(func(b *entsql.Builder) {
				b.Ident(s.C(logentry.FieldBody)).WriteString(" ->> 'runId' = ").Arg(query.RunID)
			}))
		})
	}
	if !query.Since.IsZero() {
		where = append(where, logentry.CreatedAtGTE(query.Since))
	}
	if !query.Until.IsZero() {
		where = append(where, logentry.CreatedAtLT(query.Until))
	}
	return where
}

// DeleteLog implements core.LogStore.
func (d *Database) DeleteLog(ctx context.Context, id uuid.UUID) error {
	return pgtx.Explain("log "+id.String(), d.client.LogEntry.DeleteOneID(id).Exec(ctx))
}

func logFrom(row *ent.LogEntry) *core.Log {
	return &core.Log{
		ID: row.ID, AgentID: row.AgentID, EntityID: row.EntityID, RoomID: row.RoomID, Type: row.Type,
		Body: value.Object(row.Body), CreatedAt: row.CreatedAt,
	}
}
