package schema_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/pgvector/pgvector-go"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/ent/cacheentry"
	"github.com/elizago/elizago/ent/channelparticipant"
	"github.com/elizago/elizago/ent/entity"
	"github.com/elizago/elizago/ent/memory"
	"github.com/elizago/elizago/ent/migrate"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// database returns a database with the core tables, and a client on it.
func database(t *testing.T) (*sql.DB, *ent.Client) {
	t.Helper()
	db, err := sql.Open("pgx", pgtest.Database(t))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	engine, err := migration.New(migration.Config{DB: db})
	require.NoError(t, err)
	_, err = engine.Run(t.Context(), []migration.Unit{
		{Plugin: migration.Core, Schema: core.Schema{Tables: migrate.Tables, Annotations: migrate.Annotations}},
	}, migration.Options{})
	require.NoError(t, err)
	return db, ent.NewClient(ent.Driver(entsql.OpenDB(dialect.Postgres, db)))
}

func column(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	out := []string{}
	for rows.Next() {
		var s string
		require.NoError(t, rows.Scan(&s))
		out = append(out, s)
	}
	require.NoError(t, rows.Err())
	return out
}

// The rules of the package comment, checked in the database.
func TestRules(t *testing.T) {
	t.Parallel()
	db, _ := database(t)
	require.Empty(t, column(t, db, `
		SELECT c.conrelid::regclass || '.' || c.conname FROM pg_constraint c
		WHERE c.contype = 'f' AND NOT EXISTS (
			SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1] AND i.indpred IS NULL)`),
		"foreign keys without an index that begins with their column")
	require.Empty(t, column(t, db, `
		SELECT conname::text FROM pg_constraint WHERE contype = 'f' AND confdeltype NOT IN ('c', 'n')`),
		"foreign keys that do not say what happens on delete")
	require.Empty(t, column(t, db, `
		SELECT conrelid::regclass || ' ' || conkey::text FROM pg_constraint WHERE contype = 'f'
		GROUP BY conrelid, conkey HAVING count(*) > 1`), "foreign keys declared twice")
	require.Empty(t, column(t, db, `
		SELECT table_name || '.' || column_name FROM information_schema.columns
		WHERE table_schema = 'public' AND data_type = 'timestamp without time zone'`))
	require.Empty(t, column(t, db, `
		SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
		AND NOT EXISTS (SELECT 1 FROM pg_index WHERE indrelid = pg_class.oid AND indisprimary)`))
	// Rows that never change need no updated_at; those of runs have an ended_at.
	require.Equal(t, strings.Fields(`agent_identities agent_run_events agent_run_steps agent_runs
		channel_participants logs message_server_agents`), column(t, db, `
		SELECT table_name::text FROM information_schema.tables t WHERE table_schema = 'public' AND NOT EXISTS (
			SELECT 1 FROM information_schema.columns c WHERE c.table_name = t.table_name AND column_name = 'updated_at')
		ORDER BY 1`))
	require.Equal(t, strings.Fields(`agent_identities agent_run_events agent_run_steps agent_runs
		agents cache channel_participants channels components embeddings entities logs memories
		message_server_agents message_servers messages participants relationships rooms tasks worlds`),
		column(t, db, `SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`))
	// A lease that is renewed needs no entry in an index.
	require.Empty(t, column(t, db, `
		SELECT i.indexrelid::regclass::text FROM pg_index i WHERE i.indrelid = 'agent_runs'::regclass
		AND pg_get_indexdef(i.indexrelid) LIKE '%lease%'`))
	// The ids without a foreign key. Those of embeddings are copies of the
	// memory's, and the row is deleted with it.
	require.Equal(t, strings.Fields(`agent_identities.identity agent_run_steps.decided_by
		agent_runs.lease_owner agent_runs.merged_into agent_runs.message_id
		agents.server_id channel_participants.entity_id
		embeddings.agent_id embeddings.entity_id embeddings.room_id
		messages.author_id rooms.message_server_id worlds.message_server_id`),
		column(t, db, `
		SELECT c.table_name || '.' || c.column_name FROM information_schema.columns c
		WHERE c.table_schema = 'public' AND c.data_type = 'uuid' AND c.column_name <> 'id' AND NOT EXISTS (
			SELECT 1 FROM pg_constraint f JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]
			WHERE f.contype = 'f' AND f.conrelid = ('public.' || c.table_name)::regclass AND a.attname = c.column_name)
		ORDER BY 1`))
}

