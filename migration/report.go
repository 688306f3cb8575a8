package migration

import (
	"context"

	"github.com/elizago/elizago/migration/plan"
)

// Report says how the database differs from what the units declare.
type Report struct {
	// Equal says that it does not, and that no data migration is to be run.
	Equal bool `json:"equal"`

	// Differences are the changes that would make it equal.
	Differences []plan.Change `json:"differences"`

	// Data are the data migrations that have not run; see Plan.Data.
	Data []string `json:"data,omitempty"`

	// HasDataLoss says whether one of them can lose data, so that Run refuses
	// it without Options.Force.
	HasDataLoss bool `json:"hasDataLoss"`

	// Warnings name each such change, with the rows at stake.
	Warnings []string `json:"warnings"`
}

// Check compares the database with what the units declare. It leaves no trace.
func (e *Engine) Check(ctx context.Context, units []Unit) (*Report, error) {
	planned, err := e.Plan(ctx, units)
	if err != nil {
		return nil, err
	}
	r := &Report{Equal: planned.Empty(), Differences: planned.Changes, Data: planned.Data, Warnings: []string{}}
	for _, c := range planned.Changes {
		if c.Class == plan.Destructive {
			r.HasDataLoss = true
			r.Warnings = append(r.Warnings, c.String())
		}
	}
	return r, nil
}
