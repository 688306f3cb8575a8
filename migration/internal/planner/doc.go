// Package planner turns the differences between a database and the desired
// state into a plan: the change of each difference, the rows it affects,
// whether the policy allows it, and its statements, in order.
//
//	p := planner.New(planner.Config{Tx: tx, Desired: state, Have: have, Want: want})
//	change, err := p.Classify(ctx, "@your-org/plugin-notes", difference)
//	if !planner.Refuses(change.Change, force) {
//		steps, err = p.Plan(ctx, renamings, []planner.Change{change})
//	}
//
// A difference passes through:
//
//	catalog.Difference
//	   |  classify.go              kind and class of the change
//	   |  impact.go, cast.go       rows affected, counted with SQL
//	   |  policy.go                applied, or refused
//	   |  kind_*.go, planner.go    the statements, and what has to make way for them
//	   v  phase.go                 their order
//	Step
//
// Objects declared as renamed are compared under their new names (rename.go).
package planner