// world is an agent with a room and a user.
type world struct {
	agent  *ent.Agent
	room   *ent.Room
	entity *ent.Entity
}

func newWorld(t *testing.T, ctx context.Context, c *ent.Client) world {
	t.Helper()
	agent := c.Agent.Create().SetName("Eliza").SetBio(core.Lines{"listens"}).SaveX(ctx)
	w := c.World.Create().SetName("home").SetAgentID(agent.ID).SaveX(ctx)
	return world{
		agent:  agent,
		room:   c.Room.Create().SetAgentID(agent.ID).SetWorldID(w.ID).SetSource("cli").SetType(string(core.ChannelDM)).SaveX(ctx),
		entity: c.Entity.Create().SetAgentID(agent.ID).SetNames(entpg.Strings{"Ann", `a "b" \ {c},`}).SaveX(ctx),
	}
}

// embed gives a memory vectors, by column.
func embed(ctx context.Context, db *sql.DB, m *ent.Memory, columnsAndVectors ...any) error {
	columns, marks, args := "", "", []any{m.ID, m.AgentID, m.Type}
	for i := 0; i < len(columnsAndVectors); i += 2 {
		args = append(args, columnsAndVectors[i+1])
		columns += fmt.Sprintf(", %s", columnsAndVectors[i])
		marks += fmt.Sprintf(", $%d", len(args))
	}
	_, err := db.ExecContext(ctx, "INSERT INTO embeddings (memory_id, agent_id, type"+columns+") VALUES ($1, $2, $3"+marks+")", args...)
	return err
}

// Rows are read back as written, including defaults and ids.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db, c := database(t)
	w := newWorld(t, ctx, c)

	agent := c.Agent.GetX(ctx, w.agent.ID)
	require.Equal(t, uuid.Version(7), agent.ID.Version())
	require.True(t, agent.Enabled)
	require.Equal(t, core.Lines{"listens"}, agent.Bio)
	require.Equal(t, []string{}, agent.Topics)
	require.True(t, w.agent.CreatedAt.Equal(agent.CreatedAt), "a row in memory has the resolution of the database")
	require.Equal(t, w.entity.Names, c.Entity.GetX(ctx, w.entity.ID).Names)

	before := w.entity.UpdatedAt
	time.Sleep(time.Millisecond)
	after := w.entity.Update().SetNames(entpg.Strings{"Bob"}).SaveX(ctx)
	require.True(t, after.UpdatedAt.After(before))
	require.True(t, after.CreatedAt.Equal(w.entity.CreatedAt))

	// Memories are read by the client and written by SQL, embeddings are not the
	// client's at all.
	_, err := db.ExecContext(ctx, `INSERT INTO memories (type, content, agent_id, room_id, entity_id)
		VALUES ('messages', '{"text": "hello"}', $1, $2, $3)`, w.agent.ID, w.room.ID, w.entity.ID)
	require.NoError(t, err)
	got := c.Memory.Query().Where(memory.RoomID(w.room.ID)).WithEntity().OnlyX(ctx)
	require.Equal(t, "hello", got.Content.Text)
	require.True(t, got.Unique)
	require.Equal(t, uuid.Nil, got.WorldID)
	require.Equal(t, w.entity.ID, got.Edges.Entity.ID)
	vector := pgvector.NewVector(make([]float32, 384))
	require.NoError(t, embed(ctx, db, got, "dim_384", vector))
	var whole pgvector.Vector
	var other *string
	require.NoError(t, db.QueryRowContext(ctx, `SELECT dim_384, dim_512 FROM embeddings WHERE memory_id = $1`, got.ID).Scan(&whole, &other))
	require.Equal(t, vector, whole)
	require.Nil(t, other)

	// A row inserted by hand gets its defaults from the database.
	_, err = db.ExecContext(ctx, `INSERT INTO entities (agent_id) VALUES ($1)`, w.agent.ID)
	require.NoError(t, err)
	byHand := c.Entity.Query().Where(entity.IDNEQ(w.entity.ID)).OnlyX(ctx)
	require.Equal(t, entpg.Strings{}, byHand.Names)
	require.Equal(t, map[string]any{}, byHand.Metadata)
	require.WithinDuration(t, time.Now(), byHand.CreatedAt, time.Hour)
}

