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

func (p *planner) createPhase(k objectKey) phase {
	switch k.Kind {
	case enumObject:
		return phaseType
	case storageObject:
		return phaseTable // right after its table: see changeStorage for others
	case columnObject:
		if isGenerated(p.probe.want[k]) {
			return phaseAddGenerated
		}
		return phaseAddColumn
	case constraintObject:
		def := p.probe.want[k].Def
		if def == "" {
			def = p.probe.have[k].Def
		}
		if constraintType(def) == "FOREIGN KEY" {
			return phaseForeignKey
		}
		return phaseConstraint
	case indexObject:
		return phaseIndex
	case securityObject:
		return phaseSecurity
	case policyObject:
		return phasePolicy
	case optionObject:
		return phaseOption
	default:
		return phaseComment
	}
}

func dropPhase(o object) phase {
	switch o.Kind {
	case policyObject, securityObject:
		return phaseDropPolicy
	case constraintObject:
		if constraintType(o.Def) == "FOREIGN KEY" {
			return phaseDropForeignKey
		}
		return phaseDropConstraint
	case indexObject:
		return phaseDropIndex
	case columnObject:
		if isGenerated(o) {
			return phaseDropGenerated
		}
		return phaseDropColumn
	case tableObject:
		return phaseDropTable
	case enumObject:
		return phaseDropType
	case optionObject:
		return phaseOption
	default:
		return phaseComment
	}
}
