package planner

import (
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/plan"
)

func securityKind() kind {
	return kind{
		changes:     changes{added: plan.AddRowSecurity, removed: plan.DropRowSecurity, altered: plan.AlterRowSecurity},
		createPhase: always(phaseSecurity),
		dropPhase:   always(phaseDropPolicy),
		drop: func(k catalog.Key) string {
			return catalog.AlterTable(k.Relation(), "DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY")
		},
		restore: func(o catalog.Object) string {
			var parts []string
			if strings.HasPrefix(o.Def, "ENABLE") {
				parts = append(parts, "ENABLE ROW LEVEL SECURITY")
			}
			if strings.HasSuffix(o.Def, "FORCE") {
				parts = append(parts, "FORCE ROW LEVEL SECURITY")
			}
			return catalog.AlterTable(o.Relation(), strings.Join(parts, ", "))
		},
		alter: (*Planner).set,
	}
}
