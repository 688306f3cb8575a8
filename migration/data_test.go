package migration_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

// dataMigration runs statements.
func dataMigration(name string, position core.DataPosition, statements ...string) core.DataMigration {
	return core.DataMigration{Name: name, Position: position, Run: func(ctx context.Context, tx core.Querier) error {
		for _, s := range statements {
			if _, err := tx.ExecContext(ctx, s); err != nil {
				return err
			}
		}
		return nil
	}}
}

// withData returns a schema owner with data migrations.
func withData(u migration.Unit, data ...core.DataMigration) migration.Unit {
	u.Schema.Data = data
	return u
}

// recordedData is what history says about data migrations that have run.
func recordedData(t testing.TB, db *sql.DB) string {
	t.Helper()
	return lines(t, db, "SELECT plugin || ' ' || name || ' ' || position FROM migrations.data ORDER BY plugin, name")
}

// What runs before sees the old tables, what runs after the new ones; both are
// part of the run that they belong to, and are recorded with it.
func TestDataBeforeAndAfter(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", text("full_name"))))
	execute(t, db, "INSERT INTO test_p.t (full_name) VALUES ('Ada Lovelace'), ('Alan Turing')")
	after := withData(one(table("t", text("full_name"), withDefault(text("first"), ""), nullable(text("last")))),
		dataMigration("split", core.AfterSchema, "UPDATE test_p.t SET first = split_part(full_name, ' ', 1), last = split_part(full_name, ' ', 2)"),
		dataMigration("shout", core.BeforeSchema, "UPDATE test_p.t SET full_name = upper(full_name)",
			`DO $$ BEGIN ASSERT NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'test_p.t'::regclass AND attname = 'first'); END $$`),
	)
	plan, err := engine(t, db).Plan(t.Context(), []migration.Unit{after})
	require.NoError(t, err)
	require.Equal(t, []string{"before @test/p: shout", "after @test/p: split"}, plan.Data)

	result := apply(t, db, after)
	require.Equal(t, plan.Data, result.Plan.Data)
	require.Equal(t, "ADA LOVELACE,ALAN TURING", query[string](t, db, "SELECT string_agg(first || ' ' || last, ',' ORDER BY first) FROM test_p.t"))
	require.Equal(t, "@test/p shout before\n@test/p split after\n", recordedData(t, db))
	require.Equal(t, 2, query[int](t, db, `SELECT count(*) FROM migrations.data d JOIN migrations.runs r ON r.id = d.run_id
		WHERE r.outcome = 'applied' AND d.duration_ms >= 0 AND d.created_at IS NOT NULL AND r.id = (SELECT max(id) FROM migrations.runs)`))
	settled(t, db, after)
	require.Empty(t, apply(t, db, after).Plan.Data)
}

// A data migration runs once, however often the engine runs and the tables
// change; another one beside it runs when it comes.
func TestDataRunsOnce(t *testing.T) {
	t.Parallel()
	db := open(t)
	count := dataMigration("count", core.AfterSchema, "UPDATE test_p.t SET n = n + 1")
	unit := func(columns []*schema.Column, data ...core.DataMigration) migration.Unit {
		return withData(one(table("t", append([]*schema.Column{withDefault(integer("n"), 0)}, columns...)...)), data...)
	}
	apply(t, db, unit(nil))
	execute(t, db, "INSERT INTO test_p.t DEFAULT VALUES")
	// It is no change of the tables, and runs all the same.
	result := apply(t, db, unit(nil, count))
	require.Empty(t, result.Plan.Changes)
	require.False(t, result.UpToDate)
	require.Equal(t, 1, query[int](t, db, "SELECT n FROM test_p.t"))
	settled(t, db, unit(nil, count))

	apply(t, db, unit([]*schema.Column{nullable(text("x"))}, count))
	require.Equal(t, 1, query[int](t, db, "SELECT n FROM test_p.t"))
	ten := dataMigration("ten", core.AfterSchema, "UPDATE test_p.t SET n = n + 10")
	apply(t, db, unit([]*schema.Column{nullable(text("x"))}, ten, count))
	require.Equal(t, 11, query[int](t, db, "SELECT n FROM test_p.t"))
	// The history knows it also when the code has forgotten it in between.
	apply(t, db, unit([]*schema.Column{nullable(text("x"))}))
	apply(t, db, unit([]*schema.Column{nullable(text("x"))}, count, ten))
	require.Equal(t, 11, query[int](t, db, "SELECT n FROM test_p.t"))
}

