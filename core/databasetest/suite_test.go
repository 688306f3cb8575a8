package databasetest_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/core/databasetest"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/plugins/sql"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// tables is the template database with the core tables; every test gets a copy.
var tables = pgtest.NewTemplate(func(ctx context.Context, url string) error {
	plugin := sql.New(sql.Config{URL: url})
	db, err := plugin.Adapter.Open(ctx)
	if err != nil {
		return err
	}
	engine, err := migration.New(migration.Config{DB: db.Pool(), Logger: zap.NewNop()})
	if err == nil {
		_, err = engine.Run(ctx, []migration.Unit{{Plugin: plugin.Name, Schema: *plugin.Schema}}, migration.Options{})
	}
	return errors.Join(err, plugin.Adapter.Close(ctx))
})

// faultVariable is the environment variable that names the adapter's fault in a
// test process started by TestSuite.
const faultVariable = "ELIZA_TEST_ADAPTER_FAULT"

// The faults that an adapter may have.
const (
	none          = "none"
	keepsExpired  = "values of the cache never expire"
	losesRollback = "what has failed is committed"
	deletesAll    = "to delete an agent deletes all"
)

// faulty is an adapter with a fault.
type faulty struct {
	core.Database
	fault string
}

// SaveCache implements core.CacheStore.
func (d faulty) SaveCache(ctx context.Context, entry core.CacheEntry) error {
	if d.fault == keepsExpired && entry.TTL > 0 {
		entry.TTL = 0
	}
	return d.Database.SaveCache(ctx, entry)
}

// DeleteAgent implements core.AgentStore.
func (d faulty) DeleteAgent(ctx context.Context, id uuid.UUID) error {
	if d.fault == deletesAll {
		_, err := d.DeleteAllAgents(ctx)
		return err
	}
	return d.Database.DeleteAgent(ctx, id)
}

// InTx implements core.Database.
func (d faulty) InTx(ctx context.Context, do func(tx core.Database) error) error {
	var failed error
	err := d.Database.InTx(ctx, func(tx core.Database) error {
		failed = do(faulty{tx, d.fault})
		if d.fault == losesRollback {
			return nil
		}
		return failed
	})
	return errors.Join(failed, err)
}

// TestConformance runs in the processes of TestSuite only: plugins/sql runs the
// whole suite.
func TestConformance(t *testing.T) {
	t.Parallel()
	if fault := os.Getenv(faultVariable); fault != "" {
		databasetest.Run(t, func(t *testing.T) core.Database { return faulty{open(t), fault} })
	}
}

// An adapter other than plugins/sql passes the fuzz target.
func FuzzStores(f *testing.F) { databasetest.Fuzz(f, faulty{open(f), os.Getenv(faultVariable)}) }

// A correct adapter passes, and one with a fault does not.
func TestSuite(t *testing.T) {
	t.Parallel()
	for fault, run := range map[string]string{
		none:          "^TestConformance$/^(Cache|Transactions)$",
		keepsExpired:  "^TestConformance$/^Cache$/^what_has_expired_is_gone$",
		losesRollback: "^TestConformance$/^Transactions$/^commits_and_rolls_back$",
		deletesAll:    "^FuzzStores$",
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run="+run)
			cmd.Env = append(os.Environ(), faultVariable+"="+fault)
			out, err := cmd.CombinedOutput()
			if fault == none {
				require.NoError(t, err, "%s", out)
				return
			}
			var exit *exec.ExitError
			require.ErrorAs(t, err, &exit, "%s", out)
			require.Contains(t, string(out), "--- FAIL: ", "it ends for no other reason")
		})
	}
}
