package planner

import (
	"context"
	"fmt"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/plan"
)

func commentKind() kind {
	return kind{
		changes:     changes{added: plan.SetComment, removed: plan.DropComment, altered: plan.SetComment},
		createPhase: always(phaseComment),
		dropPhase:   always(phaseComment),
		drop:        func(k catalog.Key) string { return catalog.CommentOn(k.Relation(), k.Name, "") },
		restore:     func(o catalog.Object) string { return catalog.CommentOn(o.Relation(), o.Name, o.Def) },
		added:       commentQuoted,
		removed:     commentQuoted,
		altered:     commentQuoted,
		suffices:    anySuffices,
		alter:       (*Planner).set,
	}
}

// commentQuoted quotes the texts of a change.
func commentQuoted(_ context.Context, _ *impact, c *Change) error {
	for _, text := range []*string{&c.From, &c.To} {
		if *text != "" {
			*text = fmt.Sprintf("%q", *text)
		}
	}
	return nil
}
