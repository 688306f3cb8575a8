package migration_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"ariga.io/atlas/sql/postgres"
	atlas "ariga.io/atlas/sql/schema"
	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
	"github.com/elizago/elizago/migration/plan"
)

// printed are core and two plugins, of which one has everything that ent cannot
// say, and the other's name for a table.
func printed() []migration.Unit {
	notes := table("notes", text("word"), typed("mood", "mood"), typed("during", "tstzrange"), typed("place", "vector(3)"))
	rich := plugin("rich", []*schema.Table{notes},
		&entpg.Extension{Table: "notes", Name: "pg_trgm"},
		&entpg.Index{Table: "notes", Name: "notes_word", Using: "gin", Parts: []entpg.Part{{Column: "word", OpClass: "gin_trgm_ops"}}},
		&entpg.Index{
			Table: "notes", Name: "notes_place", Using: "hnsw", With: map[string]string{"m": "8"},
			Parts: []entpg.Part{{Column: "place", OpClass: "vector_cosine_ops"}},
		},
		&entpg.EnumType{Table: "notes", Column: "mood", Name: "mood", Values: []string{"sad", "fine"}},
		&entpg.Exclusion{Table: "notes", Name: "notes_during", Parts: []entpg.ExclusionPart{{Column: "during", Operator: "&&"}}},
		&entpg.UniqueKey{Table: "notes", Name: "notes_word_key", Columns: []string{"word"}, Deferral: entpg.InitiallyDeferred},
		&entpg.RowSecurity{Table: "notes"},
		&entpg.Policy{Table: "notes", Name: "all_rows", For: entpg.Select, Using: "true"},
		&entpg.StorageParameters{Table: "notes", With: map[string]string{"fillfactor": "80"}},
		&entpg.StoredColumn{Table: "notes", Column: "place", Storage: entpg.StoragePlain},
	)
	rich.DependsOn = []string{"@test/odd"}
	return []migration.Unit{
		rich,
		plugin("odd", []*schema.Table{withCheck(table("notes", text("Ärger")), "not_empty", `"Ärger" <> ''`)}),
		{Plugin: "@test/empty"},
		coreUnit(),
	}
}

func ExamplePrintSQL() {
	id := &schema.Column{Name: "id", Type: field.TypeUUID}
	notes := &schema.Table{Name: "notes", Columns: []*schema.Column{id}, PrimaryKey: []*schema.Column{id}}
	script, err := migration.PrintSQL(context.Background(), []migration.Unit{
		{Plugin: "@your-org/plugin-notes", Schema: core.Schema{Tables: []*schema.Table{notes}}},
	})
	if err != nil {
		panic(err)
	}
	fmt.Print(script)
	// Output:
	// -- Plugin @your-org/plugin-notes, namespace your_org_plugin_notes.
	// CREATE SCHEMA IF NOT EXISTS "your_org_plugin_notes";
	// SET search_path = "your_org_plugin_notes", "public";
	// CREATE TABLE "your_org_plugin_notes"."notes" ("id" uuid NOT NULL, PRIMARY KEY ("id"));
	//
	// RESET search_path;
}

// The printed schema makes the same database as a run does.
func TestPrintedSQLReplays(t *testing.T) {
	t.Parallel()
	script, err := migration.PrintSQL(t.Context(), printed())
	require.NoError(t, err)
	db := open(t)
	execute(t, db, script)
	report, err := engine(t, db).Check(t.Context(), printed())
	require.NoError(t, err)
	require.True(t, report.Equal, "%v", report.Differences)
	require.Contains(t, script, "-- Plugin @test/rich, namespace test_rich.\nCREATE SCHEMA IF NOT EXISTS \"test_rich\";\n")
	require.NotContains(t, script, "@test/empty")
}

func TestPrintsAreDeterministic(t *testing.T) {
	t.Parallel()
	sql, err := migration.PrintSQL(t.Context(), printed())
	require.NoError(t, err)
	hcl, err := migration.PrintHCL(t.Context(), printed())
	require.NoError(t, err)
	for range 20 {
		units := printed()
		slices.Reverse(units)
		again, err := migration.PrintSQL(t.Context(), units)
		require.NoError(t, err)
		require.Equal(t, sql, again)
		again, err = migration.PrintHCL(t.Context(), units)
		require.NoError(t, err)
		require.Equal(t, hcl, again)
	}
}

// Atlas reads what it wrote, and finds every table and column in it.
func TestPrintedHCLIsReadByAtlas(t *testing.T) {
	t.Parallel()
	units := printed()
	text, err := migration.PrintHCL(t.Context(), units)
	require.NoError(t, err)
	var realm atlas.Realm
	require.NoError(t, postgres.EvalHCLBytes([]byte(text), &realm, nil))
	for _, u := range units {
		namespace := migration.Namespace(u.Plugin)
		if len(u.Schema.Tables) == 0 {
			continue
		}
		s, ok := realm.Schema(namespace)
		require.True(t, ok, namespace)
		require.Len(t, s.Tables, len(u.Schema.Tables))
		for _, want := range u.Schema.Tables {
			table, ok := s.Table(want.Name)
			require.True(t, ok, want.Name)
			require.Len(t, table.Columns, len(want.Columns), want.Name)
		}
	}
}

// What is said of a database that is not there yet is what a run on an empty
// one does.
func TestPlanFromNothing(t *testing.T) {
	t.Parallel()
	units := printed()
	said, err := migration.PlanFromNothing(t.Context(), units)
	require.NoError(t, err)
	require.Empty(t, said.Refused())
	done, err := engine(t, open(t)).Plan(t.Context(), units)
	require.NoError(t, err)
	require.ElementsMatch(t, objects(done), objects(said))
	require.Len(t, said.Statements, len(done.Statements))
	require.NotEmpty(t, said.SQL())
}

// objects are the plan's changes by kind and name.
func objects(p *plan.Plan) []string {
	var out []string
	for _, c := range p.Changes {
		out = append(out, string(c.Kind)+" "+c.Object)
	}
	return out
}

func TestPrintRefusesWhatARunRefuses(t *testing.T) {
	t.Parallel()
	broken := []migration.Unit{{Plugin: "@test/a", DependsOn: []string{"@test/b"}}}
	for name, printing := range map[string]func() error{
		"sql":  func() error { _, err := migration.PrintSQL(t.Context(), broken); return err },
		"hcl":  func() error { _, err := migration.PrintHCL(t.Context(), broken); return err },
		"plan": func() error { _, err := migration.PlanFromNothing(t.Context(), broken); return err },
	} {
		require.EqualError(t, printing(), `migration: plugin "@test/a" depends on "@test/b", which is not there: install it, or take it out of the dependencies`, name)
	}
}

// The scripts need no search_path but their own.
func TestScriptsMakeEverything(t *testing.T) {
	t.Parallel()
	unit := one(withCheck(table("t", nullable(text("m"))), "c", "m <> 'b'::mood"), mood("a", "b"))
	apply(t, open(t), unit)
	printed, err := migration.PrintSQL(t.Context(), unitsOf(unit))
	require.NoError(t, err)
	fromNothing, err := migration.PlanFromNothing(t.Context(), unitsOf(unit))
	require.NoError(t, err)
	plan, err := engine(t, open(t)).Plan(t.Context(), unitsOf(unit))
	require.NoError(t, err)
	for _, script := range []string{printed, fromNothing.SQL(), plan.SQL()} {
		db := open(t)
		execute(t, db, script)
		report, err := engine(t, db).Check(t.Context(), unitsOf(unit))
		require.NoError(t, err)
		require.True(t, report.Equal, script)
	}
}
