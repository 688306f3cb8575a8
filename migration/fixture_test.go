package migration_test

import (
	"database/sql"
	"flag"
	"os"
	"testing"
	"time"

	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest"
	"go.uber.org/zap/zaptest/observer"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent/migrate"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
)

func TestMain(m *testing.M) {
	if child() {
		return
	}
	pgtest.Main(m)
}

var update = flag.Bool("update", false, "rewrite testdata")

// golden compares text with a file.
func golden(t *testing.T, name, text string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, string(want), text, "run the test with -update")
}

// open is a connection pool on an empty database.
func open(t testing.TB) *sql.DB {
	t.Helper()
	return openURL(t, pgtest.Database(t))
}

func openURL(t testing.TB, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func engine(t testing.TB, db *sql.DB) *migration.Engine {
	t.Helper()
	e, err := migration.New(migration.Config{DB: db, Logger: zaptest.NewLogger(t), LockTimeout: 30 * time.Second})
	require.NoError(t, err)
	return e
}

// apply runs the engine and wants it to succeed.
func apply(t testing.TB, db *sql.DB, units ...migration.Unit) *migration.Result {
	t.Helper()
	result, err := engine(t, db).Run(t.Context(), units, migration.Options{})
	require.NoError(t, err)
	return result
}

// strictly is apply for schemas that newer ones have superseded: what these have
// added is removed.
func strictly(t testing.TB, db *sql.DB, units ...migration.Unit) *migration.Result {
	t.Helper()
	result, err := engine(t, db).Run(t.Context(), units, migration.Options{GoBack: true})
	require.NoError(t, err)
	return result
}

// settled requires the database to be as declared, by both ways to see it.
func settled(t testing.TB, db *sql.DB, units ...migration.Unit) {
	t.Helper()
	result, err := engine(t, db).Run(t.Context(), units, migration.Options{})
	require.NoError(t, err)
	require.True(t, result.UpToDate)
	require.False(t, result.Compared, "the fast path was not taken")
	result, err = engine(t, db).Run(t.Context(), units, migration.Options{Full: true})
	require.NoError(t, err)
	require.True(t, result.UpToDate, "the full comparison finds %v", result.Plan.Changes)
	require.True(t, result.Compared)
}

func execute(t testing.TB, db *sql.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		_, err := db.ExecContext(t.Context(), s)
		require.NoError(t, err, s)
	}
}

func query[T any](t testing.TB, db *sql.DB, q string, args ...any) T {
	t.Helper()
	var v T
	require.NoError(t, db.QueryRowContext(t.Context(), q, args...).Scan(&v), q)
	return v
}

// coreUnit are the real core tables.
func coreUnit() migration.Unit {
	return migration.Unit{
		Plugin: migration.Core,
		Schema: core.Schema{Namespace: migrate.Namespace, Tables: migrate.Tables, Annotations: migrate.Annotations},
	}
}

// plugin is a schema owner "@test/<name>" of hand-made tables.
func plugin(name string, tables []*schema.Table, annotations ...core.SchemaAnnotation) migration.Unit {
	return migration.Unit{Plugin: "@test/" + name, Schema: core.Schema{Tables: tables, Annotations: annotations}}
}

// table has a uuid id, and what is given.
func table(name string, columns ...*schema.Column) *schema.Table {
	id := &schema.Column{Name: "id", Type: field.TypeUUID, Default: schema.Expr("gen_random_uuid()")}
	return &schema.Table{
		Name:       name,
		Columns:    append([]*schema.Column{id}, columns...),
		PrimaryKey: []*schema.Column{id},
	}
}

func text(name string) *schema.Column {
	return &schema.Column{Name: name, Type: field.TypeString, Size: 1 << 30}
}

func nullable(c *schema.Column) *schema.Column {
	c.Nullable = true
	return c
}

func typed(name, sqlType string) *schema.Column {
	return &schema.Column{Name: name, Type: field.TypeOther, SchemaType: map[string]string{"postgres": sqlType}}
}

// col is the column of that name.
func col(t *schema.Table, name string) *schema.Column {
	for _, c := range t.Columns {
		if c.Name == name {
			return c
		}
	}
	panic("no column " + name)
}

func withIndex(t *schema.Table, name string, unique bool, columns ...string) *schema.Table {
	idx := &schema.Index{Name: name, Unique: unique}
	for _, c := range columns {
		idx.Columns = append(idx.Columns, col(t, c))
	}
	t.Indexes = append(t.Indexes, idx)
	return t
}

func withCheck(t *schema.Table, name, expr string) *schema.Table {
	if t.Annotation == nil {
		t.Annotation = &entsql.Annotation{Checks: map[string]string{}}
	}
	t.Annotation.Checks[name] = expr
	return t
}

func withKey(t *schema.Table, symbol, column string, ref *schema.Table) *schema.Table {
	t.ForeignKeys = append(t.ForeignKeys, &schema.ForeignKey{
		Symbol: symbol, Columns: []*schema.Column{col(t, column)},
		RefTable: ref, RefColumns: []*schema.Column{ref.Columns[0]}, OnDelete: schema.Cascade,
	})
	return t
}

// observed is a logger whose messages from info on can be read.
func observed() (*zap.Logger, *observer.ObservedLogs) {
	level, logs := observer.New(zapcore.InfoLevel)
	return zap.New(level), logs
}

// without returns a schema less one table, its annotations, and the tables that
// refer to it.
func without(u migration.Unit, name string) core.Schema {
	gone := map[string]bool{name: true}
	for range u.Schema.Tables {
		for _, t := range u.Schema.Tables {
			for _, fk := range t.ForeignKeys {
				gone[t.Name] = gone[t.Name] || gone[fk.RefTable.Name]
			}
		}
	}
	s := core.Schema{Namespace: u.Schema.Namespace}
	for _, t := range u.Schema.Tables {
		if !gone[t.Name] {
			s.Tables = append(s.Tables, t)
		}
	}
	for _, x := range u.Schema.Annotations {
		if !gone[x.TableName()] {
			s.Annotations = append(s.Annotations, x)
		}
	}
	return s
}
