package migration

import (
	"context"
	"slices"
)

// storageKey is the key of how a column is stored.
func storageKey(column objectKey) objectKey {
	column.Kind = storageObject
	return column
}

// storageClause goes on with an ALTER TABLE, so that a column is stored as in
// the catalogue. It is "" where the column's type says how.
func storageClause(column objectKey, in catalogue) string {
	o, ok := in[storageKey(column)]
	if !ok {
		return ""
	}
	return ", " + setColumnStorage(column.Name, o.Def)
}

// keepStorage goes on with the statement that changes a column's type. By that
// PostgreSQL gives the column the storage of the new type, also where somebody
// had set another one by hand. The rows that the statement writes anew are stored
// as is said here, and nothing else is to be done about the column's storage.
func (p *planner) keepStorage(column objectKey) string {
	p.made[storageKey(column)] = true
	return storageClause(column, p.probe.want)
}

// changeStorage changes how a column is stored that stays as it is. No row is
// written anew for it, so that it is quick; but where another statement of the
// plan writes them, they are stored in the new way, as this one comes first.
func (p *planner) changeStorage(d difference) {
	column := d.key
	column.Kind = columnObject
	if _, there := p.probe.have[column]; p.made[d.key] || !there {
		return // The column is new, or of another type, and that statement says it.
	}
	p.made[d.key] = true
	what, mode, back := "set", d.want.Def, d.have.Def
	switch d.aspect {
	case missing:
		back = d.want.Expr
	case surplus:
		what, mode = "reset", d.have.Expr
	}
	p.add(phaseStorage, d.key, verb(what, d.key), alterStorage(d.key, mode), alterStorage(d.key, back))
}

// keepToastOptions sets the parameters of toast tables that statements of the
// plan may bring, or take away and bring anew without them. Where there is none
// in the end, that has no effect.
func (p *planner) keepToastOptions(ctx context.Context) error {
	touched := make(map[objectKey]bool)
	for _, s := range p.steps {
		if slices.Contains([]phase{phaseStorage, phaseColumnType, phaseAddColumn, phaseAddGenerated}, s.phase) {
			touched[s.key.table()] = true
		}
	}
	for _, k := range p.probe.want.keys() {
		if !isToastOption(k) || !touched[k.table()] || p.made[k] {
			continue
		}
		var err error
		if h, ok := p.probe.have[k]; ok {
			err = p.set(ctx, difference{key: k, have: h})
		} else {
			err = p.create(ctx, k)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
