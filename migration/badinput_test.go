package migration_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgcluster"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

// A declaration that PostgreSQL cannot make sense of is found while the desired
// state is built beside the live one: the error names plugin, table and object,
// and nothing has changed. rights_test.go and unit_test.go have the other bad
// inputs.
func TestBrokenDeclarations(t *testing.T) {
	t.Parallel()
	index := func(x entpg.Index) core.SchemaAnnotation {
		x.Table, x.Name = "broken", "the_index"
		return &x
	}
	policy := func(x entpg.Policy) core.SchemaAnnotation {
		x.Table, x.Name = "broken", "the_policy"
		return &x
	}
	exclusion := func(x entpg.Exclusion) core.SchemaAnnotation {
		x.Table, x.Name = "broken", "the_exclusion"
		return &x
	}
	enum := func(values ...string) core.SchemaAnnotation {
		return &entpg.EnumType{Table: "broken", Column: "e", Name: "the_type", Values: values}
	}
	type change func(broken *schema.Table) []core.SchemaAnnotation
	annotated := func(annotations ...core.SchemaAnnotation) change {
		return func(*schema.Table) []core.SchemaAnnotation { return annotations }
	}
	check := func(expr string) change {
		return func(broken *schema.Table) []core.SchemaAnnotation { withCheck(broken, "the_check", expr); return nil }
	}
	column := func(c *schema.Column, annotations ...core.SchemaAnnotation) change {
		return func(broken *schema.Table) []core.SchemaAnnotation {
			broken.Columns = append(broken.Columns, c)
			return annotations
		}
	}
	for name, test := range map[string]struct {
		change change
		object string
	}{
		"check on a column that is not there":     {check("gone > 0"), "the_check"},
		"check over two lines":                    {check("x <> 'a'\n\tAND gone > 0"), "the_check"},
		"check cut short":                         {check("x <>"), "the_check"},
		"check with a parenthesis too many":       {check("x <> '')"), "the_check"},
		"check with an open quote":                {check("x <> 'a"), "the_check"},
		"check that is no condition":              {check("x"), "the_check"},
		"check with a query":                      {check("x IN (SELECT 'a')"), "the_check"},
		"check with an unknown function":          {check("no_such(x)"), "the_check"},
		"generated from nothing":                  {column(nullable(text("g")), &entpg.GeneratedColumn{Table: "broken", Column: "g", Expr: "lower(gone)"}), "g"},
		"generated from the clock":                {column(nullable(text("g")), &entpg.GeneratedColumn{Table: "broken", Column: "g", Expr: "now()::text"}), "g"},
		"generated of another type":               {column(nullable(integer("g")), &entpg.GeneratedColumn{Table: "broken", Column: "g", Expr: "x"}), "g"},
		"generated column that is not there":      {annotated(&entpg.GeneratedColumn{Table: "broken", Column: "gone", Expr: "x"}), "gone"},
		"default of an unknown function":          {column(withDefault(text("d"), schema.Expr("no_such()"))), "d"},
		"default of another type":                 {column(withDefault(integer("d"), schema.Expr("'seven'"))), "d"},
		"default cut short":                       {column(withDefault(text("d"), schema.Expr("lower("))), "d"},
		"default over a column":                   {column(withDefault(text("d"), schema.Expr("x"))), "d"},
		"unknown type":                            {column(nullable(typed("d", "no_such_type"))), "d"},
		"vector without room":                     {column(nullable(typed("d", "vector(0)"))), "d"},
		"vector with too much":                    {column(nullable(typed("d", "vector(20000)"))), "d"},
		"unknown collation":                       {column(&schema.Column{Name: "d", Type: text("d").Type, Collation: "no_such"}), "d"},
		"index on a column that is not there":     {annotated(index(entpg.Index{Parts: []entpg.Part{{Column: "gone"}}})), "the_index"},
		"index including none that is there":      {annotated(index(entpg.Index{Parts: []entpg.Part{{Column: "x"}}, Include: []string{"gone"}})), "the_index"},
		"predicate over nothing":                  {annotated(index(entpg.Index{Parts: []entpg.Part{{Column: "x"}}, Where: "gone IS NULL"})), "the_index"},
		"predicate that is no condition":          {annotated(index(entpg.Index{Parts: []entpg.Part{{Column: "x"}}, Where: "x"})), "the_index"},
		"expression over nothing":                 {annotated(index(entpg.Index{Parts: []entpg.Part{{Expr: "lower(gone)"}}})), "the_index"},
		"expression that varies":                  {annotated(index(entpg.Index{Parts: []entpg.Part{{Expr: "random()"}}})), "the_index"},
		"unknown operator class":                  {annotated(index(entpg.Index{Parts: []entpg.Part{{Column: "x", OpClass: "no_such_ops"}}})), "the_index"},
		"operator class that is missing":          {annotated(index(entpg.Index{Using: "hnsw", Parts: []entpg.Part{{Column: "v"}}})), "the_index"},
		"unknown access method":                   {annotated(index(entpg.Index{Using: "no_such", Parts: []entpg.Part{{Column: "x"}}})), "the_index"},
		"unknown index parameter":                 {annotated(index(entpg.Index{Parts: []entpg.Part{{Column: "x"}}, With: map[string]string{"no_such": "1"}})), "the_index"},
		"index parameter out of range":            {annotated(index(entpg.Index{Using: "hnsw", Parts: []entpg.Part{{Column: "v", OpClass: entpg.VectorL2}}, With: map[string]string{"m": "1"}})), "the_index"},
		"more dimensions than an index takes":     {column(nullable(typed("d", "vector(3000)")), index(entpg.Index{Using: "hnsw", Parts: []entpg.Part{{Column: "d", OpClass: entpg.VectorL2}}})), "the_index"},
		"policy over nothing":                     {annotated(policy(entpg.Policy{Using: "gone = 1"})), "the_policy"},
		"policy cut short":                        {annotated(policy(entpg.Policy{Using: "x = "})), "the_policy"},
		"policy for no role":                      {annotated(policy(entpg.Policy{Using: "true", To: []string{"no_such_role"}})), "the_policy"},
		"policy with a condition it cannot use":   {annotated(policy(entpg.Policy{For: entpg.Insert, Using: "true"})), "the_policy"},
		"exclusion by an unknown operator":        {annotated(exclusion(entpg.Exclusion{Parts: []entpg.ExclusionPart{{Column: "r", Operator: "@@@@"}}})), "the_exclusion"},
		"exclusion of a column that is not there": {annotated(exclusion(entpg.Exclusion{Parts: []entpg.ExclusionPart{{Column: "gone", Operator: "&&"}}})), "the_exclusion"},
		"exclusion with a broken predicate":       {annotated(exclusion(entpg.Exclusion{Parts: []entpg.ExclusionPart{{Column: "r", Operator: "&&"}}, Where: "gone"})), "the_exclusion"},
		"unique key of nothing":                   {annotated(&entpg.UniqueKey{Table: "broken", Name: "the_key", Columns: []string{"gone"}}), "the_key"},
		"identity of text":                        {column(text("d"), &entpg.IdentityColumn{Table: "broken", Column: "d"}), "d"},
		"identity with a default":                 {column(withDefault(integer("d"), 1), &entpg.IdentityColumn{Table: "broken", Column: "d"}), "d"},
		"identity of nothing":                     {annotated(&entpg.IdentityColumn{Table: "broken", Column: "gone"}), "gone"},
		"enum of nothing":                         {annotated(&entpg.EnumType{Table: "broken", Column: "gone", Name: "the_type", Values: []string{"a"}}), "the_type"},
		"enum without values":                     {column(nullable(typed("e", "the_type")), enum()), "the_type"},
		"enum with a value twice":                 {column(nullable(typed("e", "the_type")), enum("a", "a")), "the_type"},
		"enum with another default":               {column(withDefault(typed("e", "the_type"), schema.Expr("'b'")), enum("a")), "e"},
		"online object that is not there":         {annotated(&entpg.OnlineObjects{Table: "broken", Names: []string{"gone"}}), "gone"},
		"reference of another type":               {column(nullable(text("ref")), &entpg.Reference{Table: "broken", Column: "ref", Name: "the_reference", RefTable: "kept", RefColumn: "id", OnDelete: entpg.Cascade}), "the_reference"},
		"reference to what is not unique":         {column(nullable(text("ref")), &entpg.Reference{Table: "broken", Column: "ref", Name: "the_reference", RefTable: "kept", RefColumn: "x", OnDelete: entpg.Cascade}), "the_reference"},
		"unknown storage parameter":               {annotated(&entpg.StorageParameters{Table: "broken", With: map[string]string{"no_such": "1"}}), "no_such"},
		"storage of nothing":                      {annotated(&entpg.StoredColumn{Table: "broken", Column: "gone", Storage: entpg.StorageMain}), "gone"},
		"unknown storage":                         {annotated(&entpg.StoredColumn{Table: "broken", Column: "x", Storage: "plain"}), `unknown storage "plain"`},
		"storage declared twice": {annotated(
			&entpg.StoredColumn{Table: "broken", Column: "x", Storage: entpg.StorageMain},
			&entpg.StoredColumn{Table: "broken", Column: "x", Storage: entpg.StorageMain},
		), `storage of column "x" is declared twice`},
		"storage that the type does not have": {column(integer("d"), &entpg.StoredColumn{Table: "broken", Column: "d", Storage: entpg.StorageMain}), `ALTER COLUMN "d" SET STORAGE MAIN`},
		"storage parameter out of range":      {annotated(&entpg.StorageParameters{Table: "broken", With: map[string]string{"fillfactor": "5"}}), "fillfactor"},
		"unknown extension":                   {annotated(&entpg.Extension{Table: "broken", Name: "no_such_extension"}), "no_such_extension"},
		"predicate of an index of ent's": {func(broken *schema.Table) []core.SchemaAnnotation {
			withIndex(broken, "the_index", false, "x").Indexes[0].Annotation = &entsql.IndexAnnotation{Where: "gone"}
			return nil
		}, "the_index"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			kept := table("kept", nullable(text("x")))
			apply(t, db, plugin("p", []*schema.Table{kept}))
			execute(t, db, "INSERT INTO test_p.kept (x) VALUES ('a')")
			before := dump(t, db)
			broken := table("broken", nullable(text("x")), nullable(typed("v", "vector(3)")), nullable(typed("r", "tstzrange")))
			annotations := test.change(broken)
			_, err := engine(t, db).Run(t.Context(), []migration.Unit{
				plugin("p", []*schema.Table{table("kept", nullable(text("x")), nullable(text("new"))), broken}, annotations...),
			}, migration.Options{Force: true})
			oneLine(t, err)
			require.ErrorContains(t, err, `"@test/p"`)
			if name != "unknown extension" { // which is the database's
				require.ErrorContains(t, err, "broken")
			}
			require.ErrorContains(t, err, test.object)
			require.Equal(t, before, dump(t, db))
		})
	}
}

