package planner

import (
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
)

// dropStatement takes an object away. It never cascades: what depends on it and
// is not the engine's stays, and PostgreSQL says so. It is "" for the storage of
// a column: there always is one.
func dropStatement(k catalog.Key) string {
	switch k.Kind {
	case catalog.Table:
		return "DROP TABLE " + k.Relation()
	case catalog.Enum:
		return "DROP TYPE " + catalog.Relation(k.Namespace, k.Name)
	case catalog.Column:
		return catalog.AlterTable(k.Relation(), "DROP COLUMN "+catalog.Quote(k.Name))
	case catalog.Constraint:
		return catalog.AlterTable(k.Relation(), "DROP CONSTRAINT "+catalog.Quote(k.Name))
	case catalog.Index:
		return "DROP INDEX " + catalog.Relation(k.Namespace, k.Name)
	case catalog.Security:
		return catalog.AlterTable(k.Relation(), "DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY")
	case catalog.Policy:
		return "DROP POLICY " + catalog.Quote(k.Name) + " ON " + k.Relation()
	case catalog.Option:
		return catalog.AlterTable(k.Relation(), "RESET ("+k.Name+")")
	case catalog.Comment:
		return catalog.CommentOn(k.Relation(), k.Name, "")
	}
	return ""
}

// restoreStatement makes an object as PostgreSQL printed it; "" for tables and
// columns, whose rows do not come back.
func restoreStatement(o catalog.Object) string {
	k := o.Key
	switch k.Kind {
	case catalog.Enum:
		return "CREATE TYPE " + catalog.Relation(k.Namespace, k.Name) + " AS ENUM (" + o.Def + ")"
	case catalog.Constraint:
		return catalog.AddConstraint(k.Relation(), k.Name, o.Def)
	case catalog.Index:
		return o.Def
	case catalog.Security:
		var parts []string
		if strings.HasPrefix(o.Def, "ENABLE") {
			parts = append(parts, "ENABLE ROW LEVEL SECURITY")
		}
		if strings.HasSuffix(o.Def, "FORCE") {
			parts = append(parts, "FORCE ROW LEVEL SECURITY")
		}
		return catalog.AlterTable(k.Relation(), strings.Join(parts, ", "))
	case catalog.Policy:
		return "CREATE POLICY " + catalog.Quote(k.Name) + " ON " + k.Relation() + " " + o.Def
	case catalog.Option:
		return catalog.SetOption(k.Relation(), k.Name, o.Def)
	case catalog.Storage:
		return catalog.AlterStorage(k, o.Def)
	case catalog.Comment:
		return catalog.CommentOn(k.Relation(), k.Name, o.Def)
	}
	return ""
}
