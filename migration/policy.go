package migration

// refuses is this version's policy: what adds to the database or relaxes a
// rule is applied, unless rows stand against it; everything else is refused.
func refuses(c Change) bool {
	switch c.Kind {
	case AddNamespace, AddTable, AddColumn, AddIndex, AddPrimaryKey, AddForeignKey, AddCheck,
		AddDefault, DropNotNull, SetComment:
		return c.Rows > 0
	default:
		return true
	}
}