// Composite keys: the generated code uses all of their fields.
func TestCompositeKeys(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	_, c := database(t)
	a, b := newWorld(t, ctx, c), newWorld(t, ctx, c)
	set := func(agent uuid.UUID, value string) {
		c.CacheEntry.Create().SetKey("k").SetAgentID(agent).SetValue(json.RawMessage(value)).
			OnConflictColumns(cacheentry.FieldKey, cacheentry.FieldAgentID).UpdateNewValues().ExecX(ctx)
	}
	get := func(agent uuid.UUID) *ent.CacheEntry {
		return c.CacheEntry.Query().Where(cacheentry.Key("k"), cacheentry.AgentID(agent)).OnlyX(ctx)
	}
	set(a.agent.ID, `1`)
	set(b.agent.ID, `2`)
	set(a.agent.ID, `3`)
	require.JSONEq(t, `3`, string(get(a.agent.ID).Value))
	get(a.agent.ID).Update().SetValue(json.RawMessage(`4`)).SetExpiresAt(time.Now()).ExecX(ctx)
	require.JSONEq(t, `4`, string(get(a.agent.ID).Value))
	require.NotNil(t, get(a.agent.ID).ExpiresAt)
	require.JSONEq(t, `2`, string(get(b.agent.ID).Value), "the other agent's entry")
	c.CacheEntry.CreateBulk(
		c.CacheEntry.Create().SetKey("x").SetAgentID(a.agent.ID).SetValue(json.RawMessage(`{}`)),
		c.CacheEntry.Create().SetKey("y").SetAgentID(a.agent.ID).SetValue(json.RawMessage(`{}`)),
	).ExecX(ctx)
	require.Equal(t, 3, c.CacheEntry.Delete().Where(cacheentry.AgentID(a.agent.ID)).ExecX(ctx))

	server := c.MessageServer.Create().SetName("s").SetSourceType("cli").AddAgents(a.agent, b.agent).SaveX(ctx)
	require.Len(t, server.QueryAgents().AllX(ctx), 2)
	channel := c.Channel.Create().SetMessageServer(server).SetName("c").SetType("GROUP").SaveX(ctx)
	user := entpg.Now().String()
	for range 2 {
		c.ChannelParticipant.Create().SetChannel(channel).SetEntityID(core.IDFromText(user)).
			OnConflictColumns(channelparticipant.FieldChannelID, channelparticipant.FieldEntityID).Ignore().ExecX(ctx)
	}
	require.Equal(t, 1, channel.QueryParticipants().CountX(ctx))
	require.Len(t, c.Channel.Query().WithParticipants().WithMessages().OnlyX(ctx).Edges.Participants, 1)
}

