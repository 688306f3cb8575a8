package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

const (
	terminalHelp    = `Say something. An empty line is nothing; /quit, Ctrl-D or Ctrl-C ends.`
	terminalGoodbye = `Goodbye. What you said is remembered.`
)

// terminal talks until the user quits, a signal comes, or the terminal goes
// away. A message that fails is reported, and the conversation goes on.
func (c *conversation) terminal(ctx context.Context, in *os.File) error {
	fmt.Fprintln(c.out, terminalHelp)
	editor := &lineEditor{in: in, terminal: term.NewTerminal(readWriter{in, raw(c.out)}, escape(c.flags.user)+"> ")}
	for {
		line, err := editor.read(ctx)
		if errors.Is(err, io.EOF) || ctx.Err() != nil {
			fmt.Fprintln(c.out, terminalGoodbye)
			return nil
		}
		if err != nil {
			return err
		}
		switch line = strings.TrimSpace(line); line {
		case "":
			continue
		case "/quit", "/exit", "/q":
			fmt.Fprintln(c.out, terminalGoodbye)
			return nil
		case "/help", "/?":
			fmt.Fprintln(c.out, terminalHelp)
			continue
		}
		if err := c.say(ctx, line); err != nil && ctx.Err() == nil {
			fmt.Fprintln(c.out, oneParagraph(err))
		}
	}
}

// lineEditor reads lines with editing and history. The terminal is in raw
// mode only while a line is typed, so that Ctrl-C interrupts an answer as it
// would any program.
type lineEditor struct {
	in       *os.File
	terminal *term.Terminal
}

func (e *lineEditor) read(ctx context.Context) (string, error) {
	fd := int(e.in.Fd())
	state, err := term.MakeRaw(fd)
	if err != nil {
		return "", fmt.Errorf("the terminal cannot be read: %w", err)
	}
	defer func() { _ = term.Restore(fd, state) }()
	if width, height, err := term.GetSize(fd); err == nil && width > 0 {
		_ = e.terminal.SetSize(width, height)
	}
	type typed struct {
		line string
		err  error
	}
	done := make(chan typed, 1)
	// Reading cannot be interrupted: after a signal this goroutine stays, and
	// ends with the process.
	go func() {
		line, err := e.terminal.ReadLine()
		if errors.Is(err, term.ErrPasteIndicator) {
			err = nil
		}
		done <- typed{line, err}
	}()
	select {
	case t := <-done:
		return t.line, t.err
	case <-ctx.Done():
		fmt.Fprint(e.terminal, "\n")
		return "", context.Cause(ctx)
	}
}

type readWriter struct {
	io.Reader
	io.Writer
}
