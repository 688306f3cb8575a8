package planner

import "github.com/elizago/elizago/migration/plan"

// Refuses reports whether the policy refuses a change. What can lose data needs force, whether or
// not it affects rows now: a table or a column that is not declared any more
// may still be used by another version of the program.
//
//	applied                  what adds, renames, widens, relaxes or only speeds up:
//	                         indexes, constraints, defaults, policies, comments, in
//	                         all directions
//	refused without force    dropping tables and columns; types and enumerations that
//	                         cannot hold a row's value; NOT NULL with a default over
//	                         NULLs; values that would be computed instead; taking
//	                         over a table that differs and that history does not know
//	refused always           what rows stand against: unique over duplicates, a foreign
//	                         key over orphans, a check over violations, NOT NULL
//	                         without a default
//
// Rows that could not be counted beforehand, such as those that a unique index
// over an expression would refuse, make the statement fail, and everything is
// rolled back.
func Refuses(c Change, force bool) bool {
	if c.Class == plan.DataDependent {
		return c.Rows > 0
	}
	return c.Class == plan.Destructive && !force && (c.always || c.Rows > 0)
}

// counts reports whether a change is allowed only because it affects no row, so
// that the table is locked before it is done.
func counts(c Change) bool { return c.Class == plan.Destructive && c.Rows == 0 }
