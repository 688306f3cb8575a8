// Package planner turns the differences between a database and the desired state
// into a plan: what each difference means, how many rows it affects, whether the
// policy allows it, and the statements that make it, in order.
//
//	p := planner.New(planner.Config{Tx: tx, Desired: state, Have: have, Want: want})
//	change, err := p.Classify(ctx, "@your-org/plugin-notes", difference)
//	if !planner.Refuses(change.Change, force) {
//		steps, err = p.Plan(ctx, renamings, []planner.Change{change})
//	}
//
// The way of one difference through the package:
//
//	catalog.Difference
//	   |  classify.go              kind and class of the change
//	   |  impact.go, cast.go       rows affected, counted with SQL
//	   |  policy.go                applied, or refused
//	   |  kind_*.go, planner.go    the statements, and what has to make way for them
//	   v  phase.go                 their order
//	Step
//
// What the schema says was renamed is compared under its new name (rename.go).
package planner
