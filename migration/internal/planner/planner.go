package planner

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/desired"
	"github.com/elizago/elizago/migration/plan"
)

// Config holds the input of a planner.
type Config struct {
	Tx      *sql.Tx
	Desired *desired.State
	// Have is the database, Want the desired state as PostgreSQL prints it, and
	// Owned the objects that history records as declared.
	Have, Want catalog.Objects
	Owned      catalog.Owned
	// Force applies changes that can lose data; see Refuses.
	Force bool
	// LargeTable is the number of rows from which indexes and constraints are
	// added after the transaction.
	LargeTable int64
	// DataAfter holds the plugins with data migrations that run after the
	// statements.
	DataAfter map[string]bool
}

// Planner classifies differences and turns changes into statements.
type Planner struct {
	Config
	kinds  map[catalog.Kind]kind
	keysOf map[catalog.Key][]catalog.Key // the wanted objects of each table, sorted
	impact *impact
	steps  []Step
	gone   map[catalog.Key]bool // dropped by the plan
	made   map[catalog.Key]bool // made by the plan
	Online map[catalog.Key]bool // done after the transaction
	// unforced are tables whose policies are disabled for the owner, renamed
	// the indexes and constraints that are renamed.
	unforced map[catalog.Key]bool
	renamed  []catalog.Difference
	// stopped is what PostgreSQL would refuse a change for, by the change's object,
	// current the object of the change that is being planned.
	stopped map[catalog.Key][]catalog.Stopper
	current catalog.Key
	// kept are the statements that restore the unmanaged properties of a
	// dropped object once it is created again.
	kept map[catalog.Key][]string
}

// Step is a statement with its place in the plan.
type Step struct {
	plan.Statement
	// Key is the object that the statement is for, if it is needed later.
	Key catalog.Key
	// Recount are changes that are allowed because they affect no row. The
	// statement locks their table, so that the rows can be counted again.
	Recount []Change

	// ByHand reports that the statement creates again what was made by hand.
	ByHand bool

	// Done reports that the statement was executed before the plan was made.
	Done bool

	phase phase
	rank  int // in the phase
}

// New returns a planner for one comparison.
func New(config Config) *Planner {
	keysOf := make(map[catalog.Key][]catalog.Key)
	for _, k := range config.Want.Keys() {
		keysOf[k.TableKey()] = append(keysOf[k.TableKey()], k)
	}
	return &Planner{
		Config: config, kinds: kinds(), keysOf: keysOf, impact: newImpact(config.Tx, config.Desired, config.Want, config.Have),
		gone: map[catalog.Key]bool{}, made: map[catalog.Key]bool{}, Online: map[catalog.Key]bool{}, unforced: map[catalog.Key]bool{}, kept: map[catalog.Key][]string{}, stopped: map[catalog.Key][]catalog.Stopper{},
	}
}

// add appends a statement for an object.
func (p *Planner) add(ph phase, k catalog.Key, comment, sql string, reverse ...string) {
	unit := ""
	if u := p.Desired.Owner(k.Namespace); u != nil {
		unit = u.Plugin
	}
	rank := 0
	if row := p.kinds[k.Kind]; row.inOrder && ph == p.createPhase(k) {
		rank = p.Desired.Position(k)
	}
	p.steps = append(p.steps, Step{phase: ph, rank: rank, Key: k, Statement: plan.Statement{
		Unit: unit, SQL: sql, Comment: comment, Reverse: slices.DeleteFunc(reverse, func(s string) bool { return s == "" }),
		Transactional: ph != phaseOnline,
	}})
}

// Plan returns the statements of the renamings and of the changes that are not
// refused, in the order of execution.
func (p *Planner) Plan(ctx context.Context, renamings []Renaming, changes []Change) ([]Step, error) {
	for _, r := range renamings {
		p.steps = append(p.steps, r.step())
	}
	if err := p.planAll(ctx, changes); err != nil {
		return nil, err
	}
	slices.SortStableFunc(p.steps, func(a, b Step) int { return cmp.Or(int(a.phase-b.phase), a.rank-b.rank) })
	return p.steps, nil
}

func (p *Planner) planAll(ctx context.Context, changes []Change) error {
	columns := make(map[catalog.Key]catalog.Difference)
	var order []catalog.Key
	var stored, late []catalog.Difference
	for _, c := range changes {
		if c.Difference.Aspect == catalog.Renamed {
			p.renamed = append(p.renamed, c.Difference) // known before anything is replaced
		}
	}
	for _, c := range changes {
		d := c.Difference
		switch {
		case c.Kind == plan.AddNamespace:
			p.add(phaseNamespace, catalog.Key{Namespace: c.Object}, "create namespace "+c.Object,
				"CREATE SCHEMA IF NOT EXISTS "+catalog.Quote(c.Object), "DROP SCHEMA "+catalog.Quote(c.Object))
			continue
		case d.Key.Kind == catalog.Storage:
			stored = append(stored, d)
			continue
		case counts(c):
			p.guard(c)
		}
		if d.Key.Kind == catalog.Column && d.Aspect != catalog.Added && d.Aspect != catalog.Removed {
			if _, ok := columns[d.Key]; !ok {
				order = append(order, d.Key)
			}
			columns[d.Key] = d
			continue
		}
		if p.kinds[d.Key.Kind].late && d.Aspect == catalog.Definition {
			late = append(late, d)
			continue
		}
		if err := p.planOne(ctx, d); err != nil {
			return err
		}
	}
	// A column is changed once, however many aspects differ, and after the
	// changes of types are known.
	for _, k := range order {
		p.current = k
		if err := p.alterColumn(ctx, columns[k]); err != nil {
			return err
		}
	}
	for _, d := range stored {
		p.changeStorage(d)
	}
	for _, d := range late {
		if err := p.planOne(ctx, d); err != nil {
			return err
		}
	}
	if err := p.keepAttached(ctx); err != nil {
		return err
	}
	p.renamed = slices.DeleteFunc(p.renamed, func(d catalog.Difference) bool { return p.gone[d.Have.Key] })
	p.renameObjects()
	return p.keepToastOptions(ctx)
}

