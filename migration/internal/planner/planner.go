package planner

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/desired"
	"github.com/elizago/elizago/migration/plan"
)

// Config is what a planner works with.
type Config struct {
	Tx      *sql.Tx
	Desired *desired.State
	// have is what is there, want the desired state as PostgreSQL prints it, and
	// owned what history knows as declared.
	Have, Want catalog.Objects
	Owned      catalog.Owned
	// force lets changes through that can lose data.
	Force bool
	// largeTable is from how many rows on indexes and constraints are added
	// after the transaction.
	LargeTable int64
	// dataAfter are the plugins with data migrations that come after the
	// statements.
	DataAfter map[string]bool
}

// Planner classifies differences and turns changes into statements.
type Planner struct {
	Config
	probe  *impact
	steps  []Step
	gone   map[catalog.Key]bool // dropped by the plan
	made   map[catalog.Key]bool // made by the plan
	Online map[catalog.Key]bool // left to what follows the transaction
	// unforced are tables whose policies are put aside for the owner, renamed
	// the indexes and constraints that get another name.
	unforced map[catalog.Key]bool
	renamed  []catalog.Difference
}

// Step is a statement with its place in the plan.
type Step struct {
	plan.Statement
	// key is the object that the statement is for, where it matters later.
	Key catalog.Key
	// recount are changes that were let through because no row was affected.
	// The statement locks their table, so that the rows can be counted again.
	Recount []Change

	phase phase
}

func New(config Config) *Planner {
	return &Planner{
		Config: config, probe: newImpact(config.Tx, config.Desired, config.Want, config.Have),
		gone: map[catalog.Key]bool{}, made: map[catalog.Key]bool{}, Online: map[catalog.Key]bool{}, unforced: map[catalog.Key]bool{},
	}
}

// Classify returns what a difference means for the rows that are there.
func (p *Planner) Classify(ctx context.Context, plugin string, d catalog.Difference) (Change, error) {
	return classify(ctx, p.probe, plugin, d)
}

// large reports whether a table has so many rows that others should write while
// an index over them is built.
func (p *Planner) large(ctx context.Context, table catalog.Key) (bool, error) {
	n, err := p.probe.limited(ctx, table, "", p.LargeTable)
	return n >= p.LargeTable, err
}

// add takes a statement for an object of a unit.
func (p *Planner) add(ph phase, k catalog.Key, comment, sql string, reverse ...string) {
	unit := ""
	if u := p.probe.d.Owner(k.Namespace); u != nil {
		unit = u.Plugin
	}
	p.steps = append(p.steps, Step{phase: ph, Key: k, Statement: plan.Statement{
		Unit: unit, SQL: sql, Comment: comment, Reverse: slices.DeleteFunc(reverse, func(s string) bool { return s == "" }),
		Transactional: ph != phaseOnline,
	}})
}

// Plan returns the statements of renamings and of all changes that were let
// through, in order.
func (p *Planner) Plan(ctx context.Context, renamings []Renaming, changes []Change) ([]Step, error) {
	for _, r := range renamings {
		p.steps = append(p.steps, r.step())
	}
	if err := p.planAll(ctx, changes); err != nil {
		return nil, err
	}
	slices.SortStableFunc(p.steps, func(a, b Step) int { return int(a.phase - b.phase) })
	return p.steps, nil
}

func (p *Planner) planAll(ctx context.Context, changes []Change) error {
	columns := make(map[catalog.Key]catalog.Difference)
	var order []catalog.Key
	var stored []catalog.Difference
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
		case counts(c.Change):
			p.guard(c)
		}
		if d.Key.Kind == catalog.Column && d.Aspect != catalog.Added && d.Aspect != catalog.Removed {
			if _, ok := columns[d.Key]; !ok {
				order = append(order, d.Key)
			}
			columns[d.Key] = d
			continue
		}
		if err := p.planOne(ctx, d); err != nil {
			return err
		}
	}
	// A column is changed once, however much of it differs, and after it is
	// known what happens to the types.
	for _, k := range order {
		if err := p.alterColumn(ctx, columns[k]); err != nil {
			return err
		}
	}
	for _, d := range stored {
		p.changeStorage(d)
	}
	p.renamed = slices.DeleteFunc(p.renamed, func(d catalog.Difference) bool { return p.gone[d.Have.Key] })
	p.renameObjects()
	return p.keepToastOptions(ctx)
}

