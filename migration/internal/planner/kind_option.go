package planner

import (
	"context"
	"slices"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/plan"
)

func optionKind() kind {
	return kind{
		changes:     changes{added: plan.SetStorage, removed: plan.ResetStorage, altered: plan.SetStorage},
		createPhase: always(phaseOption),
		dropPhase:   always(phaseOption),
		drop:        func(k catalog.Key) string { return catalog.AlterTable(k.Relation(), "RESET ("+k.Name+")") },
		restore:     func(o catalog.Object) string { return catalog.SetOption(o.Relation(), o.Name, o.Def) },
		suffices:    anySuffices,
		alter:       (*Planner).set,
	}
}

// keepToastOptions sets the parameters of toast tables that statements of the
// plan may create, or drop and create without them. Where there is no toast table
// in the end, that has no effect.
func (p *Planner) keepToastOptions(ctx context.Context) error {
	touched := make(map[catalog.Key]bool)
	for _, s := range p.steps {
		if slices.Contains([]phase{phaseStorage, phaseColumnType, phaseAddColumn, phaseAddGenerated}, s.phase) {
			touched[s.Key.TableKey()] = true
		}
	}
	for _, k := range p.Want.Keys() {
		if !catalog.IsToastOption(k) || !touched[k.TableKey()] || p.made[k] {
			continue
		}
		var err error
		if h, ok := p.Have[k]; ok {
			err = p.set(ctx, catalog.Difference{Key: k, Have: h})
		} else {
			err = p.create(ctx, k)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
