package migration

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

func (p *planner) createPhase(k Key) phase {
	switch k.Kind {
	case Enum:
		return phaseType
	case Storage:
		return phaseTable // right after its table: see changeStorage for others
	case Column:
		if IsGenerated(p.probe.want[k]) {
			return phaseAddGenerated
		}
		return phaseAddColumn
	case Constraint:
		def := p.probe.want[k].Def
		if def == "" {
			def = p.probe.have[k].Def
		}
		if ConstraintType(def) == "FOREIGN KEY" {
			return phaseForeignKey
		}
		return phaseConstraint
	case Index:
		return phaseIndex
	case Security:
		return phaseSecurity
	case Policy:
		return phasePolicy
	case Option:
		return phaseOption
	default:
		return phaseComment
	}
}

func dropPhase(o Object) phase {
	switch o.Kind {
	case Policy, Security:
		return phaseDropPolicy
	case Constraint:
		if ConstraintType(o.Def) == "FOREIGN KEY" {
			return phaseDropForeignKey
		}
		return phaseDropConstraint
	case Index:
		return phaseDropIndex
	case Column:
		if IsGenerated(o) {
			return phaseDropGenerated
		}
		return phaseDropColumn
	case Table:
		return phaseDropTable
	case Enum:
		return phaseDropType
	case Option:
		return phaseOption
	default:
		return phaseComment
	}
}
