package migration

// refuses is this version's policy: what adds to the database or relaxes a
// rule is applied, unless rows stand against it; everything else is refused.
//
//	applied always          namespaces, tables, columns that are nullable or have a default,
//	                        indexes, defaults, comments, NOT NULL taken away
//	applied unless rows     NOT NULL columns without a default (any row), checks, foreign keys
//	stand against it        and unique indexes (rows that violate them), primary keys (any row)
//	refused                 drops, other types, dimensions, defaults, generating expressions,
//	                        collations, index and constraint definitions, NOT NULL, and
//	                        tables of somebody else's that have one of the unit's names
//
// Rows that could not be counted beforehand, such as those that a unique index
// over an expression would refuse, make the statement fail, and everything is
// rolled back.
func refuses(c Change) bool {
	switch c.Kind {
	case AddNamespace, AddTable, AddColumn, AddIndex, AddPrimaryKey, AddForeignKey, AddCheck,
		AddDefault, DropNotNull, SetComment:
		return c.Rows > 0
	default:
		return true
	}
}
