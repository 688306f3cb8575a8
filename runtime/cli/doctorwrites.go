package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/elizago/elizago/core"
)

// errUndone rolls back what doctor tries.
var errUndone = errors.New("undone")

// writes saves what a start and a first message save, and rolls it back: rights,
// row security and triggers are not seen otherwise.
func (d *doctor) writes(ctx context.Context, db core.Database) error {
	err := db.InTx(ctx, func(tx core.Database) error { return errors.Join(firstMessage(ctx, tx), errUndone) })
	var several interface{ Unwrap() []error }
	switch {
	case !errors.Is(err, errUndone):
		return err
	case errors.As(err, &several) && len(several.Unwrap()) > 1:
		return fmt.Errorf("what a message writes was tried and undone, and is refused: %w", several.Unwrap()[0])
	}
	return nil
}

// firstMessage saves an agent that exists nowhere else, a room, and a message.
func firstMessage(ctx context.Context, tx core.Database) error {
	const name = "doctor"
	agent, user, world, room := core.NewID(), core.NewID(), core.NewID(), core.NewID()
	if _, err := tx.EnsureAgent(ctx, &core.Agent{Character: core.Character{ID: agent, Name: name}, Enabled: true}); err != nil {
		return err
	}
	if _, err := tx.EnsureEntities(ctx, &core.Entity{ID: agent, AgentID: agent, Names: []string{name}}, &core.Entity{ID: user, AgentID: agent, Names: []string{name}}); err != nil {
		return err
	}
	if _, err := tx.EnsureWorld(ctx, &core.World{ID: world, AgentID: agent, Name: name}); err != nil {
		return err
	}
	if _, err := tx.EnsureRooms(ctx, &core.Room{ID: room, AgentID: agent, WorldID: world, Name: name, Source: name, Type: core.ChannelDM}); err != nil {
		return err
	}
	if _, err := tx.AddParticipants(ctx, agent, room, agent, user); err != nil {
		return err
	}
	if err := tx.CreateMemory(ctx, &core.Memory{
		Type: core.MemoryMessages, AgentID: agent, EntityID: user, RoomID: room, WorldID: world, Content: core.Content{Text: name},
	}); err != nil {
		return err
	}
	return tx.CreateLog(ctx, &core.Log{AgentID: agent, EntityID: user, RoomID: room, Type: name})
}
