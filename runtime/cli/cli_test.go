package cli_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgcluster"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/plugins/bootstrap"
	"github.com/elizago/elizago/plugins/classic"
	"github.com/elizago/elizago/plugins/preferences"
	"github.com/elizago/elizago/plugins/sql"
	"github.com/elizago/elizago/runtime/cli"
)

// The scripts run the program as a user does, as processes of its own: the
// test binary is the program when it is called elizago.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"elizago":   func() { cli.Main(sql.Module, bootstrap.Module, classic.Module, preferences.Module) },
		"adapters":  func() { cli.Main(sql.Module, otherAdapter, bootstrap.Module, classic.Module) },
		"elsewhere": func() { cli.Main(elsewhereAdapter, bootstrap.Module, classic.Module) },
		"service":   func() { cli.Main(sql.Module, cli.Plugins(bootstrap.New(), classic.New(), keyed()), ticker) },
		"before":    func() { cli.Main(sql.Module, bootstrap.Module, classic.Module, notes(word, precious)) },
		"after":     func() { cli.Main(sql.Module, bootstrap.Module, classic.Module, notes(word, tone)) },
		"wide":      func() { cli.Main(sql.Module, bootstrap.Module, classic.Module, wideModel("@test/wide")) },
		"broad":     func() { cli.Main(sql.Module, bootstrap.Module, classic.Module, wideModel("@test/broad")) },
		"hostile":   func() { cli.Main(sql.Module, bootstrap.Module, classic.Module, hostileModel) },
		"older":     func() { cli.Main(sql.Module, bootstrap.Module, classic.Module, diary(false)) },
		"newer":     func() { cli.Main(sql.Module, bootstrap.Module, classic.Module, diary(true)) },
		"unique":    func() { cli.Main(sql.Module, bootstrap.Module, classic.Module, notes(uniqueWord, tone)) },
	})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			// A script brings programs of its own, which user postgres must be
			// able to run where root has no other way.
			for _, dir := range []string{filepath.Dir(env.WorkDir), env.WorkDir} {
				if err := os.Chmod(dir, 0o755); err != nil {
					return err
				}
			}
			env.Setenv("PGLITE_DATA_DIR", filepath.Join(env.WorkDir, "db"))
			env.Setenv("ELIZA_PG_BIN", os.Getenv("ELIZA_PG_BIN"))
			// A script whose name ends with server has an empty database there.
			if strings.HasSuffix(filepath.Base(env.WorkDir), "server") {
				env.Setenv("POSTGRES_URL", pgtest.Database(env.T().(testing.TB)))
			}
			// A script that fails in the middle must leave no server behind.
			env.Defer(func() {
				ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
				defer cancel()
				for _, dir := range []string{"db", "restored"} {
					_ = pgcluster.Stop(ctx, pgcluster.Config{Dir: filepath.Join(env.WorkDir, dir)}, true)
				}
			})
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"waitfor": waitFor,
			"kill9":   kill9,
			"signal":  signal,
		},
	})
}

// waitFor waits until a command succeeds: waitfor elizago db status.
func waitFor(ts *testscript.TestScript, _ bool, args []string) {
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if err := ts.Exec(args[0], args[1:]...); err == nil {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%v never succeeded", args)
		}
	}
}

// kill9 kills the server of the cluster in a directory, as the system may.
func kill9(ts *testscript.TestScript, _ bool, args []string) {
	status, err := pgcluster.Inspect(context.Background(), pgcluster.Config{Dir: ts.MkAbs(args[0]), BinDir: ts.Getenv("ELIZA_PG_BIN")})
	ts.Check(err)
	if !status.Running {
		ts.Fatalf("no server runs in %s", args[0])
	}
	process, err := os.FindProcess(status.PID)
	ts.Check(err)
	ts.Check(process.Kill())
}

// signal starts a program whose input stays open, sends it a signal when it is
// ready, and wants it to end well: signal SIGTERM elizago start.
func signal(ts *testscript.TestScript, _ bool, args []string) {
	signals := map[string]os.Signal{"SIGINT": syscall.SIGINT, "SIGTERM": syscall.SIGTERM}
	path, err := exec.LookPath(filepath.Join(strings.Split(ts.Getenv("PATH"), string(os.PathListSeparator))[0], args[1]))
	ts.Check(err)
	cmd := exec.Command(path, args[2:]...)
	cmd.Dir = ts.Getenv("WORK")
	for _, name := range []string{"PATH", "HOME", "PGLITE_DATA_DIR", "ELIZA_PG_BIN", "TMPDIR"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	input, err := cmd.StdinPipe()
	ts.Check(err)
	defer input.Close()
	stderr, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		if strings.Contains(lines.Text(), "  ready  ") {
			ts.Check(cmd.Process.Signal(signals[args[0]]))
		}
	}
	if err := cmd.Wait(); err != nil {
		ts.Fatalf("%v after %s", err, args[0])
	}
}

func TestRunReturnsTheExitCode(t *testing.T) {
	t.Parallel()
	var out, errs strings.Builder
	code := cli.Run(t.Context(), cli.Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, []string{"nonsense"})
	require.Equal(t, 1, code)
	require.Contains(t, errs.String(), `unknown command "nonsense": see `)
	require.Empty(t, out.String())
}
