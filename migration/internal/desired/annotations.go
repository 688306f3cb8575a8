package desired

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ariga.io/atlas/sql/postgres"
	"ariga.io/atlas/sql/schema"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration/entpg"
)

// applyAnnotations adds a schema owner's annotations to the realm. Their order does not
// matter, and is kept.
func applyAnnotations(realm *schema.Realm, units []resolved, u resolved) error {
	s, ok := realm.Schema(u.Namespace)
	if !ok {
		return nil // without tables there are no annotations: see checkNames
	}
	addObjects(s, u)
	for _, x := range u.Schema.Annotations {
		if x.TableName() == "" {
			continue // The schema's: see addObjects and extensionsOf.
		}
		t, ok := s.Table(x.TableName())
		if !ok {
			return fmt.Errorf("migration: plugin %q has no table %q", u.Plugin, x.TableName())
		}
		if err := addAnnotation(realm, units, u, t, x); err != nil {
			return fmt.Errorf("migration: table %s.%s of plugin %q: %w", u.Namespace, t.Name, u.Plugin, err)
		}
	}
	sort(s)
	if err := checkHints(u, s); err != nil {
		return err
	}
	return checkOnline(u, s)
}

// checkOnline rejects unknown names: with a misspelt one the object would be
// built under a lock.
func checkOnline(u resolved, s *schema.Schema) error {
	for _, t := range s.Tables {
		for _, name := range slices.Sorted(maps.Keys(AnnotationsOf(t).Online)) {
			_, index := t.Index(name)
			_, fk := t.ForeignKey(name)
			check := slices.ContainsFunc(t.Attrs, func(a schema.Attr) bool {
				c, ok := a.(*schema.Check)
				return ok && c.Name == name
			})
			if !index && !fk && !check {
				return fmt.Errorf("migration: table %s.%s of plugin %q: entpg.Online names %q, which is no index, foreign key or check of the table: correct the name",
					u.Namespace, t.Name, u.Plugin, name)
			}
		}
	}
	return nil
}

func addAnnotation(realm *schema.Realm, units []resolved, u resolved, t *schema.Table, x core.SchemaAnnotation) error {
	annotations := AnnotationsOf(t)
	switch x := x.(type) {
	case *entpg.CompositeKey:
		return addKey(t, x)
	case *entpg.Index:
		return addIndex(t, x)
	case *entpg.GeneratedColumn:
		return addGenerated(t, x)
	case *entpg.IdentityColumn:
		return addIdentity(t, x)
	case *entpg.EnumType:
		return addEnum(t, x)
	case *entpg.StoredColumn:
		return addStorage(t, x)
	case *entpg.Reference:
		return addReference(realm, units, u, t, x)
	case *entpg.UniqueKey:
		if len(x.Columns) == 0 {
			return fmt.Errorf("the unique key %q has no columns: name at least one", x.Name)
		}
		annotations.Uniques = append(annotations.Uniques, x)
		return haveColumns(t, "the unique key", x.Name, append(slices.Clone(x.Columns), x.Include...))
	case *entpg.Exclusion:
		if len(x.Parts) == 0 {
			return fmt.Errorf("the exclusion %q has no parts: name what is compared", x.Name)
		}
		annotations.exclusions = append(annotations.exclusions, x)
		return nil
	case *entpg.RowSecurity:
		annotations.security = x
	case *entpg.Policy:
		annotations.policies = append(annotations.policies, x)
	case *entpg.StorageParameters:
		for k, v := range x.With {
			annotations.options[strings.ToLower(k)] = v
		}
	case *entpg.OnlineObjects:
		for _, name := range x.Names {
			annotations.Online[name] = true
		}
	case *entpg.RenamedValue:
		annotations.Values = append(annotations.Values, x)
		return haveColumns(t, "the hint", "value renamed from "+x.From, []string{x.Column})
	case *entpg.Renamed:
		if x.From == "" {
			return errors.New("a hint of a renaming does not say the old name: set it in entpg.RenamedFrom")
		}
		if x.Column == "" {
			annotations.RenamedFrom = append(annotations.RenamedFrom, x.From)
			return nil
		}
		for _, column := range slices.Sorted(maps.Keys(annotations.Columns)) {
			if column != x.Column && slices.Contains(annotations.Columns[column], x.From) {
				return fmt.Errorf("columns %q and %q both claim to have been %q: only one can", column, x.Column, x.From)
			}
		}
		annotations.Columns[x.Column] = append(annotations.Columns[x.Column], x.From)
		return haveColumns(t, "the hint", "renamed from "+x.From, []string{x.Column})
	default:
		return fmt.Errorf("an annotation of type %T is not known to this version: use the same version of elizago for the generator and the engine", x)
	}
	return nil
}

// sort sorts what annotations added, independent of their order.
func sort(s *schema.Schema) {
	slices.SortFunc(s.Objects, func(a, b schema.Object) int { return strings.Compare(a.(*schema.EnumType).T, b.(*schema.EnumType).T) })
	for _, t := range s.Tables {
		x := AnnotationsOf(t)
		slices.SortStableFunc(x.Uniques, func(a, b *entpg.UniqueKey) int { return strings.Compare(a.Name, b.Name) })
		slices.SortStableFunc(x.exclusions, func(a, b *entpg.Exclusion) int { return strings.Compare(a.Name, b.Name) })
		slices.SortStableFunc(x.policies, func(a, b *entpg.Policy) int { return strings.Compare(a.Name, b.Name) })
		slices.SortStableFunc(t.Indexes, func(a, b *schema.Index) int { return strings.Compare(a.Name, b.Name) })
		slices.SortStableFunc(t.ForeignKeys, func(a, b *schema.ForeignKey) int { return strings.Compare(a.Symbol, b.Symbol) })
	}
}

