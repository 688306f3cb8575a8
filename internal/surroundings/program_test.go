package surroundings

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// build builds the program that users have, for as long as the test lasts.
func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "elizago")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", path, "github.com/elizago/elizago/cmd/elizago").CombinedOutput()
	require.NoError(t, err, string(out))
	return path
}

// outcome is what one command line did.
type outcome struct {
	line     string
	code     int
	out, err string
}

func (o outcome) String() string {
	return "elizago " + o.line + "\n" + o.out + o.err
}

// runLimit ends a program that does not end by itself.
const runLimit = 3 * time.Minute

// run runs the program with nothing of this process's environment but what finds
// programs.
func (s *scene) run(t *testing.T, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), runLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.program, args...)
	cmd.Dir = s.dir
	for _, name := range []string{"PATH", "TMPDIR", "ELIZA_PG_BIN", "LD_LIBRARY_PATH"} {
		if value, set := os.LookupEnv(name); set {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	cmd.Env = append(cmd.Env, "HOME="+s.dir)
	if !s.inFile {
		cmd.Env = append(cmd.Env, "POSTGRES_URL="+s.url)
	}
	cmd.Env = append(cmd.Env, s.env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	o := outcome{line: strings.Join(args, " "), code: cmd.ProcessState.ExitCode(), out: out.String(), err: errs.String()}
	require.NoError(t, ctx.Err(), "%s\ndoes not end", o)
	return o
}

// runAs is run with another connection string.
func (s *scene) runAs(t *testing.T, url string, args ...string) outcome {
	t.Helper()
	other := *s
	other.url = url
	return other.run(t, args...)
}
