package core_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

func TestNewActionNeedsAnObject(t *testing.T) {
	t.Parallel()
	require.PanicsWithValue(t, "core: the arguments of action A have no JSON schema: string is neither a struct nor a map", func() {
		core.NewAction("A", "a", core.EffectRead, func(context.Context, core.ActionCall, string) (*core.ActionResult, error) { return nil, nil })
	})
}

// An action with typed arguments, and what a model sees of it.
func ExampleNewAction() {
	type roll struct {
		Sides int `json:"sides" jsonschema:"how many sides the die has"`
	}
	action := core.NewAction("ROLL_DICE", "Rolls a die.", core.EffectRead,
		func(_ context.Context, _ core.ActionCall, args roll) (*core.ActionResult, error) {
			return &core.ActionResult{Text: fmt.Sprintf("Rolled one of %d sides.", args.Sides)}, nil
		})
	action.Examples = [][]core.ExampleLine{{{Name: "{{user}}", Content: core.Content{Text: "roll a d20"}}}}
	fmt.Println(action.Tool().Description)
	result, err := action.Handle(context.Background(), core.ActionCall{Args: json.RawMessage(`{"sides": 20}`)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Text)
	// Output:
	// Rolls a die. Example: user: roll a d20
	// Rolled one of 20 sides.
}
