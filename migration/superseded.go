package migration

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/planner"
	"github.com/elizago/elizago/migration/plan"
)

// supersededSQL returns, for the plugins $1 with the schemas $2, whether the last
// recorded schema is another one, and whether this one was recorded before.
const supersededSQL = `
SELECT want.plugin, last.snapshot <> want.snapshot, EXISTS (
	SELECT 1 FROM migrations.journal j WHERE j.plugin = want.plugin AND j.snapshot = want.snapshot)
FROM unnest($1::text[], $2::text[]) AS want (plugin, snapshot)
CROSS JOIN LATERAL (
	SELECT j.snapshot FROM migrations.journal j WHERE j.plugin = want.plugin ORDER BY j.run_id DESC LIMIT 1) AS last`

// newer is what a later version of the program has made of the database.
type newer struct {
	// found reports that the schemas are earlier ones: history has them, and later
	// ones of the same plugins.
	found bool
	// lacks is the first difference that keeps a program of these schemas from
	// working. Empty: it works, and what the database has more is not its to remove.
	lacks string
}

// superseded looks whether the schemas are those of a version before that is started
// while a newer one has migrated the database, and whether all that they declare is
// there, by planner.Suffices.
//
// Schemas are compared as they are declared, whatever the versions of the
// libraries, and the recorded ones say which is later.
func (r *run) superseded(ctx context.Context, tx *sql.Tx, past past) (newer, error) {
	if r.options.GoBack || r.plan.Empty() || !past.exists || !past.complete || r.pendingData(past) {
		return newer{}, nil
	}
	later, err := r.findSuperseded(ctx, tx)
	if err != nil || len(later) == 0 {
		return newer{}, err
	}
	n := newer{found: true}
	for _, d := range r.diffs {
		u := r.desired.Owner(d.Key.Namespace)
		if u == nil || !later[u.Plugin] || !planner.Suffices(d) {
			n.lacks = fmt.Sprintf("%s %s: %s", d.Key.Kind, d.Key, d.Aspect)
			return n, nil
		}
	}
	for _, c := range r.plan.Changes {
		if !slices.ContainsFunc(r.classified, func(o planner.Change) bool { return o.Kind == c.Kind && o.Object == c.Object }) {
			n.lacks = c.String() // it comes from no difference, such as a rename by a hint
			return n, nil
		}
	}
	return n, nil
}

// findSuperseded returns the plugins whose schema was recorded, and another one
// after it. It returns none if a plugin's schema was never recorded.
func (r *run) findSuperseded(ctx context.Context, tx *sql.Tx) (map[string]bool, error) {
	var plugins, texts []string
	for i := range r.desired.Units {
		if u := &r.desired.Units[i]; u.Model != nil {
			plugins, texts = append(plugins, u.Plugin), append(texts, u.Text)
		}
	}
	rows, err := tx.QueryContext(ctx, r.engine.history.in(supersededSQL), catalog.OneRoundTrip, plugins, texts)
	if err != nil {
		return nil, fmt.Errorf("migration: look for the schemas in the history: %w", err)
	}
	defer rows.Close()
	out := make(map[string]bool)
	known := 0
	for rows.Next() {
		var plugin string
		var later, recorded bool
		if err := rows.Scan(&plugin, &later, &recorded); err != nil {
			return nil, fmt.Errorf("migration: look for the schemas in the history: %w", err)
		}
		if recorded {
			known++
		}
		if later && recorded {
			out[plugin] = true
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("migration: look for the schemas in the history: %w", err)
	}
	if known < len(plugins) {
		return nil, nil
	}
	return out, nil
}

// warnSuperseded logs what the database has other than the schemas declare.
func (r *run) warnSuperseded(changes []plan.Change) {
	list := make([]string, 0, len(changes))
	for _, c := range changes {
		list = append(list, c.String())
	}
	r.engine.log.Warn(fmt.Sprintf("a newer version of this program has migrated the database, which has all that this version declares, and more. "+
		"Nothing was changed, and the program goes on. To go back: `%s migrate apply --force`. What that would be: %s",
		r.engine.program, strings.Join(list, "; ")))
}
