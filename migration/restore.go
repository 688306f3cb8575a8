package migration

import "strings"

// dropStatement takes an object away. It never cascades: what depends on it and
// is not the engine's stays, and PostgreSQL says so. It is "" for the storage of
// a column: there always is one.
func dropStatement(k Key) string {
	switch k.Kind {
	case Table:
		return "DROP TABLE " + k.Relation()
	case Enum:
		return "DROP TYPE " + Relation(k.Namespace, k.Name)
	case Column:
		return alterTable(k.Relation(), "DROP COLUMN "+Quote(k.Name))
	case Constraint:
		return alterTable(k.Relation(), "DROP CONSTRAINT "+Quote(k.Name))
	case Index:
		return "DROP INDEX " + Relation(k.Namespace, k.Name)
	case Security:
		return alterTable(k.Relation(), "DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY")
	case Policy:
		return "DROP POLICY " + Quote(k.Name) + " ON " + k.Relation()
	case Option:
		return alterTable(k.Relation(), "RESET ("+k.Name+")")
	case Comment:
		return CommentOn(k.Relation(), k.Name, "")
	}
	return ""
}

// restoreStatement makes an object as PostgreSQL printed it; "" for tables and
// columns, whose rows do not come back.
func restoreStatement(o Object) string {
	k := o.Key
	switch k.Kind {
	case Enum:
		return "CREATE TYPE " + Relation(k.Namespace, k.Name) + " AS ENUM (" + o.Def + ")"
	case Constraint:
		return AddConstraint(k.Relation(), k.Name, o.Def)
	case Index:
		return o.Def
	case Security:
		var parts []string
		if strings.HasPrefix(o.Def, "ENABLE") {
			parts = append(parts, "ENABLE ROW LEVEL SECURITY")
		}
		if strings.HasSuffix(o.Def, "FORCE") {
			parts = append(parts, "FORCE ROW LEVEL SECURITY")
		}
		return alterTable(k.Relation(), strings.Join(parts, ", "))
	case Policy:
		return "CREATE POLICY " + Quote(k.Name) + " ON " + k.Relation() + " " + o.Def
	case Option:
		return SetOption(k.Relation(), k.Name, o.Def)
	case Storage:
		return AlterStorage(k, o.Def)
	case Comment:
		return CommentOn(k.Relation(), k.Name, o.Def)
	}
	return ""
}
