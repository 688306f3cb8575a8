package planner

import (
	"context"

	"ariga.io/atlas/sql/schema"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/plan"
)

// kind is all that the planner knows of one kind of database object. A further
// kind is a file with its row, and a line in kinds. A nil function takes what is
// said at it.
type kind struct {
	// changes are the kinds of the changes that objects of this kind have.
	changes changes

	// createPhase and dropPhase are when it is created and dropped.
	createPhase, dropPhase func(catalog.Object) phase

	// inOrder says that objects of this kind are created in the order of the desired
	// state, as one may need another. Zero: in any.
	inOrder bool
	// late says that an object is altered when it is known what else is dropped.
	late bool
	// reads says that an object reads columns and tables, which cannot be dropped
	// before it is.
	reads bool

	// drop is the statement that takes an object away. It never cascades: what
	// depends on it and is not the engine's stays, and PostgreSQL says so. Nil:
	// nothing takes it away.
	drop func(catalog.Key) string
	// restore is the statement that makes an object as PostgreSQL printed it.
	// Nil: nothing does, as its rows do not come back.
	restore func(catalog.Object) string
	// rename is the statement that gives an object another name. Nil: it has none
	// of its own.
	rename func(from, to catalog.Key) string

	// added, removed and altered complete a change, with the rows that it
	// affects, adopted that of an object that is there, differs, and is not in the
	// history. Nil: it is safe, and the definitions say all.
	added, removed, altered, adopted func(context.Context, *impact, *Change) error

	// create plans the statements that make an object. Nil: its declared DDL.
	create func(*Planner, context.Context, catalog.Key) error
	// alter plans the statements that change an object. Nil: it is dropped and
	// created again.
	alter func(*Planner, context.Context, catalog.Difference) error
	// beforeDrop plans what has to happen before an object is dropped. Nil: nothing.
	beforeDrop func(*Planner, context.Context, catalog.Key) error

	// remake replaces an object because of one that it depends on. Nil: it is
	// dropped and created again.
	remake func(*Planner, context.Context, catalog.Key) error
	// retyped reports whether an object has to be remade when a column that it
	// depends on changes as the difference says. Nil: no, PostgreSQL sees to it.
	retyped func(*Planner, catalog.Key, catalog.Difference) bool

	// locked returns the tables that a change is about. Nil: the object's own.
	locked func(*impact, catalog.Key) []catalog.Key

	// online reports whether an object can be added while others write. Nil: no.
	online func(*Planner, *schema.Table, catalog.Key) bool
	// createOnline plans the statements for that.
	createOnline func(*Planner, context.Context, catalog.Key) error
}

// changes are kinds of changes. Empty ones are said by the functions of the row.
type changes struct{ added, removed, altered, renamed plan.Kind }

// kinds are the rows.
func kinds() map[catalog.Kind]kind {
	return map[catalog.Kind]kind{
		catalog.Enum:       enumKind(),
		catalog.Table:      tableKind(),
		catalog.Column:     columnKind(),
		catalog.Storage:    storageKind(),
		catalog.Constraint: constraintKind(),
		catalog.Index:      indexKind(),
		catalog.Security:   securityKind(),
		catalog.Policy:     policyKind(),
		catalog.Option:     optionKind(),
		catalog.Comment:    commentKind(),
		catalog.View:       viewKind(),
	}
}

// always is a phase that does not depend on the object.
func always(ph phase) func(catalog.Object) phase {
	return func(catalog.Object) phase { return ph }
}

// dropStatement is the statement that takes an object away, "" for none.
func (p *Planner) dropStatement(k catalog.Key) string {
	if drop := p.kinds[k.Kind].drop; drop != nil {
		return drop(k)
	}
	return ""
}

// restoreStatement is the statement that makes an object as PostgreSQL printed
// it, "" for none.
func (p *Planner) restoreStatement(o catalog.Object) string {
	if restore := p.kinds[o.Kind].restore; restore != nil {
		return restore(o)
	}
	return ""
}

// createPhase is when an object is created: as it will be, or, when it is
// restored, as it is.
func (p *Planner) createPhase(k catalog.Key) phase {
	o, ok := p.Want[k]
	if !ok {
		o = p.Have[k]
	}
	return p.kinds[k.Kind].createPhase(o)
}