// Names that PostgreSQL would cut, of what unit_test.go has not.
func TestLongNames(t *testing.T) {
	t.Parallel()
	db := openURL(t, "postgresql://127.0.0.1:1/none")
	long := strings.Repeat("n", 64)
	for name, annotation := range map[string]core.SchemaAnnotation{
		"index":      &entpg.Index{Table: "t", Name: long, Parts: []entpg.Part{{Column: "x"}}},
		"reference":  &entpg.Reference{Table: "t", Column: "ref", Name: long, RefTable: "t", RefColumn: "id", OnDelete: entpg.Cascade},
		"unique key": &entpg.UniqueKey{Table: "t", Name: long, Columns: []string{"x"}},
		"exclusion":  &entpg.Exclusion{Table: "t", Name: long, Parts: []entpg.ExclusionPart{{Column: "r", Operator: "&&"}}},
		"policy":     &entpg.Policy{Table: "t", Name: long, Using: "true"},
		"enum":       &entpg.EnumType{Table: "t", Column: "x", Name: long, Values: []string{"a"}},
		"enum value": &entpg.EnumType{Table: "t", Column: "x", Name: "e", Values: []string{"a", long}},
		"new name":   &entpg.Index{Table: "t", Name: strings.Repeat("é", 32), Parts: []entpg.Part{{Column: "x"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			unit := one(table("t", nullable(text("x")), nullable(typed("ref", "uuid")), nullable(typed("r", "tstzrange"))), annotation)
			_, err := engine(t, db).Run(t.Context(), []migration.Unit{unit}, migration.Options{})
			oneLine(t, err)
			for _, word := range []string{`"@test/p"`, `"t"`, "64 bytes"} {
				require.ErrorContains(t, err, word)
			}
			require.NotContains(t, err.Error(), "connect")
		})
	}
	// A name that was made up from others is named, too.
	wide := strings.Repeat("w", 30)
	_, err := engine(t, db).Run(t.Context(), []migration.Unit{one(table(wide, nullable(typed(wide+"x", "uuid"))),
		&entpg.Reference{Table: wide, Column: wide + "x", RefTable: wide, RefColumn: "id", OnDelete: entpg.Cascade})}, migration.Options{})
	oneLine(t, err)
	require.ErrorContains(t, err, wide+"_"+wide)
}

// Schema owners that do not fit together change nothing on a database that is
// in use, not even in the history.
func TestUnitErrorsChangeNothing(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, coreUnit(), one(table("t", text("x"))))
	before := everything(t, db)
	claimant := plugin("other", []*schema.Table{table("u")})
	claimant.Schema.Namespace = "test_p"
	circle := one(table("t"))
	circle.DependsOn = []string{"@test/other"}
	back := plugin("other", []*schema.Table{table("u")})
	back.DependsOn = []string{"@test/p"}
	missing := one(table("t"))
	missing.DependsOn = []string{"@test/gone"}
	for name, test := range map[string]struct {
		units []migration.Unit
		words []string
	}{
		"one namespace": {[]migration.Unit{coreUnit(), one(table("t")), claimant}, []string{`"@test/p"`, `"@test/other"`, `"test_p"`}},
		"a circle":      {[]migration.Unit{coreUnit(), circle, back}, []string{"@test/p", "@test/other", "circle"}},
		"missing":       {[]migration.Unit{coreUnit(), missing}, []string{`"@test/p"`, `"@test/gone"`}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, options := range []migration.Options{{}, {Force: true}, {DryRun: true}} {
				_, err := engine(t, db).Run(t.Context(), test.units, options)
				oneLine(t, err)
				for _, word := range test.words {
					require.ErrorContains(t, err, word)
				}
			}
			require.Equal(t, before, everything(t, db))
		})
	}
}

