package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/elizago/elizago/core"
)

// answerLimit is how long a command that only looks waits for the database.
const answerLimit = 15 * time.Second

// look is withDatabase for a database that exists, within a limit.
func (p *program) look(ctx context.Context, adapter core.Adapter, do func(context.Context, core.Database) error) error {
	return p.answers(ctx, func(ctx context.Context) error { return p.withDatabase(ctx, adapter, existing, do) })
}

// answers calls do with answerLimit: a server that hangs accepts connections, and
// answers none.
func (p *program) answers(ctx context.Context, do func(context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, p.answerLimit)
	defer cancel()
	err := do(limited)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return fmt.Errorf("the database does not answer within %s: look at its log, and at what its machine is doing", p.answerLimit)
	}
	return err
}
