package cli

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/agenttest"
	"github.com/elizago/elizago/plugins/bootstrap"
	"github.com/elizago/elizago/plugins/classic"
	"github.com/elizago/elizago/runtime"
)

// unread is a pipe that is full, and that is not read.
type unread struct {
	once    sync.Once
	written chan struct{}
	end     chan struct{}
}

func (u *unread) Write([]byte) (int, error) {
	u.once.Do(func() { close(u.written) })
	<-u.end
	return 0, io.ErrClosedPipe
}

// A program whose output is not read any more ends when it is told to.
func TestASignalEndsAProgramWhoseOutputIsNotRead(t *testing.T) {
	t.Parallel()
	pipe := &unread{written: make(chan struct{}), end: make(chan struct{})}
	defer close(pipe.end)
	ctx, signal := context.WithCancel(t.Context())
	defer signal()
	out := &output{raw: pipe, name: "standard output", secrets: runtime.NewSecrets(), stop: ctx.Done(), patience: time.Millisecond}
	flags := startFlags{user: "grace", room: "main"}
	talk := &conversation{
		agent: agenttest.Start(t, bootstrap.New(), classic.New()), out: out, err: io.Discard, flags: flags,
		printer: newPrinter(out, "Ada", flags, false),
	}
	ended := make(chan error)
	go func() {
		_, err := talk.lines(ctx, strings.NewReader("hello\nhello again\n"))
		ended <- err
	}()
	<-pipe.written
	signal()
	require.Error(t, <-ended)
	require.ErrorContains(t, out.flush(), "standard output cannot be written: it is not read")
	_, err := out.Write([]byte("more"))
	require.Error(t, err, "not waited for again")
}

// After the signal, what can be written is.
func TestWordsAfterASignalAreWritten(t *testing.T) {
	t.Parallel()
	var heard bytes.Buffer
	ctx, signal := context.WithCancel(t.Context())
	signal()
	out := &output{raw: &heard, name: "standard error", secrets: runtime.NewSecrets(), stop: ctx.Done(), patience: time.Minute}
	_, err := io.WriteString(out, "it has ended\n")
	require.NoError(t, err)
	require.NoError(t, out.flush())
	require.Equal(t, "it has ended\n", heard.String())
}
