package migration

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ariga.io/atlas/sql/schema"
)

// phase is when a statement comes in a plan. What is in the way goes first,
// from what depends to what it depends on; then it is made anew in the opposite
// order.
type phase int

const (
	phaseNamespace phase = iota
	phaseRename
	phaseLock
	phaseDropPolicy
	phaseDropForeignKey
	phaseDropConstraint
	phaseDropIndex
	phaseDropGenerated
	phaseDropColumn
	phaseDropTable
	phaseType
	phaseTable
	phaseLoosenColumn
	phaseColumnType
	phaseAddColumn
	phaseAddGenerated
	phaseFinishColumn
	phaseDropType
	phaseConstraint
	phaseIndex
	phaseForeignKey
	phaseSecurity
	phasePolicy
	phaseOption
	phaseComment
	phaseOnline
)

// planner turns changes into statements.
type planner struct {
	probe  *probe
	ours   owned
	large  func(ctx context.Context, k objectKey) (bool, error)
	steps  []step
	gone   map[objectKey]bool // dropped by the plan
	made   map[objectKey]bool // made by the plan
	online map[objectKey]bool // left to what follows the transaction
	// unforced are tables whose policies are put aside for the owner, renamed
	// the indexes and constraints that get another name.
	unforced map[objectKey]bool
	renamed  []difference
}

// step is a statement with its place.
type step struct {
	phase phase
	Statement
}

func newPlanner(p *probe, ours owned, large func(context.Context, objectKey) (bool, error)) *planner {
	return &planner{
		probe: p, ours: ours, large: large,
		gone: map[objectKey]bool{}, made: map[objectKey]bool{}, online: map[objectKey]bool{}, unforced: map[objectKey]bool{},
	}
}

// statements are all, in order.
func (p *planner) statements() []Statement {
	slices.SortStableFunc(p.steps, func(a, b step) int { return int(a.phase - b.phase) })
	out := make([]Statement, 0, len(p.steps))
	for _, s := range p.steps {
		out = append(out, s.Statement)
	}
	return out
}

// add takes a statement for an object of a unit.
func (p *planner) add(ph phase, k objectKey, comment, sql string, reverse ...string) {
	unit := ""
	if u := p.probe.d.unitOf(k.Namespace); u != nil {
		unit = u.Plugin
	}
	p.steps = append(p.steps, step{ph, Statement{
		Unit: unit, SQL: sql, Comment: comment, Reverse: slices.DeleteFunc(reverse, func(s string) bool { return s == "" }),
		Transactional: ph != phaseOnline, key: k,
	}})
}

