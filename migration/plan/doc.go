// Package plan holds the result of planning a migration as plain values: the
// changes with their class and the rows affected, and the statements in order.
// It is for programs that read plans, such as linters; it imports no other
// package of the project, so they do not need the engine.
//
//	for _, c := range p.Changes {
//		if c.Class == plan.Destructive {
//			fmt.Println(c.Object, c.Rows, c.Hint)
//		}
//	}
//	fmt.Print(p.SQL())
//
// As JSON, a plan is the output of `elizago migrate plan --json`; the table
// migrations.runs holds the statements and changes of each run in that form.
package plan
