package planner

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
	phaseDropView
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
	phaseView
	phaseViewKept // what others gave to views that are created again
	phaseSecurity
	phasePolicy
	phaseOption
	phaseComment
	phaseOnline
)
