package planner

import (
	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/plan"
)

func storageKind() kind {
	return kind{
		changes:     changes{added: plan.SetColumnStorage, removed: plan.ResetColumnStorage, altered: plan.SetColumnStorage},
		createPhase: always(phaseTable), // right after its table: see changeStorage for others
		dropPhase:   always(phaseStorage),
		suffices:    anySuffices,
		restore:     func(o catalog.Object) string { return catalog.AlterStorage(o.Key, o.Def) },
	}
}

// storageKey returns the key of a column's storage.
func storageKey(column catalog.Key) catalog.Key {
	column.Kind = catalog.Storage
	return column
}

// storageClause goes on with an ALTER TABLE, so that a column is stored as in
// the catalog. It is "" where the storage is the default of the column's type.
func storageClause(column catalog.Key, in catalog.Objects) string {
	o, ok := in[storageKey(column)]
	if !ok {
		return ""
	}
	return ", " + catalog.SetColumnStorage(column.Name, o.Def)
}

// keepStorage goes on with the statement that changes a column's type. By that
// PostgreSQL gives the column the storage of the new type, also where another one
// was set by hand. The rows that the statement rewrites are stored as given here,
// and nothing else has to be done about the column's storage.
func (p *Planner) keepStorage(column catalog.Key) string {
	p.made[storageKey(column)] = true
	return storageClause(column, p.Want)
}

// changeStorage changes how a column is stored that stays as it is. It
// rewrites no row, so it is fast; where another statement of the plan rewrites
// them, they are stored in the new way, as this one comes first.
func (p *Planner) changeStorage(d catalog.Difference) {
	column := d.Key
	column.Kind = catalog.Column
	if _, there := p.Have[column]; p.made[d.Key] || !there {
		return // the column is new or of another type: that statement sets it
	}
	p.made[d.Key] = true
	what, mode, back := "set", d.Want.Def, d.Have.Def
	switch d.Aspect {
	case catalog.Added:
		back = d.Want.Expr
	case catalog.Removed:
		what, mode = "reset", d.Have.Expr
	}
	p.add(phaseStorage, d.Key, verb(what, d.Key), catalog.AlterStorage(d.Key, mode), catalog.AlterStorage(d.Key, back))
}
