//go:build chaos

package chaos

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgcluster"
)

// load is programs that write.
type load struct {
	programs []*running
}

type running struct {
	name   string
	input  io.Closer
	output *bufio.Scanner
	wait   func() error
}

// start starts programs, each with so many writers, and returns when all of
// them write.
func start(t *testing.T, programs, writers int, environment ...string) *load {
	t.Helper()
	l := &load{}
	for i := range programs {
		command := exec.Command(os.Args[0]) //nolint:gosec // itself
		command.Env = append(os.Environ(), environment...)
		command.Env = append(command.Env, fmt.Sprintf("%s=%d", writersVariable, writers))
		log, err := os.Create(filepath.Join(t.TempDir(), fmt.Sprintf("program%d.log", i))) //nolint:gosec // the test's own folder
		require.NoError(t, err)
		command.Stderr = log
		t.Cleanup(func() {
			_ = log.Close()
			if text, err := os.ReadFile(log.Name()); err == nil && t.Failed() {
				t.Logf("program %d said:\n%s", i, text)
			}
		})
		input, err := command.StdinPipe()
		require.NoError(t, err)
		output, err := command.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, command.Start())
		t.Cleanup(func() { _ = command.Process.Kill() })
		lines := bufio.NewScanner(output)
		l.programs = append(l.programs, &running{fmt.Sprintf("program %d", i), input, lines, command.Wait})
	}
	for _, p := range l.programs {
		require.True(t, p.output.Scan() && p.output.Text() == "ready", "%s did not start", p.name)
	}
	return l
}

// stop ends the programs and returns their calls.
func (l *load) stop(t *testing.T) []call {
	t.Helper()
	for _, p := range l.programs {
		require.NoError(t, p.input.Close())
	}
	var calls []call
	for _, p := range l.programs {
		for p.output.Scan() {
			var one call
			require.NoError(t, json.Unmarshal(p.output.Bytes(), &one), "%s: %s", p.name, p.output.Text())
			calls = append(calls, one)
		}
		require.NoError(t, p.output.Err())
		require.NoError(t, p.wait(), p.name)
	}
	return calls
}

// Errors of calls, by what they mean to the caller.
const (
	inDoubt     = "in doubt"     // it was sent, and no answer came
	diskFull    = "disk full"    // the server refused it
	breakerOpen = "breaker open" // it was not sent, as the server was away for too long
)

var meanings = []struct {
	words   *regexp.Regexp
	meaning string
}{
	{regexp.MustCompile(`the database went away: try again when it is back; its log says why`), inDoubt},
	{regexp.MustCompile(`the server did not answer in time`), inDoubt},
	{regexp.MustCompile(`the server's disk is full: free some space and try again`), diskFull},
	{regexp.MustCompile(`calls in succession have failed, so none is made until`), breakerOpen},
}

func meaning(err string) string {
	for _, m := range meanings {
		if m.words.MatchString(err) {
			return m.meaning
		}
	}
	return err
}

// away are the times in which a server took no connection.
type away struct {
	times []interval
	stop  func()
}

type interval struct{ from, to time.Time }

// observe tries to connect ten times a second until stop is called.
func observe(t *testing.T, url string) *away {
	t.Helper()
	cfg, err := pgcluster.ParseConfig(url)
	require.NoError(t, err)
	cfg.ConnectTimeout = time.Second
	a := &away{}
	done, ended := make(chan struct{}), make(chan struct{})
	a.stop = sync.OnceFunc(func() { close(done); <-ended })
	t.Cleanup(a.stop)
	go func() {
		defer close(ended)
		var since time.Time // zero: it is there
		for last := time.Now(); ; last = time.Now() {
			conn, err := pgx.ConnectConfig(context.Background(), cfg)
			switch {
			case err == nil && !since.IsZero():
				a.times = append(a.times, interval{since, time.Now()})
				since = time.Time{}
			case err != nil && since.IsZero():
				since = last
			}
			if err == nil {
				_ = conn.Close(context.Background())
			}
			select {
			case <-done:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	}()
	return a
}

// patience is how long a call waits for a server.
const patience = 10 * time.Second

// excuses reports whether the server was away for as long as a call waits.
func (a *away) excuses(c call) bool {
	if a == nil {
		return false
	}
	for _, i := range a.times {
		if i.from.Before(c.Began.Add(time.Second)) && i.to.After(c.Began.Add(patience-time.Second)) {
			return true
		}
	}
	return false
}

func (a *away) String() string {
	var all []string
	for _, i := range a.times {
		all = append(all, fmt.Sprintf("%.1f", i.to.Sub(i.from).Seconds()))
	}
	return strings.Join(all, ", ")
}

// check looks for what all calls have written, prints the figures, and fails
// the test if an acknowledged write is missing, if anything is there twice or
// in part, if a call failed that waiting would have served, or if one took
// longer than its limit.
func check(t *testing.T, url string, calls []call, gone *away, limit time.Duration) {
	t.Helper()
	if gone != nil {
		gone.stop()
		t.Logf("the server was away for %s s", gone)
	}
	stored := keysIn(t, url)
	var acknowledged, missing, forgotten, twice, halves int
	var longest time.Duration
	failed := map[string]int{}
	for _, c := range calls {
		longest = max(longest, c.Took)
		there := 0
		for _, key := range c.Keys {
			if stored[key] > 1 {
				twice++
			}
			there += min(stored[key], 1)
		}
		if there != 0 && there != len(c.Keys) {
			halves++
		}
		if c.Error != "" {
			what := meaning(c.Error)
			if gone.excuses(c) && what != inDoubt {
				what = breakerOpen
			}
			failed[what]++
			continue
		}
		acknowledged++
		switch {
		case there == len(c.Keys):
		case c.Kind == "cache": // may lose the last 0.6 s in a crash, as documented
			forgotten++
		default:
			missing++
		}
	}
	t.Logf("%d calls: %d acknowledged, %d of them missing, %d cache entries lost; %d there twice; %d half transactions; the longest took %.1f s; failed: %d in doubt, %d for a full disk, %d as the server was away for too long",
		len(calls), acknowledged, missing, forgotten, twice, halves, longest.Seconds(), failed[inDoubt], failed[diskFull], failed[breakerOpen])
	require.NotZero(t, acknowledged)
	require.Zero(t, missing, "acknowledged writes that are not there")
	require.Zero(t, twice, "writes that are there twice")
	require.Zero(t, halves, "transactions of which a half is there")
	for _, expected := range []string{inDoubt, diskFull, breakerOpen} {
		delete(failed, expected)
	}
	require.Empty(t, failed, "calls that waiting would have served")
	require.LessOrEqual(t, longest, limit, "calls that waited longer than their limit")
}

// keysIn counts the keys in a database.
func keysIn(t *testing.T, url string) map[string]int {
	t.Helper()
	cfg, err := pgcluster.ParseConfig(url)
	require.NoError(t, err)
	var conn *pgx.Conn
	require.Eventually(t, func() bool {
		conn, err = pgx.ConnectConfig(context.Background(), cfg)
		return err == nil
	}, time.Minute, 50*time.Millisecond)
	defer conn.Close(context.Background())
	rows, err := conn.Query(context.Background(),
		"SELECT content->>'text' FROM memories UNION ALL SELECT name FROM tasks UNION ALL SELECT key FROM cache")
	require.NoError(t, err)
	keys, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	counts := map[string]int{}
	for _, key := range keys {
		counts[strings.TrimSpace(key)]++
	}
	return counts
}