// Within a position they run as the plugin lists them, and plugins in
// dependency order.
func TestDataOrder(t *testing.T) {
	t.Parallel()
	db := open(t)
	note := func(text string) string {
		return "INSERT INTO test_base.log (x) VALUES ('" + text + "')"
	}
	base := plugin("base", []*schema.Table{{Name: "log", Columns: []*schema.Column{integer("n"), text("x")}}},
		&entpg.IdentityColumn{Table: "log", Column: "n"})
	first := func(columns ...*schema.Column) migration.Unit {
		u := plugin("z-first", []*schema.Table{table("t", columns...)})
		u.DependsOn = []string{"@test/base"}
		return u
	}
	second := func(columns ...*schema.Column) migration.Unit {
		u := plugin("a-second", []*schema.Table{table("t", columns...)})
		u.DependsOn = []string{"@test/base", "@test/z-first"}
		return u
	}
	apply(t, db, base, first(), second())
	data := func(prefix string) []core.DataMigration {
		return []core.DataMigration{
			dataMigration("d", core.AfterSchema, note(prefix+" after d")), dataMigration("c", core.BeforeSchema, note(prefix+" before c")),
			dataMigration("b", core.AfterSchema, note(prefix+" after b")), dataMigration("a", core.BeforeSchema, note(prefix+" before a")),
		}
	}
	units := []migration.Unit{
		withData(second(nullable(text("x"))), data("second")...), withData(first(nullable(text("x"))), data("first")...), base,
	}
	apply(t, db, units...)
	require.Equal(t, []string{
		"first before c", "first before a", "second before c", "second before a",
		"first after d", "first after b", "second after d", "second after b",
	}, strings.Split(query[string](t, db, "SELECT string_agg(x, ',' ORDER BY n) FROM test_base.log"), ","))
	settled(t, db, units...)
}

// On a database without the plugin's tables there is nothing to do before. It
// counts as done, so that it does not come later.
func TestDataOnAFreshDatabase(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(columns ...*schema.Column) migration.Unit {
		return withData(one(table("t", append([]*schema.Column{text("x")}, columns...)...)),
			dataMigration("old", core.BeforeSchema, "UPDATE test_p.t SET gone = 1"),
			dataMigration("seed", core.AfterSchema, "INSERT INTO test_p.t (x) VALUES ('first')"))
	}
	result := apply(t, db, unit())
	require.Equal(t, []string{"after @test/p: seed"}, result.Plan.Data)
	require.Equal(t, "first", query[string](t, db, "SELECT x FROM test_p.t"))
	settled(t, db, unit())
	require.Empty(t, apply(t, db, unit(nullable(text("y")))).Plan.Data)
	settled(t, db, unit(nullable(text("y"))))
}

// A data migration that fails takes everything with it: the tables, the rows,
// and those that ran before it.
func TestDataFailureRollsEverythingBack(t *testing.T) {
	t.Parallel()
	for name, position := range map[string]core.DataPosition{"before": core.BeforeSchema, "after": core.AfterSchema} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, one(table("t", text("x"))))
			execute(t, db, "INSERT INTO test_p.t (x) VALUES ('a')")
			state := func() string { return dump(t, db) + query[string](t, db, "SELECT x FROM test_p.t") }
			before := state()
			boom := errors.New("the tide is out")
			unit := withData(one(table("t", text("x"), nullable(text("y")))),
				dataMigration("fine", position, "UPDATE test_p.t SET x = 'b'"),
				core.DataMigration{Name: "fails", Position: position, Run: func(context.Context, core.Querier) error { return boom }},
			)
			_, err := engine(t, db).Run(t.Context(), []migration.Unit{unit}, migration.Options{})
			oneLine(t, err)
			require.ErrorIs(t, err, boom)
			require.ErrorContains(t, err, `"@test/p"`)
			require.ErrorContains(t, err, `"fails"`)
			require.Equal(t, before, state())
			require.Empty(t, recordedData(t, db))
			require.Equal(t, "failed", query[string](t, db, "SELECT outcome FROM migrations.runs ORDER BY id DESC LIMIT 1"))

			unit.Schema.Data[1] = dataMigration("fails", position, "UPDATE test_p.t SET x = x || 'c'")
			apply(t, db, unit)
			require.Equal(t, "bc", query[string](t, db, "SELECT x FROM test_p.t"))
			settled(t, db, unit)
		})
	}
}

// So does an error of PostgreSQL's that the function swallows: the transaction
// is lost, and says so.
func TestDataThatSwallowsAnError(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", text("x"))))
	before := dump(t, db)
	unit := withData(one(table("t", text("x"), nullable(text("y")))), core.DataMigration{
		Name: "careless", Run: func(ctx context.Context, tx core.Querier) error {
			_, _ = tx.ExecContext(ctx, "SELECT 1/0")
			return nil
		},
	})
	_, err := engine(t, db).Run(t.Context(), []migration.Unit{unit}, migration.Options{})
	oneLine(t, err)
	require.Equal(t, before, dump(t, db))
	require.Empty(t, recordedData(t, db))
}

