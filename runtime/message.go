package runtime

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// Message is something that somebody says to an agent.
type Message struct {
	// Text is what is said; required.
	Text string
	// User names who says it. Defaults to "user".
	User string
	// Room names where it is said. It is a direct conversation: two users who
	// give one name are in two rooms, and a user's conversation goes on in the
	// room of the same name. Defaults to "main".
	Room string
	// Source is the way it came. Defaults to "cli".
	Source string
	// OnChunk is given replies piece by piece while they are being written.
	// Nil: not wanted.
	OnChunk func(chunk string) error
	// OnReply is given each reply when it is complete and saved. Nil: not
	// wanted.
	OnReply func(reply *core.Memory) error
}

// Outcome is what came of a message.
type Outcome struct {
	// Message is the message as it was saved.
	Message *core.Memory
	// Replies are what the agent said, in order. Empty when it chose not to
	// answer.
	Replies []*core.Memory
	// Results are those of the actions that ran, in order.
	Results []core.ActionResult
}

// Handle takes a message in, lets the agent act on it, and returns when the
// replies are saved. Messages of one room are answered one after the other;
// different rooms do not wait for each other.
func (a *Agent) Handle(ctx context.Context, in Message) (*Outcome, error) {
	in.User = cmp.Or(strings.TrimSpace(in.User), "user")
	in.Room = cmp.Or(strings.TrimSpace(in.Room), "main")
	in.Source = cmp.Or(in.Source, "cli")
	if strings.TrimSpace(in.Text) == "" {
		return nil, errors.New("runtime: the message is empty: say something")
	}
	if err := a.runtime.enter(); err != nil {
		return nil, err
	}
	defer a.runtime.running.Done()

	unlock, err := a.rooms.lock(ctx, a.roomID(in))
	if err != nil {
		return nil, err
	}
	defer unlock()

	began := time.Now()
	turn, err := a.receive(ctx, in)
	if err != nil {
		return nil, fmt.Errorf("runtime: the message could not be saved: %w", err)
	}
	run := a.openRunLog(turn.message, began)
	ctx = run.in(ctx)
	a.embedLater(ctx, turn.message)
	err = turn.answer(ctx)
	run.close(ctx, err)
	if err != nil {
		return nil, err
	}
	a.log.Debug("message answered", zap.Stringer("message_id", turn.message.ID),
		zap.Int("replies", len(turn.outcome.Replies)), zap.Duration("duration", time.Since(began)))
	return &turn.outcome, nil
}

// roomID is the id of a user's room.
func (a *Agent) roomID(in Message) uuid.UUID {
	return core.ScopedID(core.ScopedID(a.AgentID(), in.User), in.Room)
}

// turn is one message on its way through an agent.
type turn struct {
	*Agent
	in      Message
	message *core.Memory
	outcome Outcome
	// streamed is what OnChunk was given of the reply that is being written.
	streamed string
}

// answer decides what to do, and does it.
func (t *turn) answer(ctx context.Context) (err error) {
	defer recoverPanic(t.log, "runtime: the message could not be answered: ", &err)
	decision, err := t.decide(ctx)
	if err != nil {
		return err
	}
	return t.act(ctx, decision)
}

// receive saves the message, and on the first one who sent it and where.
func (a *Agent) receive(ctx context.Context, in Message) (*turn, error) {
	agent := a.AgentID()
	world := core.ScopedID(agent, in.Source)
	room := a.roomID(in)
	user := core.ScopedID(agent, in.User)
	message := &core.Memory{
		ID:       core.NewID(),
		Type:     core.MemoryMessages,
		AgentID:  agent,
		EntityID: user,
		RoomID:   room,
		WorldID:  world,
		Content:  core.Content{Text: in.Text, Source: in.Source, ChannelType: core.ChannelDM},
		Metadata: core.MemoryMetadata{Type: core.MetadataMessage, Source: in.Source},
	}
	saveAll := func(connect bool) error {
		return retryTx(ctx, a.db, func(tx core.Database) error {
			if connect {
				if err := a.connect(ctx, tx, in, world, room, user); err != nil {
					return err
				}
			}
			return tx.CreateMemory(ctx, message)
		})
	}
	known := a.rooms.knows(room)
	err := saveAll(!known)
	if known && errors.Is(err, core.ErrNotFound) {
		err = saveAll(true) // somebody has deleted the room since
	}
	if err != nil {
		return nil, err
	}
	a.rooms.remember(room)
	return &turn{Agent: a, in: in, message: message, outcome: Outcome{Message: message}}, nil
}

// connect makes sure that world, room and user are there, and that user and
// agent are in the room. What plugins keep about them stays.
func (a *Agent) connect(ctx context.Context, tx core.Database, in Message, world, room, user uuid.UUID) error {
	agent := a.AgentID()
	if _, err := tx.EnsureWorld(ctx, &core.World{ID: world, AgentID: agent, Name: in.Source}); err != nil {
		return err
	}
	if _, err := tx.EnsureRooms(ctx, &core.Room{
		ID: room, AgentID: agent, WorldID: world, Name: in.Room, Source: in.Source, Type: core.ChannelDM,
	}); err != nil {
		return err
	}
	if _, err := tx.EnsureEntities(ctx, &core.Entity{ID: user, AgentID: agent, Names: []string{in.User}}); err != nil {
		return err
	}
	for _, entity := range []uuid.UUID{agent, user} {
		if err := tx.AddParticipant(ctx, core.ParticipantKey{AgentID: agent, RoomID: room, EntityID: entity}); err != nil {
			return err
		}
	}
	return nil
}
