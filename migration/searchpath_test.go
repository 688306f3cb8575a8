package migration_test

import (
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

// Expressions find the plugin's own types and tables, and core's, with and
// without their namespace, before any of them exist.
func TestExpressionsFindWhatTheUnitsDeclare(t *testing.T) {
	t.Parallel()
	db := open(t)
	labels := table("labels", text("name"))
	unit := plugin("p", []*schema.Table{labels, table("t", nullable(text("m")), typed("room_id", "uuid"))},
		mood("a", "b"),
		&entpg.Index{Table: "t", Name: "by_m", Parts: []entpg.Part{{Column: "m"}}, Where: "m <> 'b'::mood"},
		&entpg.RowSecurity{Table: "t"},
		&entpg.Policy{Table: "t", Name: "own", Using: "EXISTS (SELECT 1 FROM labels l WHERE l.name = m::text)"},
		&entpg.Policy{Table: "t", Name: "named", Using: "EXISTS (SELECT 1 FROM test_p.labels l WHERE l.name = m::text)"},
		&entpg.Policy{Table: "t", Name: "core", Using: "EXISTS (SELECT 1 FROM participants p WHERE p.room_id = t.room_id)"},
		&entpg.Policy{Table: "t", Name: "core_named", Using: "EXISTS (SELECT 1 FROM public.rooms r WHERE r.id = t.room_id)"},
	)
	unit.DependsOn = []string{migration.Core}
	apply(t, db, coreUnit(), unit)
	settled(t, db, coreUnit(), unit)
	require.Contains(t, query[string](t, db, "SELECT qual FROM pg_policies WHERE policyname = 'core'"), "participants p")
}
