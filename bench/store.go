package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/plugins/sql"
)

// store is our adapter on a new database, with an agent in a room with the
// work's number of users.
type store struct {
	core.Database
	work  work
	close func(ctx context.Context) error

	agent, room uuid.UUID
	worlds      [groups]uuid.UUID
	users       []uuid.UUID
	began       time.Time
}

func openStore(ctx context.Context, w work) (*store, error) {
	plugin := sql.New(sql.Config{URL: w.URL})
	db, err := plugin.Adapter.Open(ctx)
	if err != nil {
		return nil, err
	}
	s := &store{
		Database: db, work: w, close: plugin.Adapter.Close,
		agent: core.NewID(), room: core.NewID(),
		began: time.Now().Add(-10_000 * time.Second).Truncate(time.Microsecond),
	}
	if err := errors.Join(s.migrate(ctx, plugin), plugin.Adapter.Start(ctx), s.populate(ctx)); err != nil {
		return nil, errors.Join(err, s.close(ctx))
	}
	return s, nil
}

func (s *store) migrate(ctx context.Context, plugin *core.Plugin) error {
	engine, err := migration.New(migration.Config{DB: s.Pool(), Logger: zap.NewNop()})
	if err != nil {
		return err
	}
	_, err = engine.Run(ctx, []migration.Unit{{Plugin: plugin.Name, Schema: *plugin.Schema}}, migration.Options{})
	return err
}

func (s *store) populate(ctx context.Context) error {
	err := s.SaveAgent(ctx, &core.Agent{Character: core.Character{ID: s.agent, Name: "bench"}, Enabled: true})
	for i := range s.worlds {
		s.worlds[i] = core.NewID()
		err = errors.Join(err, s.SaveWorld(ctx, &core.World{ID: s.worlds[i], AgentID: s.agent, Name: "bench"}))
	}
	err = errors.Join(err, s.SaveRoom(ctx, &core.Room{
		ID: s.room, AgentID: s.agent, WorldID: s.worlds[0], Name: "bench", Source: "bench", Type: core.ChannelGroup,
	}))
	for i := range s.work.Entities {
		id := core.NewID()
		s.users = append(s.users, id)
		err = errors.Join(err, s.SaveEntity(ctx, &core.Entity{
			ID: id, AgentID: s.agent, Names: []string{fmt.Sprint("user ", i)},
		}))
	}
	return err
}

// memory returns the i-th memory to save.
func (s *store) memory(i int, vector []float32) *core.Memory {
	return &core.Memory{
		Type: core.MemoryMessages, AgentID: s.agent, RoomID: s.room, WorldID: s.worlds[0],
		EntityID:  s.users[i%len(s.users)],
		CreatedAt: s.at(i),
		Content:   core.Content{Text: fmt.Sprintf("message number %d about topic %d", i, i%97), Source: "bench"},
		Metadata:  core.MemoryMetadata{Type: core.MetadataMessage, Source: "bench"},
		Embedding: vector,
	}
}

// at returns the creation time of the i-th memory.
func (s *store) at(i int) time.Time { return s.began.Add(time.Duration(i) * 100 * time.Millisecond) }

// bare returns a connection to the work's database without the adapter.
func (s *store) bare(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.Connect(ctx, s.work.URL)
	if err != nil {
		return nil, err
	}
	return conn, registerVector(ctx, conn)
}
