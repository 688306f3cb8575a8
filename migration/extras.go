package migration

import (
	"fmt"
	"strings"

	"ariga.io/atlas/sql/postgres"
	"ariga.io/atlas/sql/schema"

	"github.com/elizago/elizago/migration/entpg"
)

// applyExtras adds to the realm what a unit's tables have beyond ent. The order
// of the extras does not matter, and is kept.
func applyExtras(realm *schema.Realm, units []resolved, u resolved) error {
	s, ok := realm.Schema(u.namespace)
	if !ok {
		return nil // A unit without tables has no extras either: see checkNames.
	}
	for _, x := range u.Schema.Extras {
		t, ok := s.Table(x.TableName())
		if !ok {
			return fmt.Errorf("migration: plugin %q has no table %q", u.Plugin, x.TableName())
		}
		var err error
		switch x := x.(type) {
		case *entpg.CompositeKey:
			err = addKey(t, x)
		case *entpg.Index:
			err = addIndex(t, x)
		case *entpg.GeneratedColumn:
			err = addGenerated(t, x)
		case *entpg.Reference:
			err = addReference(realm, units, u, t, x)
		default:
			err = fmt.Errorf("an extra of type %T is not known to this version: use the same version of elizago for the generator and the engine", x)
		}
		if err != nil {
			return fmt.Errorf("migration: table %s.%s of plugin %q: %w", u.namespace, t.Name, u.Plugin, err)
		}
	}
	return nil
}

func addKey(t *schema.Table, k *entpg.CompositeKey) error {
	var columns []*schema.Column
	for _, name := range k.Columns {
		c, ok := t.Column(name)
		if !ok {
			return fmt.Errorf("the primary key names column %q, which is not there", name)
		}
		columns = append(columns, c)
	}
	t.SetPrimaryKey(schema.NewPrimaryKey(columns...))
	return nil
}

func addIndex(t *schema.Table, x *entpg.Index) error {
	idx := schema.NewIndex(x.Name).SetUnique(x.Unique)
	for _, p := range x.Parts {
		part := &schema.IndexPart{Desc: p.Desc}
		if p.Expr != "" {
			part.X = &schema.RawExpr{X: "(" + p.Expr + ")"}
		} else {
			c, ok := t.Column(p.Column)
			if !ok {
				return fmt.Errorf("index %q names column %q, which is not there", x.Name, p.Column)
			}
			part.C = c
		}
		if p.OpClass != "" {
			part.AddAttrs(&postgres.IndexOpClass{Name: p.OpClass})
		}
		idx.AddParts(part)
	}
	if x.Using != "" {
		idx.AddAttrs(&postgres.IndexType{T: strings.ToUpper(x.Using)})
	}
	if len(x.Include) > 0 {
		include := &postgres.IndexInclude{}
		for _, name := range x.Include {
			c, ok := t.Column(name)
			if !ok {
				return fmt.Errorf("index %q includes column %q, which is not there", x.Name, name)
			}
			include.Columns = append(include.Columns, c)
		}
		idx.AddAttrs(include)
	}
	if x.Where != "" {
		idx.AddAttrs(&postgres.IndexPredicate{P: x.Where})
	}
	t.AddIndexes(idx)
	return nil
}

func addGenerated(t *schema.Table, x *entpg.GeneratedColumn) error {
	c, ok := t.Column(x.Column)
	if !ok {
		return fmt.Errorf("the generated column %q is not there", x.Column)
	}
	if c.Default != nil {
		return fmt.Errorf("column %q is generated, so it cannot have a default: remove entsql.Default", x.Column)
	}
	c.AddAttrs(&schema.GeneratedExpr{Expr: x.Expr, Type: "STORED"})
	return nil
}

func addReference(realm *schema.Realm, units []resolved, u resolved, t *schema.Table, x *entpg.Reference) error {
	column, ok := t.Column(x.Column)
	if !ok {
		return fmt.Errorf("the referring column %q is not there", x.Column)
	}
	namespace := x.RefNamespace
	if namespace == "" {
		namespace = u.namespace
	}
	target := fmt.Sprintf("%s.%s", namespace, x.RefTable)
	owner := ""
	for _, other := range units {
		if other.namespace == namespace && len(other.Schema.Tables) > 0 {
			owner = other.Plugin
		}
	}
	if owner == "" {
		return fmt.Errorf("column %q refers to %s, a namespace of no unit: install the plugin that owns it", x.Column, target)
	}
	if owner != u.Plugin && !reaches(units, u.Plugin, owner) {
		return fmt.Errorf("column %q refers to %s of plugin %q, on which %q does not depend: add %q to its dependencies",
			x.Column, target, owner, u.Plugin, owner)
	}
	s, _ := realm.Schema(namespace)
	refTable, ok := s.Table(x.RefTable)
	if !ok {
		return fmt.Errorf("column %q refers to %s, which plugin %q does not have: check the name", x.Column, target, owner)
	}
	refColumn, ok := refTable.Column(x.RefColumn)
	if !ok {
		return fmt.Errorf("column %q refers to %s.%s, which plugin %q does not have: check the name", x.Column, target, x.RefColumn, owner)
	}
	t.AddForeignKeys(schema.NewForeignKey(referenceName(x)).
		SetTable(t).AddColumns(column).
		SetRefTable(refTable).AddRefColumns(refColumn).
		SetOnDelete(schema.ReferenceOption(x.OnDelete)))
	return nil
}
