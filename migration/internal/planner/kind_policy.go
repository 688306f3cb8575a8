package planner

import (
	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/plan"
)

func policyKind() kind {
	return kind{
		changes: changes{
			added: plan.AddPolicy, removed: plan.DropPolicy, altered: plan.AlterPolicy, renamed: plan.RenamePolicy,
		},
		createPhase: always(phasePolicy),
		attached:    true,
		dropPhase:   always(phaseDropPolicy),
		drop:        func(k catalog.Key) string { return "DROP POLICY " + catalog.Quote(k.Name) + " ON " + k.Relation() },
		restore: func(o catalog.Object) string {
			return "CREATE POLICY " + catalog.Quote(o.Name) + " ON " + o.Relation() + " " + o.Def
		},
		rename: func(from, to catalog.Key) string {
			return "ALTER POLICY " + catalog.Quote(from.Name) + " ON " + to.Relation() + " RENAME TO " + catalog.Quote(to.Name)
		},
		suffices: policySuffices,
		retyped:  func(*Planner, catalog.Key, catalog.Difference) bool { return true },
	}
}
