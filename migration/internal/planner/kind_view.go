package planner

import (
	"context"
	"slices"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/plan"
)

func viewKind() kind {
	return kind{
		changes:     changes{added: plan.AddView, removed: plan.DropView, altered: plan.AlterView},
		createPhase: always(phaseView),
		dropPhase:   always(phaseDropView),
		inOrder:     true,
		late:        true,
		reads:       true,
		drop:        func(k catalog.Key) string { return "DROP VIEW " + catalog.Relation(k.Namespace, k.Name) },
		restore: func(o catalog.Object) string {
			return "CREATE VIEW " + catalog.Relation(o.Namespace, o.Name) + " " + o.Def
		},
		added:      viewInOneLine,
		removed:    viewInOneLine,
		altered:    viewInOneLine,
		adopted:    viewAdopted,
		alter:      (*Planner).alterView,
		suffices:   viewSuffices,
		beforeDrop: (*Planner).beforeDropOfView,
		retyped:    func(*Planner, catalog.Key, catalog.Difference) bool { return true },
		locked:     func(*impact, catalog.Key) []catalog.Key { return nil }, // it has no rows
	}
}

// viewInOneLine joins the lines of a change's queries.
func viewInOneLine(_ context.Context, _ *impact, c *Change) error {
	c.From, c.To = strings.Join(strings.Fields(c.From), " "), strings.Join(strings.Fields(c.To), " ")
	return nil
}

// viewAdopted completes the change of an unmanaged view that differs.
func viewAdopted(_ context.Context, _ *impact, c *Change) error {
	c.Kind, c.Class, c.always = plan.AdoptView, plan.Destructive, true
	c.Hint = "a view of this name is there already, differs, and the history does not know it: rename or drop it, if it is not the plugin's"
	return nil
}

// alterView replaces the query of a view. PostgreSQL does so in place if all
// columns stay and new ones come last; otherwise the view is dropped and
// created again. If something below the view has changed, that is already
// planned.
func (p *Planner) alterView(ctx context.Context, d catalog.Difference) error {
	if p.gone[d.Key] {
		return nil
	}
	if !strings.HasPrefix(d.Want.Expr+"\n", d.Have.Expr+"\n") {
		return p.replace(ctx, d.Key)
	}
	p.made[d.Key] = true
	sql, err := p.declared(ctx, d.Key)
	if err != nil {
		return err
	}
	inPlace := func(create string) string { return strings.Replace(create, "CREATE VIEW", "CREATE OR REPLACE VIEW", 1) }
	reverse := []string{inPlace(p.restoreStatement(d.Have))}
	if d.Want.Expr != d.Have.Expr {
		reverse = []string{p.dropStatement(d.Key), p.restoreStatement(d.Have)} // a column cannot be removed in place
	}
	p.add(phaseView, d.Key, verb("replace", d.Key), inPlace(sql), reverse...)
	return nil
}

// beforeDropOfView replaces the objects that read a view, and keeps its
// unmanaged properties if it is created again.
func (p *Planner) beforeDropOfView(ctx context.Context, k catalog.Key) error {
	if p.made[k] {
		// It was to be replaced in place, before it was known that a view below it
		// is dropped. Undone, that would make it read a view that is not there yet.
		p.made[k] = false
		p.steps = slices.DeleteFunc(p.steps, func(s Step) bool { return s.Key == k && s.phase == phaseView })
	}
	readers, err := catalog.ReadersOf(ctx, p.Tx, k)
	if err != nil {
		return err
	}
	for _, reader := range readers {
		if err := p.remake(ctx, reader); err != nil {
			return err
		}
	}
	want, ok := p.Want[k]
	if !ok {
		return nil
	}
	p.kept[k], err = catalog.AttachedTo(ctx, p.Tx, k, want.Expr)
	for _, sql := range p.kept[k] {
		p.add(phaseKept, k, "keep what was given to view "+k.String(), sql)
	}
	return err
}