// A role that may not create an extension is told the command that an
// administrator must run; it helps, and nothing has changed before.
func TestExtensionNotAllowed(t *testing.T) {
	t.Parallel()
	admin, limited, name := role(t)
	execute(t, admin, "GRANT CREATE ON DATABASE "+query[string](t, admin, "SELECT quote_ident(current_database())")+" TO "+name)
	unit := one(table("t", text("x")), &entpg.Extension{Table: "t", Name: "pageinspect"})
	before := everything(t, admin)
	_, err := engine(t, limited).Run(t.Context(), []migration.Unit{unit}, migration.Options{})
	oneLine(t, err)
	for _, word := range []string{name, "pageinspect", "as an administrator run CREATE EXTENSION"} {
		require.ErrorContains(t, err, word)
	}
	require.Equal(t, before, everything(t, admin))
	_, command, _ := strings.Cut(err.Error(), "as an administrator run ")
	command, _, _ = strings.Cut(command, " in that database")
	execute(t, admin, command)
	apply(t, limited, unit)
	settled(t, limited, unit)
}

// Without CREATE on the database nothing begins.
func TestNoCreateOnDatabase(t *testing.T) {
	t.Parallel()
	admin, limited, name := role(t)
	before := everything(t, admin)
	_, err := engine(t, limited).Run(t.Context(), []migration.Unit{one(table("t"))}, migration.Options{})
	oneLine(t, err)
	require.ErrorContains(t, err, "as an administrator run GRANT CREATE ON DATABASE "+strconv.Quote(query[string](t, admin, "SELECT current_database()")))
	require.ErrorContains(t, err, name)
	require.Equal(t, before, everything(t, admin))
}

