package sql_test

import (
	"context"
	"fmt"
	"time"

	"github.com/elizago/elizago/core"
)

// All log entries that name a run are summed up: how long it took, and what was
// done in it.
func ExampleDatabase_Runs() {
	example(func(ctx context.Context, db core.Database) error {
		noon := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
		entry := func(kind string, second int, body map[string]any) *core.Log {
			body["runId"] = "run 1"
			return &core.Log{
				AgentID: ada, EntityID: grace, RoomID: lounge, Type: kind, Body: body,
				CreatedAt: noon.Add(time.Duration(second) * time.Second),
			}
		}
		err := db.CreateLogs(ctx, []*core.Log{
			entry(core.LogRun, 0, map[string]any{"status": core.RunStarted}),
			entry(core.LogModelPrefix+"TEXT_LARGE", 2, map[string]any{}),
			entry(core.LogAction, 3, map[string]any{"action": "REPLY"}),
			entry(core.LogAction, 3, map[string]any{"action": "SEND_MAIL", "error": "no such address"}),
			entry(core.LogRun, 4, map[string]any{"status": core.RunCompleted}),
		})
		if err != nil {
			return err
		}

		page, err := db.Runs(ctx, core.RunQuery{AgentID: ada, Since: noon, Limit: 10})
		if err != nil {
			return err
		}
		for _, run := range page.Runs {
			fmt.Printf("%s: %s after %s\n", run.ID, run.Status, run.Took())
			fmt.Printf("%d model call, %d actions, %d error\n", run.ModelCalls, run.Actions, run.Errors)
		}
		return nil
	})
	// Output:
	// run 1: completed after 4s
	// 1 model call, 2 actions, 1 error
}
