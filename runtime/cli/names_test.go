package cli

import (
	"bytes"
	"regexp"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

// The help of every command names the program as it was started.
func TestHelpNamesTheProgram(t *testing.T) {
	t.Parallel()
	p := &program{Streams: Streams{In: &bytes.Buffer{}, Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}, name: "bot"}
	other := regexp.MustCompile("(^|[` ])elizago ")
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		for _, text := range []string{cmd.Long, cmd.Example, cmd.UsageString()} {
			require.NotRegexp(t, other, text, cmd.CommandPath())
		}
		for _, next := range cmd.Commands() {
			walk(next)
		}
	}
	walk(p.command())
}