func (p *Planner) planOne(ctx context.Context, d catalog.Difference) error {
	p.current = d.Key
	switch d.Aspect {
	case catalog.Added:
		return p.create(ctx, d.Key)
	case catalog.Removed:
		return p.drop(ctx, d.Key)
	case catalog.Unmanaged:
		return nil // its differences follow
	case catalog.Renamed:
		return nil // see Plan
	}
	if alter := p.kinds[d.Key.Kind].alter; alter != nil {
		return alter(p, ctx, d)
	}
	return p.replace(ctx, d.Key)
}

// replace drops an object and creates it again.
func (p *Planner) replace(ctx context.Context, k catalog.Key) error {
	if err := p.drop(ctx, k); err != nil {
		return err
	}
	if _, ok := p.Want[k]; ok {
		return p.create(ctx, k)
	}
	// An object that is to be renamed is created under its new name.
	if i := slices.IndexFunc(p.renamed, func(d catalog.Difference) bool { return d.Have.Key == k }); i >= 0 {
		return p.create(ctx, p.renamed[i].Key)
	}
	if !p.Owned[k] {
		p.restore(k)
	}
	return nil
}

// remake replaces an object because of a change to one that it depends on.
func (p *Planner) remake(ctx context.Context, k catalog.Key) error {
	if remake := p.kinds[k.Kind].remake; remake != nil {
		return remake(p, ctx, k)
	}
	return p.replace(ctx, k)
}

// create creates an object unless the plan already does.
func (p *Planner) create(ctx context.Context, k catalog.Key) error {
	if p.made[k] {
		return nil
	}
	p.made[k] = true
	row := p.kinds[k.Kind]
	if row.create != nil {
		return row.create(p, ctx, k)
	}
	online, err := p.goesOnline(ctx, k)
	if err != nil {
		return err
	}
	if online {
		return row.createOnline(p, ctx, k)
	}
	return p.createDeclared(ctx, k)
}

// createDeclared creates an object by its declared DDL.
func (p *Planner) createDeclared(ctx context.Context, k catalog.Key) error {
	sql, err := p.declared(ctx, k)
	if err != nil {
		return err
	}
	p.add(p.createPhase(k), k, verb("create", k), sql, p.dropStatement(k))
	return nil
}

// declared returns the declared DDL of an object.
func (p *Planner) declared(ctx context.Context, k catalog.Key) (string, error) {
	return p.Desired.Owner(k.Namespace).Renderer.Create(ctx, k)
}

// drop drops an object, and temporarily those that cannot exist without it.
func (p *Planner) drop(ctx context.Context, k catalog.Key) error {
	if p.gone[k] {
		return nil
	}
	p.gone[k] = true
	o, ok := p.Have[k]
	if !ok {
		return nil // Unmanaged. PostgreSQL refuses to drop what it depends on.
	}
	row := p.kinds[k.Kind]
	if row.beforeDrop != nil {
		if err := row.beforeDrop(p, ctx, k); err != nil {
			return err
		}
	}
	p.add(row.dropPhase(o), k, verb("drop", k), p.dropStatement(k), append([]string{p.restoreStatement(o)}, p.kept[k]...)...)
	return nil
}

// remakeReaders replaces the objects that read a dropped object.
func (p *Planner) remakeReaders(ctx context.Context, objects []catalog.Key) error {
	for _, k := range objects {
		if !p.kinds[k.Kind].reads {
			continue
		}
		if err := p.remake(ctx, k); err != nil {
			return err
		}
	}
	return nil
}

// restore creates an unmanaged object again, as it was.
func (p *Planner) restore(k catalog.Key) {
	if o, ok := p.Have[k]; ok && !p.made[k] {
		p.made[k] = true
		p.add(p.createPhase(k), k, verb("restore", k), p.restoreStatement(o), p.dropStatement(k))
		p.steps[len(p.steps)-1].ByHand = true
	}
}

// guard locks the tables of a change and counts the rows again.
func (p *Planner) guard(c Change) {
	locked := p.kinds[c.Difference.Key.Kind].locked
	if locked == nil {
		p.guardTable(c.Difference.Key, c)
		return
	}
	for _, k := range locked(p.impact, c.Difference.Key) {
		p.guardTable(k, c)
	}
}

func (p *Planner) guardTable(k catalog.Key, changes ...Change) {
	sql := "LOCK TABLE " + k.Relation() + " IN ACCESS EXCLUSIVE MODE"
	for i := range p.steps {
		if p.steps[i].SQL == sql {
			p.steps[i].Recount = append(p.steps[i].Recount, changes...)
			return
		}
	}
	p.add(phaseLock, k, fmt.Sprintf("keep others from writing to %s while its rows are looked at", k.TableKey()), sql)
	p.steps[len(p.steps)-1].Recount = changes
}

// set plans a change in place.
func (p *Planner) set(ctx context.Context, d catalog.Difference) error {
	p.made[d.Key] = true
	sql, err := p.declared(ctx, d.Key)
	if err != nil {
		return err
	}
	p.add(p.createPhase(d.Key), d.Key, verb("set", d.Key), sql, p.restoreStatement(d.Have))
	return nil
}

// verb returns a comment such as "create index public.memories.idx".
func verb(what string, k catalog.Key) string { return fmt.Sprintf("%s %s %s", what, k.Kind, k) }