func (p *Planner) planOne(ctx context.Context, d catalog.Difference) error {
	switch d.Aspect {
	case catalog.Added:
		return p.create(ctx, d.Key)
	case catalog.Removed:
		return p.drop(ctx, d.Key)
	case catalog.Unmanaged:
		return nil // Its differences follow.
	case catalog.Renamed:
		return nil // See plan.
	}
	switch d.Key.Kind {
	case catalog.Table:
		return p.alterTable(d)
	case catalog.Enum:
		return p.alterEnum(ctx, d)
	case catalog.Security, catalog.Option, catalog.Comment:
		return p.set(ctx, d)
	case catalog.Constraint:
		if d.Have.Def == d.Want.Def+notValid {
			p.validate(d.Key)
			return nil
		}
	case catalog.Index:
		if d.Have.Special != "" && !d.Want.Unstable {
			p.buildOnline(d.Key)
			return nil
		}
	}
	return p.replace(ctx, d.Key)
}

// replace drops an object and makes it anew.
func (p *Planner) replace(ctx context.Context, k catalog.Key) error {
	if err := p.drop(ctx, k); err != nil {
		return err
	}
	if _, ok := p.probe.want[k]; ok {
		return p.create(ctx, k)
	}
	// What was to get another name is made anew under it.
	if i := slices.IndexFunc(p.renamed, func(d catalog.Difference) bool { return d.Have.Key == k }); i >= 0 {
		return p.create(ctx, p.renamed[i].Key)
	}
	if !p.Owned[k] {
		p.restore(k)
	}
	return nil
}

// create makes an object in the author's words.
func (p *Planner) create(ctx context.Context, k catalog.Key) error {
	if p.made[k] {
		return nil
	}
	p.made[k] = true
	u := p.probe.d.Owner(k.Namespace)
	if k.Kind == catalog.Table {
		return p.createTable(ctx, u, k)
	}
	if t, ok := u.Model.Table(k.Table); ok {
		online, err := p.goesOnline(ctx, t, k)
		if err != nil {
			return err
		}
		if online {
			return p.createOnline(ctx, u, k)
		}
	}
	sql, err := u.Renderer.Create(ctx, k)
	if err != nil {
		return err
	}
	if k.Kind == catalog.Column {
		p.made[storageKey(k)] = true // The statement says it.
	}
	p.add(p.createPhase(k), k, verb("create", k), sql, dropStatement(k))
	return nil
}

// createTable makes a table with everything that belongs to it.
func (p *Planner) createTable(ctx context.Context, u *desired.Unit, k catalog.Key) error {
	sql, err := u.Renderer.Create(ctx, k)
	if err != nil {
		return err
	}
	p.add(phaseTable, k, verb("create", k), sql, dropStatement(k))
	t, _ := u.Model.Table(k.Table)
	keys := u.Renderer.KeysOf(t)
	for _, fk := range t.ForeignKeys {
		keys = append(keys, u.Renderer.Key(t.Name, catalog.Constraint, fk.Symbol))
	}
	for _, k := range keys {
		if p.made[k] {
			continue
		}
		p.made[k] = true
		sql, err := u.Renderer.Create(ctx, k)
		if err != nil {
			return err
		}
		what, reverse := "create", dropStatement(k)
		if o, ok := p.probe.want[k]; ok && k.Kind == catalog.Storage {
			what, reverse = "set", catalog.AlterStorage(k, o.Expr)
		}
		p.add(p.createPhase(k), k, verb(what, k), sql, reverse)
	}
	return nil
}

