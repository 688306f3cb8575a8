package planner

import (
	"context"

	"ariga.io/atlas/sql/schema"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/plan"
)

// kind is the planner's description of one kind of database object. A new kind
// is a file with its row, and a line in kinds. The defaults of nil functions
// are documented at the fields.
type kind struct {
	// changes are the kinds of changes of these objects.
	changes changes

	// createPhase and dropPhase return when an object is created and dropped.
	createPhase, dropPhase func(catalog.Object) phase

	// inOrder reports that these objects are created in the order of the
	// desired state, as one may need another. False: in any order.
	inOrder bool
	// late reports that these objects are altered when it is known what else is
	// dropped.
	late bool
	// reads reports that these objects read columns and tables, which cannot be
	// dropped before them.
	reads bool

	// attached reports that these objects can have properties that no schema
	// declares, such as comments, and that are kept when they are created again.
	// Views keep theirs by themselves.
	attached bool

	// drop returns the statement that drops an object. It never cascades:
	// PostgreSQL rejects it if unmanaged objects depend on it. Nil: it cannot
	// be dropped.
	drop func(catalog.Key) string
	// restore returns the statement that creates an object from PostgreSQL's
	// print. Nil: none, as its rows do not come back.
	restore func(catalog.Object) string
	// rename returns the statement that renames an object. Nil: it has no name
	// of its own.
	rename func(from, to catalog.Key) string

	// added, removed and altered complete a change, with the rows that it
	// affects; adopted completes that of an unmanaged object that differs. Nil:
	// it is safe, and the definitions suffice.
	added, removed, altered, adopted func(context.Context, *impact, *Change) error

	// create plans the statements that create an object. Nil: its declared DDL.
	create func(*Planner, context.Context, catalog.Key) error
	// alter plans the statements that change an object. Nil: it is dropped and
	// created again.
	alter func(*Planner, context.Context, catalog.Difference) error
	// beforeDrop plans the statements before an object is dropped. Nil: none.
	beforeDrop func(*Planner, context.Context, catalog.Key) error

	// remake replaces an object because of a change to one that it depends on.
	// Nil: it is dropped and created again.
	remake func(*Planner, context.Context, catalog.Key) error
	// retyped reports whether an object must be replaced when a column that it
	// depends on changes by the difference. Nil: no, PostgreSQL handles it.
	retyped func(*Planner, catalog.Key, catalog.Difference) bool

	// suffices reports whether a program of the desired state works with what the
	// database has instead. Nil: with what it has more. See Suffices.
	suffices func(catalog.Difference) bool

	// locked returns the tables to lock for a change. Nil: the object's own.
	locked func(*impact, catalog.Key) []catalog.Key

	// online reports whether an object can be added without blocking writes.
	// Nil: no.
	online func(*Planner, *schema.Table, catalog.Key) bool
	// createOnline plans the statements for that.
	createOnline func(*Planner, context.Context, catalog.Key) error
}

// changes are kinds of changes. Empty ones are set by the functions of the row.
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

// always returns a phase that does not depend on the object.
func always(ph phase) func(catalog.Object) phase {
	return func(catalog.Object) phase { return ph }
}

// dropStatement returns the statement that drops an object, or "".
func (p *Planner) dropStatement(k catalog.Key) string {
	if drop := p.kinds[k.Kind].drop; drop != nil {
		return drop(k)
	}
	return ""
}

// restoreStatement returns the statement that creates an object from
// PostgreSQL's print, or "".
func (p *Planner) restoreStatement(o catalog.Object) string {
	if restore := p.kinds[o.Kind].restore; restore != nil {
		return restore(o)
	}
	return ""
}

// createPhase returns the phase in which an object is created, by its desired
// definition or, if it is restored, its current one.
func (p *Planner) createPhase(k catalog.Key) phase {
	o, ok := p.Want[k]
	if !ok {
		o = p.Have[k]
	}
	return p.kinds[k.Kind].createPhase(o)
}
