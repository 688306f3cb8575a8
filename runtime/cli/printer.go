package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
)

// printer shows replies.
type printer interface {
	// chunk shows a piece of a reply that is being written.
	chunk(text string) error
	// reply ends a reply.
	reply(reply *core.Memory) error
}

func newPrinter(out io.Writer, agent string, flags startFlags, talks bool) printer {
	if flags.json {
		return &jsonPrinter{encoder: json.NewEncoder(out), agent: agent, flags: flags}
	}
	p := &textPrinter{out: out}
	if talks {
		p.label = agent + "> "
	}
	return p
}

// textPrinter writes replies as they come, each on lines of its own.
type textPrinter struct {
	out   io.Writer
	label string // before each reply; empty if the output is not a terminal
	open  bool   // in the middle of a reply
}

func (p *textPrinter) chunk(text string) error {
	if !p.open {
		p.open = true
		text = p.label + text
	}
	_, err := io.WriteString(p.out, text)
	return err
}

func (p *textPrinter) reply(*core.Memory) error {
	p.open = false
	_, err := fmt.Fprintln(p.out)
	return err
}

// jsonPrinter writes one line of JSON a reply.
type jsonPrinter struct {
	encoder *json.Encoder
	agent   string
	flags   startFlags
}

// jsonReply is the line; its names are part of the command's interface.
type jsonReply struct {
	ID        uuid.UUID  `json:"id"`
	Agent     string     `json:"agent"`
	User      string     `json:"user"`
	Room      string     `json:"room"`
	Text      string     `json:"text"`
	Thought   string     `json:"thought,omitempty"`
	Actions   []string   `json:"actions,omitempty"`
	Providers []string   `json:"providers,omitempty"`
	InReplyTo *uuid.UUID `json:"in_reply_to,omitempty"`
	CreatedAt time.Time  `json:"created_at"`
}

func (p *jsonPrinter) chunk(string) error { return nil }

func (p *jsonPrinter) reply(reply *core.Memory) error {
	return p.encoder.Encode(jsonReply{
		ID: reply.ID, Agent: p.agent, User: p.flags.user, Room: p.flags.room,
		Text: reply.Content.Text, Thought: reply.Content.Thought,
		Actions: reply.Content.Actions, Providers: reply.Content.Providers,
		InReplyTo: reply.Content.InReplyTo, CreatedAt: reply.CreatedAt,
	})
}
