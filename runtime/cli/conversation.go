package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/runtime"
)

// conversation is one user's talk with one agent, from any input.
type conversation struct {
	agent   *runtime.Agent
	out     io.Writer
	err     io.Writer
	flags   startFlags
	name    string // of the program
	printer printer
}

// say passes a message on and prints the replies as they come.
func (c *conversation) say(ctx context.Context, text string) error {
	_, err := c.agent.Handle(ctx, runtime.Message{
		Text:    text,
		User:    c.flags.user,
		Room:    c.flags.room,
		OnChunk: c.printer.chunk,
		OnReply: func(reply *core.Memory) error { return c.printer.reply(reply) },
	})
	return err
}

// maxLine is the longest line that is read as one message.
const maxLine = 1 << 20

// lines answers each line that is not empty, to the end of the input, and
// returns how many there were. A message that fails as the database cannot be
// reached is reported, and the next one is answered.
func (c *conversation) lines(ctx context.Context, in io.Reader) (said int, err error) {
	scanner := bufio.NewScanner(in)
	scanner.Buffer(nil, maxLine)
	lines := make(chan string)
	ended := make(chan error, 1)
	// Reading cannot be interrupted; answering can.
	go func() {
		defer close(lines)
		for scanner.Scan() {
			select {
			case lines <- scanner.Text():
			case <-ctx.Done():
				return
			}
		}
		ended <- scanner.Err()
	}()
	unanswered := 0
	defer func() {
		if err == nil && unanswered > 0 && ctx.Err() == nil {
			err = fmt.Errorf("%d of %d messages were not answered: say them again", unanswered, said)
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return said, nil // a signal: end in order
		case line, open := <-lines:
			if !open {
				select {
				case err := <-ended:
					if errors.Is(err, bufio.ErrTooLong) {
						err = errors.New("a line of standard input is longer than 1 MiB: split it into several messages")
					}
					return said, err
				default:
					return said, nil
				}
			}
			if strings.TrimSpace(line) == "" {
				continue
			}
			said++
			switch err := c.say(ctx, line); {
			case errors.Is(err, core.ErrUnavailable) && ctx.Err() == nil:
				// The next message may find the database again.
				unanswered++
				fmt.Fprintf(c.err, "message %d was not answered: %s\n", said, oneParagraph(err))
			case err != nil:
				return said, err
			}
		}
	}
}
