package migration

import (
	"context"

	"github.com/elizago/elizago/migration/plan"
)

// Report describes how the database differs from the declared schemas.
type Report struct {
	// Equal reports whether there are no differences and no data migrations to
	// run.
	Equal bool `json:"equal"`

	// Differences are the changes that would make the database equal.
	Differences []plan.Change `json:"differences"`

	// Data are the data migrations that have not run, in the form of
	// plan.Plan.Data.
	Data []string `json:"data,omitempty"`

	// HasDataLoss reports whether a change is plan.Destructive.
	HasDataLoss bool `json:"hasDataLoss"`

	// Warnings describe each destructive change with the rows affected. It is
	// never nil.
	Warnings []string `json:"warnings"`
}

// Check compares the database with the schemas of the schema owners. It changes
// nothing and writes no history.
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