// A statement that fails after the data migrations takes their work with it.
func TestDataGoesWithTheFailedSchema(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", nullable(text("x")))))
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('a')")
	unit := withData(one(table("t", nullable(text("x")), nullable(text("g"))), &entpg.GeneratedColumn{Table: "t", Column: "g", Expr: "(1 / (length(x) - 2))::text"}),
		dataMigration("longer", core.BeforeSchema, "UPDATE test_p.t SET x = 'ab'"))
	_, err := engine(t, db).Run(t.Context(), []migration.Unit{unit}, migration.Options{})
	oneLine(t, err)
	require.ErrorContains(t, err, "22012")
	require.Equal(t, "a", query[string](t, db, "SELECT x FROM test_p.t"))
	require.Empty(t, recordedData(t, db))
}

// A data migration before the schema change can fix rows that violate it.
func TestDataFixesViolations(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", nullable(text("x")))))
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('a'), (NULL), ('a')")
	unit := withData(one(withIndex(table("t", text("x")), "by_x", true, "x")),
		dataMigration("fill", core.BeforeSchema, "UPDATE test_p.t SET x = id::text"))
	apply(t, db, unit)
	require.Equal(t, 3, query[int](t, db, "SELECT count(DISTINCT x) FROM test_p.t"))
	settled(t, db, unit)
}

// Neither a dry run nor a plan nor a refused run keeps anything of it.
func TestDataInADryRun(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", text("x"), nullable(text("gone")))))
	execute(t, db, "INSERT INTO test_p.t (x, gone) VALUES ('a', 'b')")
	ran := 0
	unit := func(columns ...*schema.Column) migration.Unit {
		return withData(one(table("t", append([]*schema.Column{text("x")}, columns...)...)), core.DataMigration{
			Name: "mark", Run: func(ctx context.Context, tx core.Querier) error {
				ran++
				_, err := tx.ExecContext(ctx, "UPDATE test_p.t SET x = 'marked'")
				return err
			},
		})
	}
	kept := unit(nullable(text("gone")), nullable(text("y")))
	before := everything(t, db)
	result, err := engine(t, db).Run(t.Context(), []migration.Unit{kept}, migration.Options{DryRun: true})
	require.NoError(t, err)
	require.Equal(t, []string{"after @test/p: mark"}, result.Plan.Data)
	_, err = engine(t, db).Plan(t.Context(), []migration.Unit{kept})
	require.NoError(t, err)
	require.Zero(t, ran)
	require.Equal(t, before, everything(t, db))

	refused(t, db, []migration.Unit{unit(nullable(text("y")))}, "drop column test_p.t.gone")
	require.Equal(t, "a", query[string](t, db, "SELECT x FROM test_p.t"))
	require.Empty(t, recordedData(t, db))
	apply(t, db, kept)
	require.Equal(t, 1, ran)
	require.Equal(t, "marked", query[string](t, db, "SELECT x FROM test_p.t"))
}

// Constraints that are checked late are checked after each data migration: the
// tables can be altered then, and a violation has a name.
func TestDataAndDeferredConstraints(t *testing.T) {
	t.Parallel()
	unit := func(columns ...*schema.Column) migration.Unit {
		return plugin("p", []*schema.Table{table("u"), table("t", append([]*schema.Column{nullable(typed("u", "uuid"))}, columns...)...)},
			&entpg.Reference{Table: "t", Column: "u", Name: "t_u", RefTable: "u", RefColumn: "id", OnDelete: entpg.Cascade, Deferral: entpg.InitiallyDeferred})
	}
	for name, position := range map[string]core.DataPosition{"before": core.BeforeSchema, "after": core.AfterSchema} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, unit())
			execute(t, db, "INSERT INTO test_p.t DEFAULT VALUES")
			before := dump(t, db)
			bad := withData(unit(nullable(text("x"))), dataMigration("the bad one", position, "UPDATE test_p.t SET u = gen_random_uuid()"))
			_, err := engine(t, db).Run(t.Context(), []migration.Unit{bad}, migration.Options{})
			oneLine(t, err)
			require.ErrorContains(t, err, "the bad one")
			require.Equal(t, before, dump(t, db))
			good := withData(unit(nullable(text("x"))), dataMigration("good", position,
				"UPDATE test_p.t SET u = '6c84fb90-12c4-11e1-840d-7b25c5ee775a'", "INSERT INTO test_p.u SELECT '6c84fb90-12c4-11e1-840d-7b25c5ee775a'"))
			apply(t, db, good)
			settled(t, db, good)
		})
	}
}