// A database, or a role, that is not there.
func TestNoSuchDatabase(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Database(t)
	name := query[string](t, openURL(t, dsn), "SELECT current_database()")
	_, err := engine(t, openURL(t, strings.ReplaceAll(dsn, name, name+"_gone"))).Run(t.Context(), []migration.Unit{coreUnit()}, migration.Options{})
	oneLine(t, err)
	require.ErrorContains(t, err, "migration: connect to the database")
	require.ErrorContains(t, err, name+"_gone")
}

// No listener, or one that does not answer: the error is one line, and has no
// password in it.
func TestUnreachableIsOneLine(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{
		"postgresql://someone:secret@127.0.0.1:1/none", "postgresql://someone:secret@127.0.0.1:1,127.0.0.1:2/none",
		"host=/nowhere/at/all user=someone password=secret dbname=none",
	} {
		_, err := engine(t, openURL(t, dsn)).Run(t.Context(), []migration.Unit{coreUnit()}, migration.Options{})
		oneLine(t, err)
		require.ErrorContains(t, err, "migration: connect to the database")
		require.NotContains(t, err.Error(), "secret")
	}
}

// A replica, that is a server in recovery: what is up to date is fine there,
// anything else is for the primary.
func TestReplica(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	config := pgcluster.Config{Dir: pgtest.Dir(t), BinDir: os.Getenv("ELIZA_PG_BIN"), Settings: map[string]string{"fsync": "off"}}
	cluster, err := pgcluster.Start(ctx, config)
	require.NoError(t, err)
	apply(t, openURL(t, cluster.URL()), coreUnit())
	require.NoError(t, cluster.Close(ctx))
	// Its data is now what a base backup would be.
	data := filepath.Join(config.Dir, "pgdata")
	signal := filepath.Join(data, "standby.signal")
	require.NoError(t, os.WriteFile(signal, nil, 0o600))
	owner, err := os.Stat(data)
	require.NoError(t, err)
	stat := owner.Sys().(*syscall.Stat_t)
	require.NoError(t, os.Chown(signal, int(stat.Uid), int(stat.Gid)))

	cluster, err = pgcluster.Start(ctx, config)
	require.NoError(t, err)
	defer func() { require.NoError(t, cluster.Close(context.WithoutCancel(ctx))) }()
	db := openURL(t, cluster.URL())
	defer func() { require.NoError(t, db.Close()) }()
	require.True(t, query[bool](t, db, "SELECT pg_is_in_recovery()"))
	require.True(t, apply(t, db, coreUnit()).UpToDate)
	for _, options := range []migration.Options{{}, {DryRun: true}, {Full: true}} {
		_, err = engine(t, db).Run(t.Context(), []migration.Unit{coreUnit(), one(table("t"))}, options)
		oneLine(t, err)
		require.ErrorContains(t, err, "connect to the primary")
	}
}
