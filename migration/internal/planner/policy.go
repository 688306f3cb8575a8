package planner

import "github.com/elizago/elizago/migration/plan"

// Refuses reports whether the policy refuses a change. A destructive change is
// refused without force if it affects rows; dropping a table or a column also if
// it affects none, as another version of the program may still use it.
//
//	applied                  what adds, renames, widens, relaxes or only speeds up:
//	                         indexes, constraints, defaults, policies, comments, in
//	                         all directions
//	refused without force    dropping tables and columns; types and enumerations that
//	                         cannot hold a row's value; NOT NULL with a default over
//	                         NULLs; values that would be computed instead; taking
//	                         over a table or view that differs and is not in history
//	refused always           what existing rows violate: unique over duplicates, a
//	                         foreign key over orphans, a check over violations, NOT
//	                         NULL without a default
//
// Violations that could not be counted beforehand, such as of a unique index
// over an expression, make the statement fail, and everything is rolled back.
func Refuses(c Change, force bool) bool {
	if c.NoForce {
		return true
	}
	if c.Class == plan.DataDependent {
		return c.Rows > 0
	}
	return c.Class == plan.Destructive && !force && (c.always || c.Rows > 0)
}

// counts reports whether a change is allowed only because it affects no row, so
// that no other session may write to the table before it is executed.
func counts(c Change) bool { return c.Class == plan.Destructive && c.Rows == 0 }