// A plugin that changes its name and keeps its namespace keeps what has run.
func TestDataOfARenamedPlugin(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := withData(one(table("t")), dataMigration("seed", core.AfterSchema, "INSERT INTO test_p.t DEFAULT VALUES"))
	apply(t, db, unit)
	unit.Plugin, unit.Schema.Namespace = "@other/name", "test_p"
	apply(t, db, unit)
	require.Equal(t, 1, query[int](t, db, "SELECT count(*) FROM test_p.t"))
	settled(t, db, unit)
}

// Mistakes in the declarations are found before anything is asked of a server.
func TestDataDeclarations(t *testing.T) {
	t.Parallel()
	db := openURL(t, "postgresql://127.0.0.1:1/none")
	fine := dataMigration("n", core.AfterSchema)
	for name, test := range map[string]struct {
		data []core.DataMigration
		want string
	}{
		"no name":     {[]core.DataMigration{dataMigration("", core.AfterSchema)}, "Name"},
		"no function": {[]core.DataMigration{{Name: "n"}}, "Run"},
		"twice":       {[]core.DataMigration{fine, fine}, `"n"`},
		"nowhere":     {[]core.DataMigration{dataMigration("n", 7)}, `"n"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := engine(t, db).Run(t.Context(), []migration.Unit{withData(one(table("t")), test.data...)}, migration.Options{})
			oneLine(t, err)
			require.ErrorContains(t, err, `"@test/p"`)
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "connect")
		})
	}
}

// The function's transaction can neither be committed nor rolled back, and
// names need their namespaces.
func TestDataSeesAnEmptySearchPath(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, coreUnit(), one(table("t", text("x"))))
	var path string
	unit := withData(one(table("t", text("x"))), core.DataMigration{Name: "look", Run: func(ctx context.Context, tx core.Querier) error {
		if _, ok := tx.(interface{ Commit() error }); ok {
			return errors.New("it could commit")
		}
		return tx.QueryRowContext(ctx, "SHOW search_path").Scan(&path)
	}})
	apply(t, db, coreUnit(), unit)
	require.Contains(t, []string{"", `""`}, path)
	settled(t, db, coreUnit(), unit)
}

// Rows that a data migration fixes before the schema changes are no reason for
// a dry run, or a plan, to say no.
func TestDryRunBeforeDataMigration(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", nullable(text("x")))))
	execute(t, db, "INSERT INTO test_p.t (x) VALUES (NULL)")
	unit := one(table("t", text("x")))
	unit.Schema.Data = []core.DataMigration{{Name: "fill", Position: core.BeforeSchema, Run: func(ctx context.Context, tx core.Querier) error {
		_, err := tx.ExecContext(ctx, "UPDATE test_p.t SET x = 'y'")
		return err
	}}}
	result, err := engine(t, db).Run(t.Context(), unitsOf(unit), migration.Options{DryRun: true})
	require.NoError(t, err)
	require.Equal(t, `data migration "fill" runs first, and may fix the rows`, result.Plan.Changes[0].Hint)
	require.Equal(t, 1, query[int](t, db, "SELECT count(*) FROM test_p.t WHERE x IS NULL"))
	apply(t, db, unit)
	settled(t, db, unit)
}

// A data migration that alters a table is named as what may have done it, and no
// defect of the engine is suspected.
func TestDataThatAltersATable(t *testing.T) {
	t.Parallel()
	for name, position := range map[string]core.DataPosition{"before": core.BeforeSchema, "after": core.AfterSchema} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, one(table("t", nullable(text("x")))))
			unit := func(statement string) migration.Unit {
				return withData(one(table("t", nullable(text("x")), nullable(text("y")))), dataMigration("fill", position, statement))
			}
			_, err := engine(t, db).Run(t.Context(), unitsOf(unit("ALTER TABLE test_p.t ALTER COLUMN x SET DEFAULT 'z'")), migration.Options{})
			if position == core.AfterSchema {
				oneLine(t, err)
				require.ErrorContains(t, err, "the data migrations that ran may have changed it: let them change rows")
				require.NotContains(t, err.Error(), "defect of elizago")
			} else {
				require.NoError(t, err) // the comparison comes later, and takes the default away
			}
			apply(t, db, unit("UPDATE test_p.t SET x = 'z'"))
			settled(t, db, unit("UPDATE test_p.t SET x = 'z'"))
		})
	}
}
