package runtime

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// Message is a user's message to an agent.
type Message struct {
	// Text is the message's text; required.
	Text string
	// User names the sender. Defaults to "user".
	User string
	// Room names a direct conversation of the user with the agent: the same
	// name is another room for another user. Defaults to "main".
	Room string
	// Source is the platform. Defaults to "cli".
	Source string
	// OnChunk receives replies in chunks while they are generated, the last one
	// of each when the reply is saved; an error ends the reply. Nil: not called.
	OnChunk func(chunk string) error
	// OnReply receives each reply once it is complete and saved; an error ends
	// the message or the action that replied. Nil: not called.
	OnReply func(reply *core.Memory) error
}

// Outcome is the result of handling a message.
type Outcome struct {
	// Message is the saved message.
	Message *core.Memory
	// Replies are the agent's replies, in order. Empty if it chose not to
	// answer.
	Replies []*core.Memory
	// Results holds the results of the actions that ran, in order.
	Results []core.ActionResult
}

// Handle saves a message, lets the agent act on it, and returns when the
// replies are saved. Messages of one room are handled one at a time, different
// rooms concurrently.
//
// It returns an error if the message is empty or cannot be saved, if the model
// or a reply fails, if ctx is done, and after Runtime.Stop. A message that was
// saved stays saved. The error of an action is in Outcome.Results instead.
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

// roomID returns the id of a user's room.
func (a *Agent) roomID(in Message) uuid.UUID {
	return core.ScopedID(core.ScopedID(a.AgentID(), in.User), in.Room)
}

// turn is the processing of one message.
type turn struct {
	*Agent
	in      Message
	message *core.Memory
	outcome Outcome
	// streamed is the text of the current reply that was written so far, and
	// held its last chunk, which was not passed to OnChunk yet.
	streamed, held string
}

// answer decides what to do and does it.
func (t *turn) answer(ctx context.Context) (err error) {
	defer recoverPanic(t.log, "runtime: the message could not be answered: ", &err)
	decision, err := t.decide(ctx)
	if err != nil {
		return err
	}
	return t.act(ctx, decision)
}

// receive saves the message and, with the first one, its sender and room.
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
	err := core.ErrNotFound
	if a.rooms.knows(room) || a.connected(ctx, room, user) {
		err = saveMemory(ctx, a.db, message)
	}
	if errors.Is(err, core.ErrNotFound) { // also if the room was deleted since
		err = retryTx(ctx, a.db, func(tx core.Database) error {
			if err := a.connect(ctx, tx, in, world, room, user); err != nil {
				return err
			}
			return tx.CreateMemory(ctx, message)
		})
	}
	if err != nil {
		return nil, err
	}
	a.rooms.remember(room)
	return &turn{Agent: a, in: in, message: message, outcome: Outcome{Message: message}}, nil
}

// connected reports whether user and agent are in the room, as after an earlier
// start of the program: then all that connect saves is there.
func (a *Agent) connected(ctx context.Context, room, user uuid.UUID) bool {
	both, err := a.db.Participations(ctx, core.ParticipantQuery{AgentID: a.AgentID(), RoomID: room, Limit: 2})
	return err == nil && len(both) == 2 && slices.ContainsFunc(both, func(p *core.Participant) bool { return p.EntityID == user }) &&
		slices.ContainsFunc(both, func(p *core.Participant) bool { return p.EntityID == a.AgentID() })
}

// connect ensures that world, room and user exist, and that user and agent are
// in the room. Existing rows are not changed.
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
	_, err := tx.AddParticipants(ctx, agent, room, agent, user)
	return err
}