// The checks and keys reject invalid rows.
func TestConstraints(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db, c := database(t)
	w := newWorld(t, ctx, c)
	participant := func() *ent.ParticipantCreate {
		return c.Participant.Create().SetAgentID(w.agent.ID).SetRoomID(w.room.ID).SetEntityID(w.entity.ID)
	}
	participant().SetRoomState("MUTED").ExecX(ctx)
	remember := func(kind, metadata string) error {
		_, err := db.ExecContext(ctx, `INSERT INTO memories (type, content, agent_id, metadata) VALUES ($1, '{}', $2, $3)`, kind, w.agent.ID, metadata)
		return err
	}
	require.NoError(t, remember("facts", "{}"))
	m := c.Memory.Query().OnlyX(ctx)
	short, long := pgvector.NewVector(make([]float32, 384)), pgvector.NewVector(make([]float32, 512))
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"room type":         {c.Room.Create().SetSource("x").SetType("PARTY").Exec(ctx), "rooms_type_check"},
		"participant twice": {participant().Exec(ctx), "participants_room_entity_agent_key"},
		"room state":        {participant().SetRoomState("LOUD").Exec(ctx), "participants_room_state_check"},
		"no vector":         {embed(ctx, db, m), "embeddings_one_vector_check"},
		// Two exist while an agent's vectors are rebuilt.
		"three vectors": {
			embed(ctx, db, m, "dim_384", short, "dim_512", long, "dim_768", pgvector.NewVector(make([]float32, 768))), "embeddings_one_vector_check",
		},
		"wrong length": {embed(ctx, db, m, "dim_384", long), "expected 384 dimensions"},
		"fragment":     {remember("fragments", `{"type": "fragment"}`), "fragment_metadata_check"},
		"document":     {remember("documents", `{"type": "document"}`), "document_metadata_check"},
	} {
		require.ErrorContains(t, test.err, test.want, name)
	}
	// Everything of an agent is deleted with it; deleting a world keeps its
	// rooms.
	c.World.Delete().ExecX(ctx)
	require.Equal(t, uuid.Nil, c.Room.GetX(ctx, w.room.ID).WorldID)
	c.Agent.DeleteOneID(w.agent.ID).ExecX(ctx)
	require.Zero(t, c.Memory.Query().CountX(ctx)+c.Entity.Query().CountX(ctx)+c.Room.Query().CountX(ctx)+c.Participant.Query().CountX(ctx))
}