// drop takes an object away, and what cannot be without it for as long as it
// is away.
func (p *Planner) drop(ctx context.Context, k catalog.Key) error {
	if p.gone[k] {
		return nil
	}
	p.gone[k] = true
	o, ok := p.probe.have[k]
	if !ok {
		return nil // Somebody else's. PostgreSQL will say that it is in the way.
	}
	p.add(dropPhase(o), k, verb("drop", k), dropStatement(k), restoreStatement(o))
	switch k.Kind {
	case catalog.Table:
		// Tables that go may refer to each other.
		for _, fk := range p.probe.have.Keys() {
			if fk.TableKey() == k && fk.Kind == catalog.Constraint && catalog.ConstraintType(p.probe.have[fk].Def) == "FOREIGN KEY" {
				if err := p.drop(ctx, fk); err != nil {
					return err
				}
			}
		}
		return nil
	case catalog.Index, catalog.Constraint:
	default:
		return nil
	}
	references, err := catalog.ReferencesTo(ctx, p.probe.tx, k)
	if err != nil {
		return err
	}
	for _, fk := range references {
		if err := p.replace(ctx, fk); err != nil {
			return err
		}
	}
	return nil
}

// restore makes an object that somebody added by hand as it was.
func (p *Planner) restore(k catalog.Key) {
	if o, ok := p.probe.have[k]; ok && !p.made[k] {
		p.made[k] = true
		p.add(p.createPhase(k), k, verb("restore", k), restoreStatement(o), dropStatement(k))
	}
}

// guard locks the tables that a change is about and has the rows counted again.
func (p *Planner) guard(c Change) {
	if c.Difference.Key.Kind != catalog.Enum {
		p.guardTable(c.Difference.Key, c)
		return
	}
	for _, k := range p.probe.columnsOf(c.Difference.Key) {
		p.guardTable(k, c)
	}
}

func (p *Planner) guardTable(k catalog.Key, c Change) {
	sql := "LOCK TABLE " + k.Relation() + " IN ACCESS EXCLUSIVE MODE"
	for i := range p.steps {
		if p.steps[i].SQL == sql {
			p.steps[i].Recount = append(p.steps[i].Recount, c)
			return
		}
	}
	p.add(phaseLock, k, fmt.Sprintf("keep others from writing to %s while its rows are looked at", k.TableKey()), sql)
	p.steps[len(p.steps)-1].Recount = []Change{c}
}

func (p *Planner) alterTable(d catalog.Difference) error {
	if d.Have.Def[0] != d.Want.Def[0] {
		return fmt.Errorf("migration: %s is a %s and not a table, as plugin %q wants it: rename it, and start again",
			d.Key, catalog.RelationKind(d.Have.Def), p.probe.d.Owner(d.Key.Namespace).Plugin)
	}
	word := map[byte]string{'p': "LOGGED", 'u': "UNLOGGED"}
	p.add(phaseOption, d.Key, fmt.Sprintf("make table %s %s", d.Key, strings.ToLower(word[d.Want.Def[1]])),
		catalog.AlterTable(d.Key.Relation(), "SET "+word[d.Want.Def[1]]), catalog.AlterTable(d.Key.Relation(), "SET "+word[d.Have.Def[1]]))
	return nil
}

// set changes what needs no dropping.
func (p *Planner) set(ctx context.Context, d catalog.Difference) error {
	p.made[d.Key] = true
	sql, err := p.probe.d.Owner(d.Key.Namespace).Renderer.Create(ctx, d.Key)
	if err != nil {
		return err
	}
	p.add(p.createPhase(d.Key), d.Key, verb("set", d.Key), sql, restoreStatement(d.Have))
	return nil
}

// verb is "create index public.memories.idx".
func verb(what string, k catalog.Key) string { return fmt.Sprintf("%s %s %s", what, k.Kind, k) }
