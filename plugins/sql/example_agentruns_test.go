package sql_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
)

// A process that dies leaves its run to another one, and writes nothing to it if
// it was only stopped.
func ExampleDatabase_ClaimRun() {
	example(func(ctx context.Context, db core.Database) error {
		first, second := core.NewID(), core.NewID()
		message := &core.Memory{Type: core.MemoryMessages, AgentID: ada, RoomID: lounge, EntityID: grace, Content: core.Content{Text: "hello"}}
		run, _, err := db.StartRun(ctx, core.RunStart{Message: message, Owner: first, Lease: time.Millisecond})
		if err != nil {
			return err
		}
		time.Sleep(10 * time.Millisecond) // instead of answering
		taken, err := db.ClaimRun(ctx, core.RunClaim{AgentIDs: []uuid.UUID{ada}, Owner: second, Lease: time.Minute})
		if err != nil {
			return err
		}
		fmt.Println("the same run:", taken.ID == run.ID, "attempt", taken.Attempt)

		reply := func(text string) *core.Memory {
			return &core.Memory{Type: core.MemoryMessages, AgentID: ada, RoomID: lounge, Content: core.Content{Text: text}}
		}
		err = db.FinishRun(ctx, core.RunEnd{RunFence: run.Fence(), Status: core.RunCompleted, Reply: reply("too late")})
		fmt.Println("the first process:", errors.Is(err, core.ErrRunLost))
		err = db.FinishRun(ctx, core.RunEnd{RunFence: taken.Fence(), Status: core.RunCompleted, Reply: reply("good day")})
		fmt.Println("the second:", err)
		return nil
	})
	// Output:
	// the same run: true attempt 2
	// the first process: true
	// the second: <nil>
}

// What a source names keeps its id.
func ExampleDatabase_Identify() {
	example(func(ctx context.Context, db core.Database) error {
		user := core.Identity{Kind: core.IdentityEntity, ExternalID: "81274"}
		for _, source := range []string{"discord", "discord", "http"} {
			ids, err := db.Identify(ctx, ada, source, user)
			if err != nil {
				return err
			}
			fmt.Println(source, ids[0] == core.IdentityID(ada, "discord", core.IdentityEntity, "81274"))
		}
		return nil
	})
	// Output:
	// discord true
	// discord true
	// http false
}
