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
	// User is the sender's id at the source. Defaults to "user".
	User string
	// UserName is the sender's name. Defaults to User.
	UserName string
	// Room is the room's id at the source. A direct room is the user's own: the
	// same id is another room for another user. Defaults to "main".
	Room string
	// RoomName is the room's name. Defaults to Room.
	RoomName string
	// RoomType is what the source says that the room is; one that exists keeps
	// its type. Defaults to core.ChannelDM, a direct room.
	RoomType core.ChannelType
	// World is the id at the source of the group of rooms that the room is in.
	// Defaults to Source.
	World string
	// Source is the platform. Defaults to "cli". Users, rooms and worlds of two
	// sources are different ones, whatever their ids.
	Source string
	// Mention describes how the message addresses the agent, where the source
	// knows. In a room of several it decides whether the agent answers. Nil:
	// unknown.
	Mention *core.Mention
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
	// answer, or the message was to someone else.
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
// saved stays saved. In a room of several the agent answers what is to it, by
// elizaOS's rules: its settings ALWAYS_RESPOND_CHANNELS and
// ALWAYS_RESPOND_SOURCES, mentions and replies, else its small model decides. In
// a room that its participant has muted it answers only to its name. The error of an action is in Outcome.Results instead.
func (a *Agent) Handle(ctx context.Context, in Message) (*Outcome, error) {
	in.User = cmp.Or(strings.TrimSpace(in.User), "user")
	in.Room = cmp.Or(strings.TrimSpace(in.Room), "main")
	in.Source = cmp.Or(in.Source, "cli")
	in.UserName, in.RoomName = cmp.Or(in.UserName, in.User), cmp.Or(in.RoomName, in.Room)
	in.RoomType, in.World = cmp.Or(in.RoomType, core.ChannelDM), cmp.Or(in.World, in.Source)
	if strings.TrimSpace(in.Text) == "" {
		return nil, errors.New("runtime: the message is empty: say something")
	}
	if err := a.runtime.enter(); err != nil {
		return nil, err
	}
	defer a.runtime.running.Done()

	where, err := a.locate(ctx, addressOf(in))
	if err != nil {
		return nil, fmt.Errorf("runtime: the message could not be saved: %w", err)
	}
	unlock, err := a.rooms.lock(ctx, where.room)
	if err != nil {
		return nil, err
	}
	defer unlock()

	began := time.Now()
	turn, err := a.receive(ctx, in, where)
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
	if wanted, err := t.wanted(ctx); err != nil || !wanted {
		return err
	}
	decision, err := t.decide(ctx)
	if err != nil {
		return err
	}
	return t.act(ctx, decision)
}

// receive saves the message and, with the first one, its sender and room.
func (a *Agent) receive(ctx context.Context, in Message, where place) (*turn, error) {
	message := &core.Memory{
		ID:       core.NewID(),
		Type:     core.MemoryMessages,
		AgentID:  a.AgentID(),
		EntityID: where.user,
		RoomID:   where.room,
		WorldID:  where.world,
		Content:  core.Content{Text: in.Text, Source: in.Source, ChannelType: in.RoomType, Mention: in.Mention},
		Metadata: core.MemoryMetadata{Type: core.MetadataMessage, Source: in.Source},
	}
	err := core.ErrNotFound
	if a.rooms.knows(where) || a.connected(ctx, where) {
		err = saveMemory(ctx, a.db, message)
	}
	if errors.Is(err, core.ErrNotFound) { // also if the room was deleted since
		err = retryTx(ctx, a.db, func(tx core.Database) error {
			if err := a.connect(ctx, tx, in, where); err != nil {
				return err
			}
			return tx.CreateMemory(ctx, message)
		})
	}
	if err != nil {
		return nil, err
	}
	a.rooms.remember(where)
	return &turn{Agent: a, in: in, message: message, outcome: Outcome{Message: message}}, nil
}

// connected reports whether user and agent are in the room, as after an earlier
// start of the program: then all that connect saves is there.
func (a *Agent) connected(ctx context.Context, where place) bool {
	agent := a.AgentID()
	both, err := a.db.Participations(ctx, core.ParticipantQuery{AgentID: agent, RoomID: where.room, Limit: 2})
	if err != nil || len(both) < 2 {
		return false
	}
	in := func(entity uuid.UUID) bool {
		if slices.ContainsFunc(both, func(p *core.Participant) bool { return p.EntityID == entity }) {
			return true
		}
		is, err := a.db.IsParticipant(ctx, core.ParticipantKey{AgentID: agent, RoomID: where.room, EntityID: entity})
		return err == nil && is
	}
	return in(where.user) && in(agent)
}

// connect ensures that world, room and user exist, and that user and agent are
// in the room. Existing rows are not changed.
func (a *Agent) connect(ctx context.Context, tx core.Database, in Message, where place) error {
	agent := a.AgentID()
	if _, err := tx.EnsureWorld(ctx, &core.World{ID: where.world, AgentID: agent, Name: in.World}); err != nil {
		return err
	}
	if _, err := tx.EnsureRooms(ctx, &core.Room{
		ID: where.room, AgentID: agent, WorldID: where.world, Name: in.RoomName, Source: in.Source, Type: in.RoomType,
	}); err != nil {
		return err
	}
	if _, err := tx.EnsureEntities(ctx, &core.Entity{ID: where.user, AgentID: agent, Names: []string{in.UserName}}); err != nil {
		return err
	}
	_, err := tx.AddParticipants(ctx, agent, where.room, agent, where.user)
	return err
}
