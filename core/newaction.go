package core

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/jsonschema-go/jsonschema"
)

// NewAction returns an action with typed arguments. In is a struct, or a map
// with string keys, whose JSON schema the model sees: fields with omitempty are
// optional, and the tag jsonschema describes a field:
//
//	type roll struct {
//		Sides int `json:"sides" jsonschema:"how many sides the die has"`
//	}
//
// handle receives arguments that fit. NewAction panics if In has no JSON
// schema, as it is called while a program is put together.
func NewAction[In any](name, description string, effect Effect,
	handle func(ctx context.Context, call ActionCall, args In) (*ActionResult, error),
) Action {
	schema, err := jsonschema.For[In](nil)
	if err == nil && schema.Type != "object" {
		err = fmt.Errorf("%T is neither a struct nor a map", *new(In))
	}
	if err != nil {
		panic(fmt.Sprintf("core: the arguments of action %s have no JSON schema: %v", name, err))
	}
	return Action{
		Name: name, Description: description, Effect: effect, Args: schema,
		Handle: func(ctx context.Context, call ActionCall) (*ActionResult, error) {
			var args In
			if len(call.Args) > 0 {
				if err := json.Unmarshal(call.Args, &args); err != nil {
					return nil, fmt.Errorf("core: the arguments of action %s: %w", name, err)
				}
			}
			return handle(ctx, call, args)
		},
	}
}
