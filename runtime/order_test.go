package runtime

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/elizago/elizago/core"
)

type namedAdapter string

func (a namedAdapter) Name() string { return string(a) }
func (namedAdapter) Inspect(context.Context) (core.DatabaseStatus, error) {
	return core.DatabaseStatus{}, nil
}
func (namedAdapter) Open(context.Context) (core.Database, error) { return nil, nil }
func (namedAdapter) Start(context.Context) error                 { return nil }
func (namedAdapter) Close(context.Context) error                 { return nil }
func plugin(name string, dependencies ...string) *core.Plugin {
	return &core.Plugin{Name: name, Dependencies: dependencies}
}

func names(plugins []*core.Plugin) []string {
	var names []string
	for _, p := range plugins {
		names = append(names, p.Name)
	}
	return names
}

func TestOrder(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		plugins []*core.Plugin
		want    []string
		err     string
	}{
		"by name":                  {plugins: []*core.Plugin{plugin("b"), plugin("a")}, want: []string{"a", "b"}},
		"dependencies first":       {plugins: []*core.Plugin{plugin("a", "c"), plugin("b"), plugin("c")}, want: []string{"c", "a", "b"}},
		"elizaOS's names are ours": {plugins: []*core.Plugin{plugin("a", "@elizaos/plugin-sql"), plugin("@elizago/sql")}, want: []string{"@elizago/sql", "a"}},
		"missing": {
			plugins: []*core.Plugin{plugin("a", "b")},
			err:     `runtime: plugin "a" needs plugin "b", which this program does not contain: add its module in main.go`,
		},
		"circle": {
			plugins: []*core.Plugin{plugin("a", "b"), plugin("b", "c"), plugin("c", "a")},
			err:     "runtime: plugins depend on each other in a circle, a -> b -> c -> a: remove one of these dependencies",
		},
		"twice": {
			plugins: []*core.Plugin{plugin("a"), plugin("a")},
			err:     `runtime: plugin "a" is there twice: keep one of its modules in main.go`,
		},
		"nameless": {
			plugins: []*core.Plugin{plugin("")},
			err:     "runtime: plugin 1 of 1 has no name: set core.Plugin.Name",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Order(tt.plugins)
			if tt.err != "" {
				require.EqualError(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, names(got))
		})
	}
}

// fx passes plugins in any order; the result must not depend on it.
func TestOrderDoesNotDependOnTheInput(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := []string{"a", "b", "c", "d", "e", "f"}
		var plugins []*core.Plugin
		for i, name := range all { // only earlier ones, so there is no circle
			plugins = append(plugins, plugin(name, rapid.SliceOfDistinct(rapid.SampledFrom(append([]string{"a"}, all[:i]...)), rapid.ID).
				Filter(func(names []string) bool { return i > 0 || len(names) == 0 }).Draw(t, name)...))
		}
		want, err := Order(plugins)
		require.NoError(t, err)
		got, err := Order(rapid.Permutation(plugins).Draw(t, "order"))
		require.NoError(t, err)
		require.Equal(t, names(want), names(got))
		for i, p := range got {
			for _, dependency := range p.Dependencies {
				require.Contains(t, names(got[:i]), dependency)
			}
		}
	})
}

func TestSamePlugin(t *testing.T) {
	t.Parallel()
	require.True(t, samePlugin("@elizago/sql", "sql"))
	require.True(t, samePlugin("@elizago/sql", "@elizaos/plugin-sql"))
	require.True(t, samePlugin("plugin-sql", "sql"))
	require.False(t, samePlugin("@me/sql", "@elizago/sql"))
	require.False(t, samePlugin("sql", "sqlite"))
}

func TestUnits(t *testing.T) {
	t.Parallel()
	sql := plugin("@elizago/sql")
	sql.Schema = &core.Schema{Namespace: "public"}
	units := Units([]*core.Plugin{sql, plugin("bare"), plugin("@me/notes", "plugin-sql", "bare")})
	require.Len(t, units, 3, "also those without tables, since others may depend on them")
	require.Equal(t, "public", units[0].Schema.Namespace)
	require.Equal(t, []string{"@elizago/sql", "bare"}, units[2].DependsOn, "by the names that the plugins have")
}

func TestOneAdapter(t *testing.T) {
	t.Parallel()
	first := &core.Plugin{Name: "@elizago/sql", Adapter: namedAdapter("PostgreSQL")}
	second := &core.Plugin{Name: "@me/oracle", Adapter: namedAdapter("Oracle")}
	_, err := Adapter([]*core.Plugin{plugin("a")})
	require.EqualError(t, err, "runtime: no plugin brings a database adapter: add plugins/sql in main.go")
	_, err = Adapter([]*core.Plugin{first, second})
	require.EqualError(t, err, "runtime: 2 database adapters in one program, PostgreSQL (plugin @elizago/sql) and Oracle (plugin @me/oracle): "+
		"keep one of these plugins in main.go")
	adapter, err := Adapter([]*core.Plugin{plugin("a"), first})
	require.NoError(t, err)
	require.Equal(t, first.Adapter, adapter)
}

// A plugin that is not the database's cannot let the data of others be lost.
func TestAllowDestructiveMigrations(t *testing.T) {
	t.Parallel()
	database := &core.Plugin{Name: "@elizago/sql", Adapter: namedAdapter("PostgreSQL")}
	other := &core.Plugin{Name: "other", AllowDestructiveMigrations: true}
	require.False(t, AllowDestructiveMigrations([]*core.Plugin{other, database}))
	database.AllowDestructiveMigrations = true
	require.True(t, AllowDestructiveMigrations([]*core.Plugin{other, database}))
}
