package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/elizago/elizago/core"
)

// answerLimit is how long a command that only looks waits for the database.
const answerLimit = 15 * time.Second

// look is withDatabase for a database that exists, within a limit: a server
// that hangs accepts connections, and answers none.
func (p *program) look(ctx context.Context, adapter core.Adapter, do func(context.Context, core.Database) error) error {
	limited, cancel := context.WithTimeout(ctx, p.answerLimit)
	defer cancel()
	err := p.withDatabase(limited, adapter, existing, do)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return fmt.Errorf("the database does not answer within %s: look at its log, and at what its machine is doing", p.answerLimit)
	}
	return err
}
