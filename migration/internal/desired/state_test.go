package desired

import (
	"runtime/debug"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent/migrate"
)

func coreUnits() []Declaration {
	return []Declaration{
		{Plugin: "b", DependsOn: []string{"a"}},
		{Plugin: Core, Schema: core.Schema{Tables: migrate.Tables, Annotations: migrate.Annotations}},
		{Plugin: "a"},
	}
}

// The same declarations give the same text and hash, in any order and
// repeatedly.
func TestDesiredIsDeterministic(t *testing.T) {
	t.Parallel()
	first, err := New(t.Context(), coreUnits())
	require.NoError(t, err)
	v := Versions{Elizago: "v1", Ent: "v2", Atlas: "v3", Server: "150018"}
	require.Equal(t, []string{Core, "a", "b"}, []string{first.Units[0].Plugin, first.Units[1].Plugin, first.Units[2].Plugin})
	for range 50 {
		units := coreUnits()
		slices.Reverse(units)
		again, err := New(t.Context(), units)
		require.NoError(t, err)
		require.Equal(t, first.Units[0].Text, again.Units[0].Text)
		require.Equal(t, first.Hash(v), again.Hash(v))
	}
	require.Contains(t, first.Units[0].Text, `CREATE TABLE "public"."memories"`)
}

// The hash covers everything that might change the resulting tables.
func TestHashCoversVersions(t *testing.T) {
	t.Parallel()
	d, err := New(t.Context(), coreUnits())
	require.NoError(t, err)
	base := Versions{Elizago: "v1", Ent: "v2", Atlas: "v3", Server: "150018"}
	for _, v := range []Versions{
		{"x", "v2", "v3", "150018"}, {"v1", "x", "v3", "150018"}, {"v1", "v2", "x", "150018"}, {"v1", "v2", "v3", "x"},
	} {
		require.NotEqual(t, d.Hash(base), d.Hash(v))
		require.NotEqual(t, d.Units[0].Hash(base), d.Units[0].Hash(v))
	}
}

func TestVersionsOfTheBuild(t *testing.T) {
	t.Parallel()
	require.Equal(t, Versions{Elizago: "v1.2.0", Ent: "v0.14.5", Atlas: "v0.32.1 => fork v0.1.0"},
		versionsOf(&debug.BuildInfo{
			Main: debug.Module{Path: "example.com/agent", Version: "(devel)"},
			Deps: []*debug.Module{
				{Path: "entgo.io/ent", Version: "v0.14.5"},
				{Path: "ariga.io/atlas", Version: "v0.32.1", Replace: &debug.Module{Path: "fork", Version: "v0.1.0"}},
				{Path: "github.com/elizago/elizago", Version: "v1.2.0"},
			},
		}))
	require.Equal(t, "(devel)", versionsOf(&debug.BuildInfo{Deps: []*debug.Module{
		{Path: "entgo.io/ent", Version: "v0.14.5", Replace: &debug.Module{Path: "/some/folder", Version: "(devel)"}},
	}}).Ent)
	require.Equal(t, "(devel)", versionsOf(&debug.BuildInfo{Main: debug.Module{Path: "github.com/elizago/elizago"}}).Elizago)
}

// The declared tables are variables of generated packages, which other engines
// of the process use concurrently.
func TestDesiredLeavesTheTablesAlone(t *testing.T) {
	t.Parallel()
	before := migrate.MemoriesTable.Columns[0].Default
	_, err := New(t.Context(), []Declaration{
		{Plugin: "copy", Schema: core.Schema{Tables: migrate.Tables, Annotations: migrate.Annotations}},
	})
	require.NoError(t, err)
	require.Equal(t, "public", migrate.MemoriesTable.Schema)
	require.Equal(t, before, migrate.MemoriesTable.Columns[0].Default)
	require.Len(t, migrate.CacheTable.PrimaryKey, 1, "the composite key is the engine's alone")
}

func TestUnwrap(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"(now())":         "now()",
		"('{}')":          "'{}'",
		"(a) + (b)":       "(a) + (b)",
		"('(')":           "('(')",
		"(1 + (2))":       "1 + (2)",
		"x":               "x",
		"":                "",
		"(lower('x'))":    "(lower('x'))",
		"(true)":          "true",
		"((a) + (b))":     "(a) + (b)",
		"(a)(b)":          "(a)(b)",
		"gen_random_id()": "gen_random_id()",
	} {
		require.Equal(t, want, unwrap(in), in)
	}
}