// The documented lists and searches use their indexes.
func TestIndexesServe(t *testing.T) {
	t.Parallel()
	db, _ := database(t)
	vector := func(n int) string { return "'[" + strings.TrimSuffix(strings.Repeat("1,", n), ",") + "]'" }
	id := "'00000000-0000-0000-0000-000000000001'"
	for index, query := range map[string]string{
		"idx_memories_room_type_created":   "SELECT * FROM memories WHERE room_id = " + id + " AND type = 'messages' ORDER BY created_at DESC, id DESC LIMIT 10",
		"idx_memories_agent_type_created":  "SELECT * FROM memories WHERE agent_id = " + id + " AND type = 'messages' ORDER BY created_at DESC, id DESC LIMIT 10",
		"idx_memories_world_type_created":  "SELECT * FROM memories WHERE world_id = " + id + " AND type = 'messages' ORDER BY created_at DESC, id DESC LIMIT 10",
		"idx_memories_entity_type_created": "SELECT * FROM memories WHERE entity_id = " + id + " AND type = 'messages' ORDER BY created_at DESC, id DESC LIMIT 10",
		"idx_memories_fragments":           "SELECT * FROM memories WHERE metadata ->> 'documentId' = 'x' ORDER BY metadata -> 'position'",
		"idx_embeddings_dim_384":           "SELECT memory_id FROM embeddings WHERE indexed AND dim_384 IS NOT NULL ORDER BY l2_normalize(dim_384)::halfvec(384) <=> " + vector(384) + " LIMIT 5",
		"idx_embeddings_fresh":             "SELECT count(*) FROM embeddings WHERE agent_id = " + id + " AND type = 'messages' AND NOT indexed",
		"idx_embeddings_dim_1536":          "SELECT memory_id FROM embeddings WHERE indexed AND dim_1536 IS NOT NULL ORDER BY l2_normalize(dim_1536)::halfvec(1536) <=> " + vector(1536) + " LIMIT 5",
		"idx_embeddings_dim_3072":          "SELECT memory_id FROM embeddings WHERE indexed AND dim_3072 IS NOT NULL ORDER BY l2_normalize(dim_3072)::halfvec(3072) <=> " + vector(3072) + " LIMIT 5",
		"idx_entities_names":               "SELECT * FROM entities WHERE names && '{Ann,Bob}'",
		"idx_entities_agent":               "SELECT * FROM entities WHERE agent_id = " + id + " AND (created_at, id) > (now(), " + id + ") ORDER BY created_at, id LIMIT 10",
		"idx_rooms_agent":                  "SELECT * FROM rooms WHERE agent_id = " + id + " AND (created_at, id) > (now(), " + id + ") ORDER BY created_at, id LIMIT 10",
		"idx_rooms_world":                  "SELECT * FROM rooms WHERE world_id = " + id + " ORDER BY created_at, id LIMIT 10",
		"idx_rooms_channel":                "SELECT * FROM rooms WHERE channel_id = 'x'",
		"idx_rooms_message_server":         "SELECT * FROM rooms WHERE message_server_id = " + id,
		"idx_worlds_agent":                 "SELECT * FROM worlds WHERE agent_id = " + id + " ORDER BY created_at, id LIMIT 10",
		"idx_worlds_message_server":        "SELECT * FROM worlds WHERE message_server_id = " + id,
		"idx_tasks_tags":                   "SELECT * FROM tasks WHERE tags @> '{queue}'",
		"idx_logs_agent_type_created":      "SELECT * FROM logs WHERE agent_id = " + id + " AND type = 'x' ORDER BY created_at DESC LIMIT 10",
		"idx_logs_run_id":                  "SELECT * FROM logs WHERE body ->> 'runId' = 'x' AND type = 'y'",
		"idx_agent_runs_agent":             "SELECT * FROM agent_runs WHERE agent_id = " + id + " ORDER BY seq DESC LIMIT 10",
		"idx_agent_runs_room":              "SELECT * FROM agent_runs WHERE room_id = " + id + " ORDER BY seq DESC LIMIT 10",
		"idx_agent_runs_entity":            "SELECT * FROM agent_runs WHERE entity_id = " + id + " ORDER BY seq DESC LIMIT 10",
		"idx_agent_runs_merged":            "SELECT * FROM agent_runs WHERE merged_into = " + id,
		"idx_agent_runs_claim":             "SELECT * FROM agent_runs WHERE agent_id = " + id + " AND room_id = " + id + " AND status IN ('queued', 'running') AND merged_into IS NULL ORDER BY seq LIMIT 1",
		"agent_run_steps_pkey":             "SELECT * FROM agent_run_steps WHERE run_id = " + id + " ORDER BY n",
		"idx_agent_run_steps_expires":      "SELECT * FROM agent_run_steps WHERE state = 'waiting' AND expires_at <= now()",
		"agent_run_events_pkey":            "SELECT * FROM agent_run_events WHERE run_id = " + id + " AND seq > 5 ORDER BY seq LIMIT 10",
		"idx_messages_channel_created":     "SELECT * FROM messages WHERE channel_id = " + id + " ORDER BY created_at DESC, id DESC LIMIT 50",
		"idx_cache_expires":                "SELECT * FROM cache WHERE expires_at <= now()",
		"idx_channels_server_type_name":    "SELECT * FROM channels WHERE message_server_id = " + id + " AND type = 'DM' AND name = 'x'",
		"unique_relationship":              "SELECT * FROM relationships WHERE source_entity_id = " + id + " AND target_entity_id = " + id + " AND agent_id = " + id,
	} {
		t.Run(index, func(t *testing.T) {
			// An empty table is read by a sequential scan, whatever its
			// indexes.
			conn, err := db.Conn(t.Context())
			require.NoError(t, err)
			defer func() { require.NoError(t, conn.Close()) }()
			_, err = conn.ExecContext(t.Context(), "SET enable_seqscan = off; SET enable_sort = off")
			require.NoError(t, err)
			rows, err := conn.QueryContext(t.Context(), "EXPLAIN (COSTS OFF) "+query)
			require.NoError(t, err)
			defer func() { require.NoError(t, rows.Close()) }()
			var plan strings.Builder
			for rows.Next() {
				var line string
				require.NoError(t, rows.Scan(&line))
				fmt.Fprintln(&plan, line)
			}
			require.NoError(t, rows.Err())
			require.Contains(t, plan.String(), index)
			require.NotContains(t, plan.String(), "Sort", plan.String())
		})
	}
}