// plan takes all changes that were let through.
func (p *planner) plan(ctx context.Context, changes []Change) error {
	columns := make(map[objectKey]difference)
	var order []objectKey
	for _, c := range changes {
		d := c.diff
		switch {
		case c.Kind == AddNamespace:
			p.add(phaseNamespace, objectKey{Namespace: c.Object}, "create namespace "+c.Object,
				"CREATE SCHEMA IF NOT EXISTS "+quoted(c.Object), "DROP SCHEMA "+quoted(c.Object))
			continue
		case c.Kind == RenameTable, c.Kind == RenameColumn:
			continue // See renaming.
		case counts(c):
			p.guard(c)
		}
		if d.key.Kind == columnObject && d.aspect != missing && d.aspect != surplus {
			if _, ok := columns[d.key]; !ok {
				order = append(order, d.key)
			}
			columns[d.key] = d
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
	p.renameObjects()
	return nil
}

func (p *planner) planOne(ctx context.Context, d difference) error {
	switch d.aspect {
	case missing:
		return p.create(ctx, d.key)
	case surplus:
		return p.drop(ctx, d.key)
	case foreign:
		return nil // Its differences follow.
	case renamed:
		p.renamed = append(p.renamed, d)
		return nil
	}
	switch d.key.Kind {
	case tableObject:
		return p.alterTable(d)
	case enumObject:
		return p.alterEnum(ctx, d)
	case securityObject, optionObject, commentObject:
		return p.set(ctx, d)
	case constraintObject:
		if d.have.Def == d.want.Def+notValid {
			p.validate(d.key)
			return nil
		}
	case indexObject:
		if d.have.Special != "" {
			p.buildOnline(d.key)
			return nil
		}
	}
	return p.replace(ctx, d.key)
}

// replace drops an object and makes it anew.
func (p *planner) replace(ctx context.Context, k objectKey) error {
	if err := p.drop(ctx, k); err != nil {
		return err
	}
	if _, ok := p.probe.want[k]; ok {
		return p.create(ctx, k)
	}
	if !p.ours[k] {
		p.restore(k)
	}
	return nil
}

// create makes an object in the author's words.
func (p *planner) create(ctx context.Context, k objectKey) error {
	if p.made[k] {
		return nil
	}
	p.made[k] = true
	u := p.probe.d.unitOf(k.Namespace)
	if k.Kind == tableObject {
		return p.createTable(ctx, u, k)
	}
	if t, ok := u.schema.Table(k.Table); ok {
		online, err := p.goesOnline(ctx, t, k)
		if err != nil {
			return err
		}
		if online {
			return p.createOnline(ctx, u, k)
		}
	}
	sql, err := u.author.create(ctx, k)
	if err != nil {
		return err
	}
	p.add(p.createPhase(k), k, verb("create", k), sql, p.undo(k))
	return nil
}

// createTable makes a table with everything that belongs to it.
func (p *planner) createTable(ctx context.Context, u *desiredUnit, k objectKey) error {
	sql, err := u.author.create(ctx, k)
	if err != nil {
		return err
	}
	p.add(phaseTable, k, verb("create", k), sql, dropStatement(k, p.probe.want[k]))
	t, _ := u.schema.Table(k.Table)
	keys := u.author.keysOf(t)
	for _, fk := range t.ForeignKeys {
		keys = append(keys, u.author.key(t.Name, constraintObject, fk.Symbol))
	}
	for _, k := range keys {
		if p.made[k] {
			continue
		}
		p.made[k] = true
		sql, err := u.author.create(ctx, k)
		if err != nil {
			return err
		}
		p.add(p.createPhase(k), k, verb("create", k), sql, p.undo(k))
	}
	return nil
}

func (p *planner) createPhase(k objectKey) phase {
	switch k.Kind {
	case enumObject:
		return phaseType
	case columnObject:
		if isGenerated(p.probe.want[k]) {
			return phaseAddGenerated
		}
		return phaseAddColumn
	case constraintObject:
		def := p.probe.want[k].Def
		if def == "" {
			def = p.probe.have[k].Def
		}
		if constraintType(def) == "FOREIGN KEY" {
			return phaseForeignKey
		}
		return phaseConstraint
	case indexObject:
		return phaseIndex
	case securityObject:
		return phaseSecurity
	case policyObject:
		return phasePolicy
	case optionObject:
		return phaseOption
	default:
		return phaseComment
	}
}

// drop takes an object away, and what cannot be without it for as long as it
// is away.
func (p *planner) drop(ctx context.Context, k objectKey) error {
	if p.gone[k] {
		return nil
	}
	p.gone[k] = true
	o, ok := p.probe.have[k]
	if !ok {
		return nil // Somebody else's. PostgreSQL will say that it is in the way.
	}
	p.add(dropPhase(o), k, verb("drop", k), dropStatement(k, o), restoreStatement(o))
	switch k.Kind {
	case tableObject:
		// Tables that go may refer to each other.
		for _, fk := range p.probe.have.keys() {
			if fk.table() == k && fk.Kind == constraintObject && constraintType(p.probe.have[fk].Def) == "FOREIGN KEY" {
				if err := p.drop(ctx, fk); err != nil {
					return err
				}
			}
		}
		return nil
	case indexObject, constraintObject:
	default:
		return nil
	}
	references, err := dependents(ctx, p.probe.tx, referencesSQL, k)
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

func dropPhase(o object) phase {
	switch o.Kind {
	case policyObject, securityObject:
		return phaseDropPolicy
	case constraintObject:
		if constraintType(o.Def) == "FOREIGN KEY" {
			return phaseDropForeignKey
		}
		return phaseDropConstraint
	case indexObject:
		return phaseDropIndex
	case columnObject:
		if isGenerated(o) {
			return phaseDropGenerated
		}
		return phaseDropColumn
	case tableObject:
		return phaseDropTable
	case enumObject:
		return phaseDropType
	case optionObject:
		return phaseOption
	default:
		return phaseComment
	}
}

// restore makes an object that somebody added by hand as it was.
func (p *planner) restore(k objectKey) {
	if o, ok := p.probe.have[k]; ok && !p.made[k] {
		p.made[k] = true
		p.add(p.createPhase(k), k, verb("restore", k), restoreStatement(o), dropStatement(k, o))
	}
}

// undo is the reverse of making an object.
func (p *planner) undo(k objectKey) string { return dropStatement(k, p.probe.want[k]) }

// guard locks a table and has the rows counted again.
func (p *planner) guard(c Change) {
	sql := "LOCK TABLE " + c.diff.key.relation() + " IN ACCESS EXCLUSIVE MODE"
	if c.diff.key.Kind == enumObject {
		return // Its columns' tables are locked by the change of their type.
	}
	for i := range p.steps {
		if p.steps[i].SQL == sql {
			p.steps[i].recount = append(p.steps[i].recount, c)
			return
		}
	}
	p.add(phaseLock, c.diff.key, fmt.Sprintf("keep others from writing to %s while its rows are looked at", c.diff.key.table()), sql)
	p.steps[len(p.steps)-1].recount = []Change{c}
}

// renameObjects gives indexes and constraints their new names. Who takes a name
// comes after who gives it up; in a circle, one steps aside first.
func (p *planner) renameObjects() {
	pending := p.renamed
	taken := func(name string, but int) bool {
		return slices.ContainsFunc(pending, func(d difference) bool {
			return d.have.Name == name && d.key.Namespace == pending[but].key.Namespace && d.key != pending[but].key
		})
	}
	for len(pending) > 0 {
		i := slices.IndexFunc(pending, func(d difference) bool {
			return !taken(d.key.Name, slices.IndexFunc(pending, func(o difference) bool { return o.key == d.key }))
		})
		if i >= 0 {
			p.renameObject(pending[i].have.objectKey, pending[i].key)
			pending = slices.Delete(slices.Clone(pending), i, i+1)
			continue
		}
		aside := pending[0].key
		aside.Name = fmt.Sprintf("%s%d", asideName, len(p.steps))
		p.renameObject(pending[0].have.objectKey, aside)
		pending = slices.Clone(pending)
		pending[0].have.Name = aside.Name
	}
}

// asideName starts the name of what steps aside for a moment.
const asideName = "zz_elizago_aside_"

func (p *planner) renameObject(from, to objectKey) {
	sql := func(from, to objectKey) string {
		if to.Kind == indexObject {
			return "ALTER INDEX " + relation(from.Namespace, from.Name) + " RENAME TO " + quoted(to.Name)
		}
		return alterTable(to.relation(), "RENAME CONSTRAINT "+quoted(from.Name)+" TO "+quoted(to.Name))
	}
	p.add(phaseRename, to, fmt.Sprintf("rename %s %s to %s", to.Kind, from, to.Name), sql(from, to), sql(to, from))
}

func (p *planner) alterTable(d difference) error {
	if d.have.Def[0] != d.want.Def[0] {
		return fmt.Errorf("migration: %s is a %s and not a table, as plugin %q wants it: rename it, and start again",
			d.key, relationKind(d.have.Def), p.probe.d.unitOf(d.key.Namespace).Plugin)
	}
	word := map[byte]string{'p': "LOGGED", 'u': "UNLOGGED"}
	p.add(phaseOption, d.key, fmt.Sprintf("make table %s %s", d.key, strings.ToLower(word[d.want.Def[1]])),
		alterTable(d.key.relation(), "SET "+word[d.want.Def[1]]), alterTable(d.key.relation(), "SET "+word[d.have.Def[1]]))
	return nil
}

// set changes what needs no dropping.
func (p *planner) set(ctx context.Context, d difference) error {
	p.made[d.key] = true
	sql, err := p.probe.d.unitOf(d.key.Namespace).author.create(ctx, d.key)
	if err != nil {
		return err
	}
	p.add(p.createPhase(d.key), d.key, verb("set", d.key), sql, restoreStatement(d.have))
	return nil
}

// goesOnline says whether an index or a constraint is added without keeping
// others from writing: where somebody asked for it, and where the table is
// large.
func (p *planner) goesOnline(ctx context.Context, t *schema.Table, k objectKey) (bool, error) {
	table := k.table()
	if p.made[table] {
		return false, nil
	}
	if _, there := p.probe.have[table]; !there {
		return false, nil
	}
	switch k.Kind {
	case indexObject:
	case constraintObject:
		if typ := constraintType(p.probe.want[k].Def); typ != "FOREIGN KEY" && typ != "CHECK" {
			return false, nil
		}
	default:
		return false, nil
	}
	if extrasOf(t).online[k.Name] {
		return true, nil
	}
	return p.large(ctx, table)
}

func (p *planner) createOnline(ctx context.Context, u *desiredUnit, k objectKey) error {
	if k.Kind == indexObject {
		p.buildOnline(k)
		return nil
	}
	sql, err := u.author.create(ctx, k)
	if err != nil {
		return err
	}
	p.add(p.createPhase(k), k, verb("create", k)+", not yet for the rows that are there", sql+notValid, p.undo(k))
	p.validate(k)
	return nil
}

// validate checks the rows that are there, while others write.
func (p *planner) validate(k objectKey) {
	p.online[k] = true
	p.add(phaseOnline, k, "check the rows that are there against "+k.String(),
		alterTable(k.relation(), "VALIDATE CONSTRAINT "+quoted(k.Name)))
}

// buildOnline builds an index after the transaction. That is also the way of
// one that a broken-off build has left: another process may be building it just
// now, so it is left in peace until that can be excluded.
//
// The statement is PostgreSQL's own, in which every name has its namespace: a
// search_path cannot be set where a pooler is between.
func (p *planner) buildOnline(k objectKey) {
	p.made[k], p.online[k] = true, true
	sql := strings.Replace(p.probe.want[k].Def, "INDEX ", "INDEX CONCURRENTLY ", 1)
	p.add(phaseOnline, k, verb("create", k)+" while others write", sql, "DROP INDEX CONCURRENTLY "+relation(k.Namespace, k.Name))
}

// verb is "create index public.memories.idx".
func verb(what string, k objectKey) string { return fmt.Sprintf("%s %s %s", what, k.Kind, k) }
