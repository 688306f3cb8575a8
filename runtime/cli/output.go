package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/elizago/elizago/runtime"
)

// output is where everything goes that commands print, also errors and the log.
// It keeps secrets out of it, and escapes what a terminal would obey: names and
// texts come from models, users and databases. What is no text for people, such
// as a dump, is written to raw.
//
// It remembers that it could not be written to, as when a disk is full, so that
// a command whose words were lost does not end well.
//
// A pipe that is full blocks who writes to it. Once stop is closed, as by a
// signal, a write is given up after patience, and so are all later ones.
type output struct {
	name     string
	secrets  *runtime.Secrets
	stop     <-chan struct{}
	patience time.Duration

	mu   sync.Mutex
	raw  io.Writer
	held []byte // the end of what was written: a secret or a rune may begin there
	err  error
}

// Write implements io.Writer.
func (o *output) Write(text []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	all := append(o.held, text...)
	keep := max(o.secrets.Begun(all), begunRune(all))
	o.held = append([]byte(nil), all[len(all)-keep:]...)
	if err := o.put(all[:len(all)-keep]); err != nil {
		return 0, err
	}
	return len(text), nil
}

// flush writes what is held.
func (o *output) flush() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	held := o.held
	o.held = nil
	_ = o.put(held)
	return o.err
}

func (o *output) put(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	err := o.write(escape(o.secrets.Redact(string(text))))
	if err != nil && o.err == nil {
		o.err = fmt.Errorf("%s cannot be written: %w", o.name, err)
	}
	return err
}

// unreadPatience is how long a program that is to end waits for who reads its
// output.
const unreadPatience = 2 * time.Second

var errUnread = errors.New("it is not read")

func (o *output) write(text string) error {
	if errors.Is(o.err, errUnread) {
		return errUnread
	}
	written := make(chan error, 1)
	go func() {
		_, err := io.WriteString(o.raw, text)
		written <- err
	}()
	select {
	case err := <-written:
		return err
	case <-o.stop:
	}
	patient := time.NewTimer(o.patience)
	defer patient.Stop()
	select {
	case err := <-written:
		return err
	case <-patient.C:
		return errUnread
	}
}

// raw returns what a writer of a command writes to in the end.
func raw(out io.Writer) io.Writer {
	if o, ok := out.(*output); ok {
		return o.raw
	}
	return out
}

// begunRune returns the length of the incomplete rune that the text ends with.
func begunRune(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if last := text[len(text)-n:]; utf8.RuneStart(last[0]) {
			if utf8.FullRune(last) {
				return 0
			}
			return n
		}
	}
	return 0
}

// escape returns the text with control characters as \u001b, which JSON
// understands as well. Line breaks and tabs stay.
func escape(text string) string {
	if strings.IndexFunc(text, obeyed) < 0 && utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	for _, r := range text { // invalid bytes are U+FFFD
		if obeyed(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// obeyed reports whether a terminal does something else with r than to show it:
// controls of C0 and C1, and those that change the direction of text.
func obeyed(r rune) bool {
	switch {
	case r == '\n', r == '\t':
		return false
	case r < ' ', r >= 0x7f && r <= 0x9f:
		return true
	}
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}
