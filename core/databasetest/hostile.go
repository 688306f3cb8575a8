package databasetest

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// noStores holds the methods of core.Database that belong to no store.
var noStores = map[string]bool{"Driver": true, "Pool": true, "Pgx": true, "InTx": true}

// storeMethods returns all other methods, by the interface that declares them.
func storeMethods() map[string][]reflect.Method {
	stores := map[string][]reflect.Method{}
	for method := range reflect.TypeFor[core.Database]().Methods() {
		if noStores[method.Name] {
			continue
		}
		store := "methods of no store"
		for _, one := range []reflect.Type{
			reflect.TypeFor[core.AgentStore](), reflect.TypeFor[core.WorldStore](), reflect.TypeFor[core.RoomStore](),
			reflect.TypeFor[core.EntityStore](), reflect.TypeFor[core.ComponentStore](), reflect.TypeFor[core.ParticipantStore](),
			reflect.TypeFor[core.RelationshipStore](), reflect.TypeFor[core.MemoryStore](), reflect.TypeFor[core.SearchStore](),
			reflect.TypeFor[core.EmbeddingStore](), reflect.TypeFor[core.LogStore](), reflect.TypeFor[core.TaskStore](),
			reflect.TypeFor[core.CacheStore](), reflect.TypeFor[core.ChannelStore](), reflect.TypeFor[core.MessageStore](),
			reflect.TypeFor[core.CachedEmbeddingStore](), reflect.TypeFor[core.RunStore](), reflect.TypeFor[core.IdentityStore](),
		} {
			if _, ok := one.MethodByName(method.Name); ok {
				store = one.Name()
			}
		}
		stores[store] = append(stores[store], method)
	}
	return stores
}

// draws is the number of calls of each method.
const draws = 24

// hostileInputs calls every method of every store with invalid and with unusual
// arguments. No call may panic, return an error that contains SQL, or read or
// change another agent's rows; what was accepted must be readable.
//
// Arguments are drawn by type (see drawing), so that methods added to
// core.Database are covered. Each method must succeed at least once: otherwise
// its arguments never reached the database.
func hostileInputs(t *testing.T, open Open) {
	for store, methods := range storeMethods() {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, open(t))
			for _, method := range methods {
				succeeded := 0
				for seed := 0; seed < draws || succeeded == 0 && seed < 20*draws; seed++ {
					d := drawing{rand.New(rand.NewPCG(1, uint64(seed))), s}
					if s.try(t, d.call(method)) == nil {
						succeeded++
					}
				}
				require.NotZero(t, succeeded, "no call of %s succeeded", method.Name)
				s.readAll(t, method.Name)
			}
		})
	}
}

// call is a method with its arguments after the context.
type call struct {
	method reflect.Method
	args   []reflect.Value
	inside bool // a transaction that is rolled back
}

func (c call) String() string {
	var args []string
	for _, arg := range c.args {
		text := fmt.Sprintf("%#v", arg.Interface())
		if arg.Kind() == reflect.Pointer && !arg.IsNil() {
			text = fmt.Sprintf("&%#v", arg.Elem().Interface())
		}
		args = append(args, text[:min(len(text), 4000)])
	}
	return fmt.Sprintf("%s(%s), inside a transaction: %v", c.method.Name, strings.Join(args, ", "), c.inside)
}

// try makes a call and checks its outcome.
func (s *stage) try(t require.TestingT, c call) error {
	var (
		results []any
		err     error
	)
	if c.inside {
		end := s.InTx(s.ctx, func(tx core.Database) error {
			results, err = invoke(s.ctx, t, tx, c)
			return errNo
		})
		require.ErrorIs(t, end, errNo, "%v", c)
	} else {
		results, err = invoke(s.ctx, t, s, c)
	}
	s.wordy(t, c, err)
	if err == nil && c.ownAgent(s) {
		text, encodeErr := json.Marshal(results)
		require.NoError(t, encodeErr, "%v", c)
		require.NotContains(t, string(text), canaryPrefix, "what is another agent's came back of %v", c)
	}
	require.Equal(t, s.canary, s.sing(t), "what is another agent's was changed by %v", c)
	if err == nil && !c.inside && c.clears() {
		s.build(t)
	}
	return err
}

// clears reports whether a call may delete rows that other calls need.
func (c call) clears() bool {
	for _, prefix := range []string{"Delete", "Remove", "Rebuild"} {
		if strings.HasPrefix(c.method.Name, prefix) {
			return true
		}
	}
	switch c.method.Name { // then no process has the run any more, or the question is decided
	case "ClaimRun", "FinishRun", "HeartbeatRuns", "GiveBackRuns", "NeedAction", "WaitRun", "DecideCall", "CancelRun":
		return true
	}
	return false
}

// ownAgent reports whether the call is about one agent other than the canary.
func (c call) ownAgent(_ *stage) bool {
	for _, arg := range c.args {
		if arg.Kind() == reflect.Struct {
			if agent := arg.FieldByName("AgentID"); agent.IsValid() && !agent.IsZero() {
				return true
			}
		}
	}
	return false
}

// invoke calls the method of db, and fails the test on a panic.
func invoke(ctx context.Context, t require.TestingT, db core.Database, c call) (results []any, err error) {
	defer func() {
		if r := recover(); r != nil {
			require.Fail(t, "panic", "%v: %v\n%s", c, r, debug.Stack())
		}
	}()
	method := reflect.ValueOf(db).MethodByName(c.method.Name)
	args := append([]reflect.Value{reflect.ValueOf(ctx)}, c.args...)
	out := method.Call
	if method.Type().IsVariadic() {
		out = method.CallSlice
	}
	for _, value := range out(args) {
		if failed, ok := value.Interface().(error); ok {
			err = failed
		} else if value.Type() != reflect.TypeFor[error]() {
			results = append(results, value.Interface())
		}
	}
	return results, err
}

var (
	// inQuotes matches the caller's arguments in errors.
	inQuotes = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	// serverWords matches the server's messages about its objects.
	serverWords = regexp.MustCompile(`\b(relation|column|constraint|table|index|function|operator) "`)
)

// wordy checks that an error is one sentence without SQL.
func (s *stage) wordy(t require.TestingT, c call, err error) {
	if err == nil {
		return
	}
	text := err.Error()
	require.NotContains(t, text, "\n", "%v", c)
	require.NotRegexp(t, serverWords, text, "%v", c)
	require.LessOrEqual(t, len(text), 2000, "%v", c)
	outside := inQuotes.ReplaceAllString(text, "")
	for _, word := range []string{
		"SELECT", "INSERT", "UPDATE ", "DELETE FROM", "WHERE", "SQLSTATE", "$1", "syntax error", "public.", "args[", "ERROR:", "panic",
	} {
		require.NotContains(t, outside, word, "%v", c)
	}
}
