// Package plan is what a migration would do, or has done, as plain values: the
// changes with what each puts at risk, and the statements in order. It imports
// nothing of the project, so that a program that reads plans, a linter say, needs
// no engine.
//
//	for _, c := range p.Changes {
//		if c.Class == plan.Destructive {
//			fmt.Println(c.Object, c.Rows, c.Hint)
//		}
//	}
//	fmt.Print(p.SQL())
//
// As JSON a plan is what `elizago migrate plan --json` prints and what history
// keeps of each run.
package plan
