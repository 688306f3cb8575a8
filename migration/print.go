package migration

import (
	"context"
	"fmt"
	"slices"

	"ariga.io/atlas/sql/postgres"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/desired"
	"github.com/elizago/elizago/migration/internal/planner"
	"github.com/elizago/elizago/migration/plan"
)

// PrintSQL returns the schemas of the schema owners as a script for an empty
// database: extensions, then each schema owner with its namespace and tables,
// dependencies first. It needs no server, and equal schema owners give equal
// text. The script needs a server on which the extensions are installed, as a
// run does.
func PrintSQL(ctx context.Context, units []Unit) (string, error) {
	d, err := desired.New(ctx, declarations(units))
	if err != nil {
		return "", err
	}
	var script plan.Script
	for i, x := range extensions(d) {
		if i == 0 {
			script.Section("Extensions.")
		}
		script.Add(plan.Statement{SQL: x.statement().SQL})
	}
	for i := range d.Units {
		u := &d.Units[i]
		if u.Model == nil {
			continue
		}
		script.Section(fmt.Sprintf("Plugin %s, namespace %s.", u.Plugin, u.Namespace))
		script.Add(plan.Statement{SQL: createNamespace(u).SQL})
		path := d.SearchPath(u, nil)
		for _, declared := range u.Declared {
			script.Add(plan.Statement{SQL: declared.SQL, SearchPath: path})
		}
	}
	script.Reset()
	return script.String(), nil
}

// PrintHCL returns the schemas of the schema owners in the language of the
// Atlas command line. It needs no server, and equal schema owners give equal
// text.
//
// It is not complete, as PrintSQL is: Atlas's free edition cannot express
// extensions, views, the parameters of HNSW and IVFFlat indexes, storage
// parameters, the storage of columns, row-level security and its policies,
// exclusion constraints, the constraints of entpg.UniqueKey, and deferrable
// foreign keys. They are omitted.
func PrintHCL(ctx context.Context, units []Unit) (string, error) {
	d, err := desired.New(ctx, declarations(units))
	if err != nil {
		return "", err
	}
	text, err := postgres.MarshalHCL.MarshalSpec(d.Realm)
	if err != nil {
		return "", fmt.Errorf("migration: write the schema as HCL: %w: print it as SQL instead", err)
	}
	return string(text), nil
}

// PlanFromNothing returns the plan of a run on an empty database. Unlike
// Engine.Plan it needs no server, so it can be used before the database exists.
// Its Hash is empty, because a hash covers the server's version.
func PlanFromNothing(ctx context.Context, units []Unit) (*plan.Plan, error) {
	d, err := desired.New(ctx, declarations(units))
	if err != nil {
		return nil, err
	}
	p := &plan.Plan{Statements: []plan.Statement{}, Changes: []plan.Change{}}
	for _, x := range extensions(d) {
		p.Statements, p.Changes = append(p.Statements, x.statement()), append(p.Changes, x.change())
	}
	for i := range d.Units {
		u := &d.Units[i]
		for _, m := range u.Data {
			if m.Position == core.AfterSchema { // others are skipped without tables
				p.Data = append(p.Data, positionName(m.Position)+" "+u.Plugin+": "+m.Name)
			}
		}
		if u.Model == nil {
			continue
		}
		if u.Namespace != "public" { // exists in every new database
			p.Statements = append(p.Statements, createNamespace(u))
			p.Changes = append(p.Changes, plan.Change{Unit: u.Plugin, Kind: plan.AddNamespace, Class: plan.Safe, Object: u.Namespace})
		}
		path := d.SearchPath(u, nil)
		for _, declared := range u.Declared {
			k := declared.Key
			p.Statements = append(p.Statements, plan.Statement{
				Unit: u.Plugin, SQL: declared.SQL, Comment: fmt.Sprintf("create %s %s", k.Kind, k), Transactional: true, SearchPath: path,
			})
			if kind, ok := planner.Independent(k); ok {
				p.Changes = append(p.Changes, plan.Change{Unit: u.Plugin, Kind: kind, Class: plan.Safe, Object: k.String()})
			}
		}
	}
	return p, nil
}

// extensions returns the extensions that the schema owners need, each with the
// first schema owner that needs it.
func extensions(d *desired.State) []extension {
	var out []extension
	for i := range d.Units {
		for _, name := range d.Units[i].Extensions {
			if !slices.ContainsFunc(out, func(x extension) bool { return x.name == name }) {
				out = append(out, extension{plugin: d.Units[i].Plugin, name: name})
			}
		}
	}
	return out
}

func createNamespace(u *desired.Unit) plan.Statement {
	return plan.Statement{
		Unit: u.Plugin, SQL: "CREATE SCHEMA IF NOT EXISTS " + catalog.Quote(u.Namespace),
		Comment: "create namespace " + u.Namespace, Transactional: true,
	}
}
