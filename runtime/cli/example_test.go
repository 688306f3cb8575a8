package cli_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/elizago/elizago/plugins/bootstrap"
	"github.com/elizago/elizago/plugins/classic"
	"github.com/elizago/elizago/plugins/sql"
	"github.com/elizago/elizago/runtime/cli"
)

// Main does this with the process's arguments and streams.
func ExampleRun() {
	dir, err := os.MkdirTemp("", "eliza")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	os.Setenv("PGLITE_DATA_DIR", dir)
	defer os.Unsetenv("PGLITE_DATA_DIR")

	var reply strings.Builder
	code := cli.Run(context.Background(), cli.Streams{In: strings.NewReader(""), Out: &reply, Err: os.Stderr},
		[]string{"start", "--message", "Are you real?"},
		sql.Module, bootstrap.Module, classic.Module)
	fmt.Println(code, strings.Contains(reply.String(), "1966"))
	// Output: 0 true
}
