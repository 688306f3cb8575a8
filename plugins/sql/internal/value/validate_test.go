package value

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// A wrong request and a failure of the database differ by their error, not only by
// its text.
func TestInvalidRequests(t *testing.T) {
	t.Parallel()
	negative := -1
	for want, err := range map[string]error{
		"sql: Memory.AgentID is missing: it is required":                 Required(IDField("Memory.AgentID", uuid.Nil)),
		"sql: Task.Name is missing: it is required":                      Required(TextField("Task.Name", "\x00")),
		"sql: the task is nil: give one":                                 NotNil[core.Task]("the task", nil),
		"sql: Task.Name has 1001 bytes: it may have 1000":                Indexable("Task.Name", strings.Repeat("a", 1001)),
		"sql: tasks with limit -1 and offset 0: neither may be negative": CheckPage("tasks", &negative, 0, 50),
	} {
		require.EqualError(t, err, want)
		require.ErrorIs(t, err, core.ErrInvalid, want)
		require.ErrorIs(t, fmt.Errorf("further out: %w", err), core.ErrInvalid)
	}
	cause := errors.New("the cause")
	require.ErrorIs(t, Invalid("sql: it: %w", cause), cause)
	require.NoError(t, CheckPage("tasks", new(int), 0, 50))
}
