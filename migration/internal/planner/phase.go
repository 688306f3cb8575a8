package planner

// phase is the position of a statement in a plan. Objects that are in the way are
// dropped first, dependents before what they depend on; then they are created again
// in the opposite order.
type phase int

const (
	phaseNamespace phase = iota
	phaseRename
	phaseLock
	phaseStorage // before what may rewrite rows, which then are stored in the new way
	phaseDropPolicy
	phaseDropView
	phaseDropForeignKey
	phaseDropConstraint
	phaseDropIndex
	phaseDropGenerated
	phaseDropColumn
	phaseDropTable
	phaseRenameObject // once the names are free
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
	phaseView
	phaseSecurity
	phasePolicy
	phaseKept // unmanaged properties of objects that are created again
	phaseOption
	phaseComment
	phaseOnline
)
