package migration

import "strings"

// dropStatement takes an object away. It never cascades: what depends on it and
// is not the engine's stays, and PostgreSQL says so. It is "" for the storage of
// a column: there always is one.
func dropStatement(k objectKey) string {
	switch k.Kind {
	case tableObject:
		return "DROP TABLE " + k.relation()
	case enumObject:
		return "DROP TYPE " + relation(k.Namespace, k.Name)
	case columnObject:
		return alterTable(k.relation(), "DROP COLUMN "+quoted(k.Name))
	case constraintObject:
		return alterTable(k.relation(), "DROP CONSTRAINT "+quoted(k.Name))
	case indexObject:
		return "DROP INDEX " + relation(k.Namespace, k.Name)
	case securityObject:
		return alterTable(k.relation(), "DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY")
	case policyObject:
		return "DROP POLICY " + quoted(k.Name) + " ON " + k.relation()
	case optionObject:
		return alterTable(k.relation(), "RESET ("+k.Name+")")
	case commentObject:
		return commentOn(k.relation(), k.Name, "")
	}
	return ""
}

// restoreStatement makes an object as PostgreSQL printed it; "" for tables and
// columns, whose rows do not come back.
func restoreStatement(o object) string {
	k := o.objectKey
	switch k.Kind {
	case enumObject:
		return "CREATE TYPE " + relation(k.Namespace, k.Name) + " AS ENUM (" + o.Def + ")"
	case constraintObject:
		return addConstraint(k.relation(), k.Name, o.Def)
	case indexObject:
		return o.Def
	case securityObject:
		var parts []string
		if strings.HasPrefix(o.Def, "ENABLE") {
			parts = append(parts, "ENABLE ROW LEVEL SECURITY")
		}
		if strings.HasSuffix(o.Def, "FORCE") {
			parts = append(parts, "FORCE ROW LEVEL SECURITY")
		}
		return alterTable(k.relation(), strings.Join(parts, ", "))
	case policyObject:
		return "CREATE POLICY " + quoted(k.Name) + " ON " + k.relation() + " " + o.Def
	case optionObject:
		return setOption(k.relation(), k.Name, o.Def)
	case storageObject:
		return alterStorage(k, o.Def)
	case commentObject:
		return commentOn(k.relation(), k.Name, o.Def)
	}
	return ""
}
