package sql_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql"
)

// The cast of the examples: an agent, two users as she knows them, and the room
// that all are in.
var (
	ada    = core.IDFromText("Ada")
	grace  = core.ScopedID(ada, "grace")
	alan   = core.ScopedID(ada, "alan")
	lounge = core.ScopedID(ada, "lounge")
)

// example runs an example on a database of its own that has the cast. ExampleNew
// shows how a program gets one. An error is printed, and so fails the example.
func example(do func(ctx context.Context, db core.Database) error) {
	ctx, tb := context.Background(), &exampleTB{}
	defer tb.done()
	plugin := sql.New(sql.Config{URL: sql.Tables.Database(tb), SecretSalt: "salt of the examples"})
	db, err := plugin.Adapter.Open(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer plugin.Adapter.Close(ctx) //nolint:errcheck // the example ends here
	if err := enter(ctx, db); err != nil {
		fmt.Println(err)
		return
	}
	if err := do(ctx, db); err != nil {
		fmt.Println(err)
	}
}

// enter saves the cast.
func enter(ctx context.Context, db core.Database) error {
	if err := db.SaveAgent(ctx, &core.Agent{Character: core.Character{Name: "Ada"}, Enabled: true}); err != nil {
		return err
	}
	if err := db.SaveRoom(ctx, &core.Room{ID: lounge, AgentID: ada, Name: "lounge", Source: "cli", Type: core.ChannelGroup}); err != nil {
		return err
	}
	return db.CreateEntities(ctx,
		&core.Entity{ID: grace, AgentID: ada, Names: []string{"Grace"}},
		&core.Entity{ID: alan, AgentID: ada, Names: []string{"Alan"}},
	)
}

// vector stands for what an embedding model makes of a text: 384 numbers, of
// which these are the first and the others zero.
func vector(first ...float32) []float32 {
	return append(first, make([]float32, 384-len(first))...)
}

// exampleTB is what pgtest needs of a test, for an example, which has none.
type exampleTB struct {
	testing.TB
	cleanups []func()
}

func (*exampleTB) Helper()                           {}
func (*exampleTB) Context() context.Context          { return context.Background() }
func (*exampleTB) Fatal(args ...any)                 { panic(fmt.Sprint(args...)) }
func (*exampleTB) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (*exampleTB) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (tb *exampleTB) Cleanup(f func())               { tb.cleanups = append(tb.cleanups, f) }

func (tb *exampleTB) done() {
	for _, cleanup := range slices.Backward(tb.cleanups) {
		cleanup()
	}
}
