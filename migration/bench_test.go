package migration_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

// The three ways of a run: nothing is there, nothing has changed, and nothing
// has changed but everything is compared.
func BenchmarkRun(b *testing.B) {
	for _, size := range []struct {
		name  string
		units []migration.Unit
	}{
		{"core+1", []migration.Unit{coreUnit(), benchPlugin(0, 1)}},
		{"115tables21namespaces", bigUnits()},
	} {
		b.Run(size.name+"/create", func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				db := open(b)
				e, err := migration.New(migration.Config{DB: db})
				require.NoError(b, err)
				require.NoError(b, db.PingContext(b.Context()))
				b.StartTimer()
				_, err = e.Run(context.Background(), size.units, migration.Options{})
				require.NoError(b, err)
			}
		})
		for _, full := range []bool{false, true} {
			name := map[bool]string{false: "/unchanged", true: "/full"}[full]
			b.Run(size.name+name, func(b *testing.B) {
				db := open(b)
				e, err := migration.New(migration.Config{DB: db})
				require.NoError(b, err)
				_, err = e.Run(b.Context(), size.units, migration.Options{})
				require.NoError(b, err)
				b.ReportAllocs()
				for b.Loop() {
					result, err := e.Run(b.Context(), size.units, migration.Options{Full: full})
					require.NoError(b, err)
					require.True(b, result.UpToDate)
				}
			})
		}
	}
}

// BenchmarkEntCreate is what ent itself does with as many tables, in the one
// namespace that it can: the measure for BenchmarkRun.
func BenchmarkEntCreate(b *testing.B) {
	create := func(b *testing.B, db *sql.DB) {
		m, err := schema.NewMigrate(entsql.OpenDB(dialect.Postgres, db))
		require.NoError(b, err)
		require.NoError(b, m.Create(b.Context(), benchPlugin(0, 115).Schema.Tables...))
	}
	b.Run("115tables/create", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			db := open(b)
			b.StartTimer()
			create(b, db)
		}
	})
	b.Run("115tables/unchanged", func(b *testing.B) {
		db := open(b)
		create(b, db)
		for b.Loop() {
			create(b, db)
		}
	})
}

// A new connection, as at the start of a program.
func BenchmarkRunOnNewConnection(b *testing.B) {
	db := open(b)
	db.SetMaxIdleConns(-1)
	e, err := migration.New(migration.Config{DB: db})
	require.NoError(b, err)
	units := []migration.Unit{coreUnit(), benchPlugin(0, 1)}
	_, err = e.Run(b.Context(), units, migration.Options{})
	require.NoError(b, err)
	for b.Loop() {
		_, err := e.Run(b.Context(), units, migration.Options{})
		require.NoError(b, err)
	}
}

func benchPlugin(n, tables int) migration.Unit {
	u := migration.Unit{Plugin: fmt.Sprintf("@bench/plugin-%d", n)}
	for i := range tables {
		t := withIndex(table(fmt.Sprintf("t%d", i), typed("entity_id", "uuid"), text("a"), nullable(text("b")),
			nullable(text("c")), nullable(typed("d", "timestamptz")), nullable(typed("e", "jsonb"))),
			fmt.Sprintf("by_entity_%d", i), false, "entity_id")
		u.Schema.Tables = append(u.Schema.Tables, withCheck(t, "a_check", "a IN ('x', 'y')"))
		u.Schema.Annotations = append(u.Schema.Annotations, core.SchemaAnnotation(&entpg.Reference{
			Table: t.Name, Column: "entity_id", RefNamespace: "public", RefTable: "entities", RefColumn: "id", OnDelete: entpg.Cascade,
		}))
	}
	return u
}

// bigUnits are 115 tables in 21 namespaces, core's among them.
func bigUnits() []migration.Unit {
	units := []migration.Unit{coreUnit()}
	for i := range 20 {
		tables := 5
		if i < 2 {
			tables = 4
		}
		units = append(units, benchPlugin(i, tables))
	}
	return units
}
