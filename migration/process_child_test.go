package migration_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/elizago/elizago/migration"
)

// Some tests are about processes: those that start at once, and those that are
// killed. Each is this test binary, started again with an order.

// orderVariable makes a process a child. It carries the order.
const orderVariable = "ELIZAGO_MIGRATION_TEST_ORDER"

// order is what a child is to do: one run of the engine.
type order struct {
	URL     string
	Schema  string // a key of childSchemas
	Force   bool
	Barrier bool // connect, say so, and wait for the end of standard input
	Kill    killPoint
}

// outcome is what a child says when it has done it.
type outcome struct {
	UpToDate   bool
	Statements int
	Queries    int // all but isLook's, with the transaction's BEGIN and COMMIT
	Committed  int // which of them was the first COMMIT
	Error      string
}

// childSchemas are the desired states that a child can be told to bring about.
var childSchemas = map[string]func() []migration.Unit{}

// child does what the order in the environment says. Without one it returns
// false: this is no child.
func child() bool {
	text, ok := os.LookupEnv(orderVariable)
	if !ok {
		return false
	}
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	result, err := o.do()
	if err != nil {
		result.Error = err.Error()
	}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return true
}

func (o order) do() (result outcome, err error) {
	config, err := pgx.ParseConfig(o.URL)
	if err != nil {
		return result, err
	}
	killer := &killer{point: o.Kill}
	killer.watch(config)
	db := stdlib.OpenDB(*config)
	defer db.Close()
	e, err := migration.New(migration.Config{DB: db, Logger: killer.logger()})
	if err != nil {
		return result, err
	}
	units := childSchemas[o.Schema]()
	if o.Barrier {
		if err := db.Ping(); err != nil {
			return result, err
		}
		fmt.Println("ready")
		if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
			return result, err
		}
	}
	killer.armed.Store(true)
	done, err := e.Run(context.Background(), units, migration.Options{Force: o.Force})
	result.Queries, result.Committed = int(killer.queries.Load()), int(killer.committed.Load())
	if err != nil {
		return result, err
	}
	result.UpToDate, result.Statements = done.UpToDate, len(done.Plan.Statements)
	return result, nil
}

// process is a child that runs.
type process struct {
	order  order
	cmd    *exec.Cmd
	stdout *bufio.Reader
	stderr bytes.Buffer
}

// spawn starts a child; stdin may be nil. It is killed after the test at the
// latest.
func spawn(t testing.TB, o order, stdin *os.File) *process {
	t.Helper()
	text, err := json.Marshal(o)
	require.NoError(t, err)
	p := &process{order: o, cmd: exec.Command(os.Args[0])}
	p.cmd.Env = append(os.Environ(), orderVariable+"="+string(text))
	if stdin != nil {
		p.cmd.Stdin = stdin
	}
	p.cmd.Stderr = &p.stderr
	out, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	p.stdout = bufio.NewReader(out)
	require.NoError(t, p.cmd.Start())
	t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			_ = p.cmd.Process.Kill()
			_ = p.cmd.Wait()
		}
	})
	return p
}

// ready waits until a child with a barrier stands before it.
func (p *process) ready(t testing.TB) {
	t.Helper()
	line, err := p.stdout.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "ready\n", line)
}

// outcome waits for the end of a child and wants it to be a good one.
func (p *process) outcome(t testing.TB) outcome {
	t.Helper()
	var result outcome
	text, err := io.ReadAll(p.stdout)
	require.NoError(t, err)
	require.NoError(t, p.cmd.Wait(), p.stderr.String())
	require.NoError(t, json.Unmarshal(text, &result), "%s %s", text, p.stderr.String())
	return result
}

// killed waits for the end of a child and wants it to have been killed.
func (p *process) killed(t testing.TB) {
	t.Helper()
	text, err := io.ReadAll(p.stdout)
	require.NoError(t, err)
	err = p.cmd.Wait()
	require.Error(t, err, "it was not killed at %+v and says %s", p.order.Kill, text)
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	require.True(t, ok)
	require.True(t, status.Signaled(), "%v %s", err, p.stderr.String())
	require.Equal(t, syscall.SIGKILL, status.Signal())
}

// kill ends a child where it stands.
func (p *process) kill(t testing.TB) {
	t.Helper()
	require.NoError(t, p.cmd.Process.Kill())
	p.killed(t)
}

// together starts n children and returns when all are connected. start lets
// them go, and end waits for all.
func together(t testing.TB, n int, o order) (start func(), end func() []outcome) {
	t.Helper()
	barrier, open, err := os.Pipe()
	require.NoError(t, err)
	o.Barrier = true
	children := make([]*process, n)
	for i := range children {
		children[i] = spawn(t, o, barrier)
	}
	require.NoError(t, barrier.Close())
	for _, p := range children {
		p.ready(t)
	}
	start = func() { require.NoError(t, open.Close()) }
	end = func() []outcome {
		outcomes := make([]outcome, n)
		for i, p := range children {
			outcomes[i] = p.outcome(t)
		}
		return outcomes
	}
	return start, end
}

// quiet is a logger whose entries go nowhere but to the hook.
func quiet(hook func(zapcore.Entry) error) *zap.Logger {
	encoder := zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig())
	return zap.New(zapcore.NewCore(encoder, zapcore.AddSync(io.Discard), zap.DebugLevel), zap.Hooks(hook))
}

// isStatement says whether an entry is about a statement of the plan that was
// executed.
func isStatement(entry zapcore.Entry) bool {
	return strings.HasPrefix(entry.Message, "executed statement")
}
