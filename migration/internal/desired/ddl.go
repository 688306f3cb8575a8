package desired

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"ariga.io/atlas/sql/postgres"
	"ariga.io/atlas/sql/schema"

	"github.com/elizago/elizago/migration/entpg"
	"github.com/elizago/elizago/migration/internal/catalog"
)

// The SQL of objects. A relation is a qualified, quoted name of a table.

// createIndex returns the statement that creates an index, with all attributes
// of the model.
//
//	CREATE UNIQUE INDEX "i" ON "n"."t" USING btree ("a" COLLATE "C" text_pattern_ops DESC NULLS LAST)
//	INCLUDE ("b") NULLS NOT DISTINCT WITH (fillfactor = 70) WHERE a <> ''
func createIndex(t *schema.Table, i *schema.Index) string {
	var b strings.Builder
	b.WriteString("CREATE ")
	if i.Unique {
		b.WriteString("UNIQUE ")
	}
	b.WriteString("INDEX ")
	b.WriteString(catalog.Quote(i.Name) + " ON " + RelationOf(t))
	if typ, ok := Attr[*postgres.IndexType](i.Attrs); ok {
		b.WriteString(" USING " + strings.ToLower(typ.T))
	}
	parts := make([]string, 0, len(i.Parts))
	for _, p := range i.Parts {
		parts = append(parts, indexPart(p))
	}
	b.WriteString(" (" + strings.Join(parts, ", ") + ")")
	if include, ok := Attr[*postgres.IndexInclude](i.Attrs); ok {
		names := make([]string, 0, len(include.Columns))
		for _, c := range include.Columns {
			names = append(names, c.Name)
		}
		b.WriteString(" INCLUDE (" + catalog.ColumnList(names) + ")")
	}
	if nulls, ok := Attr[*postgres.IndexNullsDistinct](i.Attrs); ok && !nulls.V {
		b.WriteString(" NULLS NOT DISTINCT")
	}
	if p, ok := Attr[*indexParameters](i.Attrs); ok {
		b.WriteString(" WITH (" + parameterList(p.with) + ")")
	}
	if where, ok := Attr[*postgres.IndexPredicate](i.Attrs); ok {
		b.WriteString(" WHERE " + where.P)
	}
	return b.String()
}

func indexPart(p *schema.IndexPart) string {
	var b strings.Builder
	switch x := p.X.(type) {
	case *schema.RawExpr:
		b.WriteString(x.X)
	default:
		b.WriteString(catalog.Quote(p.C.Name))
	}
	if c, ok := Attr[*schema.Collation](p.Attrs); ok {
		b.WriteString(" COLLATE " + catalog.Quote(c.V))
	}
	if class, ok := Attr[*postgres.IndexOpClass](p.Attrs); ok {
		b.WriteString(" " + class.Name)
		if len(class.Params) > 0 {
			params := make([]string, 0, len(class.Params))
			for _, p := range class.Params {
				params = append(params, p.N+" = "+p.V)
			}
			b.WriteString(" (" + strings.Join(params, ", ") + ")")
		}
	}
	if p.Desc {
		b.WriteString(" DESC")
	}
	if nulls, ok := Attr[*postgres.IndexColumnProperty](p.Attrs); ok {
		switch {
		case nulls.NullsFirst && !p.Desc:
			b.WriteString(" NULLS FIRST")
		case nulls.NullsLast && p.Desc:
			b.WriteString(" NULLS LAST")
		}
	}
	return b.String()
}

func uniqueDefinition(u *entpg.UniqueKey) string {
	def := "UNIQUE "
	if u.NullsNotDistinct {
		def += "NULLS NOT DISTINCT "
	}
	def += "(" + catalog.ColumnList(u.Columns) + ")"
	if len(u.Include) > 0 {
		def += " INCLUDE (" + catalog.ColumnList(u.Include) + ")"
	}
	return def + deferralClause(u.Deferral)
}

func exclusionDefinition(e *entpg.Exclusion) string {
	using := e.Using
	if using == "" {
		using = "gist"
	}
	parts := make([]string, 0, len(e.Parts))
	for _, p := range e.Parts {
		part := catalog.Quote(p.Column)
		if p.Expr != "" {
			part = "(" + p.Expr + ")"
		}
		if p.OpClass != "" {
			part += " " + p.OpClass
		}
		parts = append(parts, part+" WITH "+p.Operator)
	}
	def := "EXCLUDE USING " + using + " (" + strings.Join(parts, ", ") + ")"
	if e.Where != "" {
		def += " WHERE (" + e.Where + ")"
	}
	return def + deferralClause(e.Deferral)
}

func referenceDefinition(fk *schema.ForeignKey) string {
	var own, ref []string
	for i, c := range fk.Columns {
		own, ref = append(own, c.Name), append(ref, fk.RefColumns[i].Name)
	}
	def := fmt.Sprintf("FOREIGN KEY (%s) REFERENCES %s (%s)", catalog.ColumnList(own), RelationOf(fk.RefTable), catalog.ColumnList(ref))
	if fk.OnUpdate != "" {
		def += " ON UPDATE " + string(fk.OnUpdate)
	}
	if fk.OnDelete != "" {
		def += " ON DELETE " + string(fk.OnDelete)
	}
	if d, ok := Attr[*deferral](fk.Attrs); ok {
		def += deferralClause(d.when)
	}
	return def
}

func deferralClause(d entpg.Deferral) string {
	if d == "" {
		return ""
	}
	return " " + string(d)
}

func createPolicy(relation string, p *entpg.Policy) string {
	sql := "CREATE POLICY " + catalog.Quote(p.Name) + " ON " + relation
	if p.Restrictive {
		sql += " AS RESTRICTIVE"
	}
	if p.For != "" {
		sql += " FOR " + string(p.For)
	}
	if len(p.To) > 0 {
		roles := make([]string, 0, len(p.To))
		for _, r := range p.To {
			switch strings.ToUpper(r) {
			case "PUBLIC", "CURRENT_USER", "CURRENT_ROLE", "SESSION_USER":
				roles = append(roles, strings.ToUpper(r))
			default:
				roles = append(roles, catalog.Quote(r))
			}
		}
		sql += " TO " + strings.Join(roles, ", ")
	}
	if p.Using != "" {
		sql += " USING (" + p.Using + ")"
	}
	if p.Check != "" {
		sql += " WITH CHECK (" + p.Check + ")"
	}
	return sql
}

// alterSecurity returns the statement that enables row-level security, with
// force for the owner, too.
func alterSecurity(relation string, force bool) string {
	if force {
		return catalog.AlterTable(relation, "ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
	}
	return catalog.AlterTable(relation, "ENABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY")
}

// parameterList returns the parameters sorted by name.
func parameterList(with map[string]string) string {
	list := make([]string, 0, len(with))
	for _, k := range slices.Sorted(maps.Keys(with)) {
		list = append(list, k+" = "+with[k])
	}
	return strings.Join(list, ", ")
}

// PartNames returns the columns of a key.
func PartNames(i *schema.Index) []string {
	var names []string
	for _, p := range i.Parts {
		names = append(names, p.C.Name)
	}
	return names
}
