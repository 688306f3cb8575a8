package migration

import (
	"fmt"

	"ariga.io/atlas/sql/schema"
)

// translate turns a unit's changes into Atlas's, with the objects as the author
// declared them and not as PostgreSQL printed them: not every print is a fixed
// point, so executing them would make a difference on every start.
func translate(u *desiredUnit, changes []Change) ([]schema.Change, error) {
	var out []schema.Change
	modified := make(map[string]*schema.ModifyTable)
	for _, c := range changes {
		if c.Kind == AddNamespace {
			out = append(out, &schema.AddSchema{S: u.schema})
			continue
		}
		t, ok := u.schema.Table(c.diff.key.Table)
		if !ok {
			return nil, fmt.Errorf("migration: %s is in the plan, but not in the schema of plugin %q", c.Object, u.Plugin)
		}
		if c.Kind == AddTable {
			out = append(out, &schema.AddTable{T: t})
			continue
		}
		change, err := translateOne(t, c)
		if err != nil {
			return nil, err
		}
		m := modified[t.Name]
		if m == nil {
			m = &schema.ModifyTable{T: t}
			modified[t.Name] = m
			out = append(out, m)
		}
		m.Changes = append(m.Changes, change)
	}
	return out, nil
}

// translateOne is a change to a table that exists.
func translateOne(t *schema.Table, c Change) (schema.Change, error) {
	k := c.diff.key
	switch c.Kind {
	case AddColumn:
		if col, ok := t.Column(k.Name); ok {
			return &schema.AddColumn{C: col}, nil
		}
	case AddIndex:
		if idx, ok := t.Index(k.Name); ok {
			return &schema.AddIndex{I: idx}, nil
		}
	case AddPrimaryKey:
		if t.PrimaryKey != nil {
			return &schema.AddPrimaryKey{P: t.PrimaryKey}, nil
		}
	case AddForeignKey:
		if fk, ok := t.ForeignKey(k.Name); ok {
			return &schema.AddForeignKey{F: fk}, nil
		}
	case AddCheck:
		for _, a := range t.Attrs {
			if check, ok := a.(*schema.Check); ok && check.Name == k.Name {
				return &schema.AddCheck{C: check}, nil
			}
		}
	case AddDefault, DropNotNull:
		if col, ok := t.Column(k.Name); ok {
			return modifyColumn(col, c), nil
		}
	case SetComment:
		return setComment(t, c)
	}
	return nil, fmt.Errorf("migration: there is no way yet to %s: change it by hand", c)
}

// modifyColumn relaxes a column. From is the column as it is, which the plan's
// reverse needs.
func modifyColumn(col *schema.Column, c Change) schema.Change {
	from := *col
	typ := *col.Type
	from.Type = &typ
	m := &schema.ModifyColumn{From: &from, To: col}
	if c.Kind == DropNotNull {
		from.Type.Null = false
		m.Change = schema.ChangeNull
	} else {
		from.Default = nil
		m.Change = schema.ChangeDefault
	}
	return m
}

func setComment(t *schema.Table, c Change) (schema.Change, error) {
	k := c.diff.key
	from := []schema.Attr{&schema.Comment{Text: c.diff.have.Comment}}
	switch k.Kind {
	case tableObject:
		for _, a := range t.Attrs {
			if to, ok := a.(*schema.Comment); ok {
				return &schema.ModifyAttr{From: from[0], To: to}, nil
			}
		}
	case columnObject:
		if col, ok := t.Column(k.Name); ok {
			old := *col
			old.Attrs = from
			return &schema.ModifyColumn{From: &old, To: col, Change: schema.ChangeComment}, nil
		}
	}
	return nil, fmt.Errorf("migration: there is no way yet to %s: change it by hand", c)
}
