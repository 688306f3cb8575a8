package planner

import "github.com/elizago/elizago/migration/internal/catalog"

// phase is when a statement comes in a plan. What is in the way goes first,
// from what depends to what it depends on; then it is made anew in the opposite
// order.
type phase int

const (
	phaseNamespace phase = iota
	phaseRename
	phaseLock
	phaseStorage // before what may write rows anew, which then does so in the new way
	phaseDropPolicy
	phaseDropForeignKey
	phaseDropConstraint
	phaseDropIndex
	phaseDropGenerated
	phaseDropColumn
	phaseDropTable
	phaseRenameObject // when the names are free
	phaseType
	phaseTable
	phaseLoosenColumn
	phaseColumnType
	phaseAddColumn
	phaseAddGenerated
	phaseFinishColumn
	phaseDropType
	phaseConstraint
	phaseIndex
	phaseForeignKey
	phaseSecurity
	phasePolicy
	phaseOption
	phaseComment
	phaseOnline
)

func (p *Planner) createPhase(k catalog.Key) phase {
	switch k.Kind {
	case catalog.Enum:
		return phaseType
	case catalog.Storage:
		return phaseTable // right after its table: see changeStorage for others
	case catalog.Column:
		if catalog.IsGenerated(p.probe.want[k]) {
			return phaseAddGenerated
		}
		return phaseAddColumn
	case catalog.Constraint:
		def := p.probe.want[k].Def
		if def == "" {
			def = p.probe.have[k].Def
		}
		if catalog.ConstraintType(def) == "FOREIGN KEY" {
			return phaseForeignKey
		}
		return phaseConstraint
	case catalog.Index:
		return phaseIndex
	case catalog.Security:
		return phaseSecurity
	case catalog.Policy:
		return phasePolicy
	case catalog.Option:
		return phaseOption
	default:
		return phaseComment
	}
}

func dropPhase(o catalog.Object) phase {
	switch o.Kind {
	case catalog.Policy, catalog.Security:
		return phaseDropPolicy
	case catalog.Constraint:
		if catalog.ConstraintType(o.Def) == "FOREIGN KEY" {
			return phaseDropForeignKey
		}
		return phaseDropConstraint
	case catalog.Index:
		return phaseDropIndex
	case catalog.Column:
		if catalog.IsGenerated(o) {
			return phaseDropGenerated
		}
		return phaseDropColumn
	case catalog.Table:
		return phaseDropTable
	case catalog.Enum:
		return phaseDropType
	case catalog.Option:
		return phaseOption
	default:
		return phaseComment
	}
}