func haveColumns(t *schema.Table, kind, name string, columns []string) error {
	for _, c := range columns {
		if _, ok := t.Column(c); !ok {
			return fmt.Errorf("%s %q names column %q, which is not there", kind, name, c)
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
	for n, p := range x.Parts {
		part := &schema.IndexPart{Desc: p.Desc, SeqNo: n}
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
		if p.Collation != "" {
			part.AddAttrs(&schema.Collation{V: p.Collation})
		}
		if p.Nulls != "" {
			part.AddAttrs(&postgres.IndexColumnProperty{NullsFirst: p.Nulls == entpg.NullsFirst, NullsLast: p.Nulls == entpg.NullsLast})
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
	if x.NullsNotDistinct {
		idx.AddAttrs(&postgres.IndexNullsDistinct{V: false})
	}
	if len(x.With) > 0 {
		idx.AddAttrs(&indexParameters{with: x.With})
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
	if _, ok := Attr[*schema.GeneratedExpr](c.Attrs); ok {
		return fmt.Errorf("column %q is generated twice: leave one expression out", x.Column)
	}
	c.AddAttrs(&schema.GeneratedExpr{Expr: x.Expr, Type: "STORED"})
	return nil
}

// addIdentity makes a column an identity column, which is NOT NULL, whatever
// the ORM declares.
func addIdentity(t *schema.Table, x *entpg.IdentityColumn) error {
	c, ok := t.Column(x.Column)
	if !ok {
		return fmt.Errorf("the identity column %q is not there", x.Column)
	}
	if c.Default != nil {
		return fmt.Errorf("column %q is an identity column, so it cannot have a default: remove entsql.Default", x.Column)
	}
	generation := "BY DEFAULT"
	if x.Always {
		generation = "ALWAYS"
	}
	first := int64(1)
	if x.Increment < 0 {
		first = -1 // PostgreSQL's bounds of a sequence that counts downwards
	}
	c.Type.Null = false
	c.AddAttrs(&postgres.Identity{Generation: generation, Sequence: &postgres.Sequence{
		Start: cmp.Or(x.Start, first), Increment: cmp.Or(x.Increment, 1),
	}})
	return nil
}

// addStorage rejects all but the four modes, as they are inserted into SQL
// verbatim.
func addStorage(t *schema.Table, x *entpg.StoredColumn) error {
	c, ok := t.Column(x.Column)
	if !ok {
		return fmt.Errorf("column %q, whose storage is declared, is not there: correct the name, or generate the annotations again", x.Column)
	}
	if _, ok := Attr[*storage](c.Attrs); ok {
		return fmt.Errorf("the storage of column %q is declared twice: leave one out", x.Column)
	}
	if !slices.Contains(entpg.StorageModes, x.Storage) {
		return fmt.Errorf("column %q has the unknown storage %q: use PLAIN, MAIN, EXTERNAL or EXTENDED", x.Column, x.Storage)
	}
	c.AddAttrs(&storage{mode: x.Storage})
	return nil
}

// addEnum sets a column's enum type, and adds the type unless another column
// has.
func addEnum(t *schema.Table, x *entpg.EnumType) error {
	c, ok := t.Column(x.Column)
	if !ok {
		return fmt.Errorf("column %q of the enumeration type %q is not there", x.Column, x.Name)
	}
	if len(x.Values) == 0 {
		return fmt.Errorf("the enumeration type %q of column %q has no values: name at least one", x.Name, x.Column)
	}
	for i, v := range x.Values {
		if slices.Contains(x.Values[:i], v) {
			return fmt.Errorf("the enumeration type %q of column %q has the value %q twice: leave one out", x.Name, x.Column, v)
		}
	}
	var enum *schema.EnumType
	for _, o := range t.Schema.Objects {
		if e, ok := o.(*schema.EnumType); ok && e.T == x.Name {
			enum = e
		}
	}
	switch {
	case enum == nil:
		enum = &schema.EnumType{T: x.Name, Values: slices.Clone(x.Values), Schema: t.Schema}
		t.Schema.AddObjects(enum)
	case !slices.Equal(enum.Values, x.Values):
		return fmt.Errorf("column %q declares the enumeration type %q with the values %s, another column with %s: use the same everywhere, or two types",
			x.Column, x.Name, strings.Join(x.Values, ", "), strings.Join(enum.Values, ", "))
	}
	c.Type.Type = enum
	return nil
}

func addReference(realm *schema.Realm, units []resolved, u resolved, t *schema.Table, x *entpg.Reference) error {
	column, ok := t.Column(x.Column)
	if !ok {
		return fmt.Errorf("the referring column %q is not there", x.Column)
	}
	namespace := x.RefNamespace
	if namespace == "" {
		namespace = u.Namespace
	}
	target := fmt.Sprintf("%s.%s", namespace, x.RefTable)
	owner := ""
	for _, other := range units {
		if other.Namespace == namespace && len(other.Schema.Tables) > 0 {
			owner = other.Plugin
		}
	}
	if owner == "" {
		return fmt.Errorf("column %q refers to %s, a namespace of no schema owner: install the plugin that owns it", x.Column, target)
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
	fk := schema.NewForeignKey(x.ConstraintName()).
		SetTable(t).AddColumns(column).
		SetRefTable(refTable).AddRefColumns(refColumn).
		SetOnDelete(schema.ReferenceOption(x.OnDelete)).
		SetOnUpdate(schema.ReferenceOption(x.OnUpdate))
	if x.Deferral != "" {
		fk.Attrs = append(fk.Attrs, &deferral{when: x.Deferral})
	}
	t.AddForeignKeys(fk)
	return nil
}
