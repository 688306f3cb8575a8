package core_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// The ids are those that elizaOS 1.7's stringToUuid was measured to give.
func TestIDFromTextIsElizaOS(t *testing.T) {
	t.Parallel()
	golden := map[string]string{
		"Eliza":       "b850bc30-45f8-0041-a00a-83df46d8555d",
		"hello world": "f0355dd5-2823-054c-ae66-a0b12842c215",
		"test-agent":  "b8af647b-f617-0ae3-ab07-acb81861d7e2",
		"":            "da39a3ee-5e6b-0b0d-b255-bfef95601890",
	}
	for text, want := range golden {
		require.Equal(t, want, core.IDFromText(text).String(), "of %q", text)
	}
	require.Equal(t, golden["Eliza"], core.IDFromText(golden["Eliza"]).String(), "an id is itself")
}

func TestScopedID(t *testing.T) {
	t.Parallel()
	agent := core.IDFromText("Eliza")
	require.Equal(t, agent, core.ScopedID(agent, agent.String()))
	require.Equal(t, core.IDFromText("ada:"+agent.String()), core.ScopedID(agent, "ada"))
	require.NotEqual(t, core.ScopedID(agent, "ada"), core.ScopedID(core.IDFromText("Other"), "ada"))
}

func TestNewIDsSortByTime(t *testing.T) {
	t.Parallel()
	last := uuid.Nil
	for range 1000 {
		id := core.NewID()
		require.Equal(t, uuid.Version(7), id.Version())
		require.Greater(t, id.String(), last.String())
		last = id
	}
}

func ExampleIDFromText() {
	fmt.Println(core.IDFromText("Eliza"))
	// Output: b850bc30-45f8-0041-a00a-83df46d8555d
}
