package runtime_test

import (
	"context"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/plugins/sql"
	"github.com/elizago/elizago/runtime"
)

// stepping is an adapter that notes the steps that are taken with it.
type stepping struct {
	core.Adapter
	steps []string
}

// Open implements core.Adapter.
func (s *stepping) Open(ctx context.Context) (core.Database, error) {
	s.steps = append(s.steps, "open")
	return s.Adapter.Open(ctx)
}

// Start implements core.Adapter.
func (s *stepping) Start(ctx context.Context) error {
	s.steps = append(s.steps, "start")
	return s.Adapter.Start(ctx)
}

// Close implements core.Adapter.
func (s *stepping) Close(ctx context.Context) error {
	s.steps = append(s.steps, "close")
	return s.Adapter.Close(ctx)
}

// The adapter works in the background only after the migration has succeeded:
// where one is refused, rows that are too old are not deleted either.
func TestBackgroundWorkFollowsTheMigration(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	id := &schema.Column{Name: "id", Type: field.TypeInt64}
	word := &schema.Column{Name: "word", Type: field.TypeString}
	start := func(columns ...*schema.Column) ([]string, error) {
		notes := &schema.Table{Name: "notes", Columns: columns, PrimaryKey: []*schema.Column{id}}
		database := sql.New(sql.Config{URL: url})
		adapter := &stepping{Adapter: database.Adapter}
		database.Adapter = adapter
		rt, err := runtime.New(runtime.Config{
			Plugins:    []*core.Plugin{database, {Name: "@test/notes", Schema: &core.Schema{Tables: []*schema.Table{notes}}}},
			Characters: []*core.Character{{Name: "Ada"}},
		})
		require.NoError(t, err)
		err = rt.Start(t.Context())
		require.NoError(t, rt.Stop(context.Background()))
		return adapter.steps, err
	}
	steps, err := start(id, word)
	require.NoError(t, err)
	require.Equal(t, []string{"open", "start", "close"}, steps)

	steps, err = start(id) // the column would be dropped with its data
	var refused *migration.RefusedError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, []string{"open", "close"}, steps)
}
