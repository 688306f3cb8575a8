package migration

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"ariga.io/atlas/sql/postgres"

	"github.com/elizago/elizago/migration/entpg"
)

// PrintSQL is the whole state that the units declare, as a script that makes it
// on an empty database: extensions, then each unit with its namespace and
// tables, dependencies first. It asks no server, and equal units give equal
// text. The server must have the extensions to offer, as for a run.
func PrintSQL(ctx context.Context, units []Unit) (string, error) {
	d, err := newDesired(ctx, units)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for i, statement := range d.printedExtensions() {
		if i == 0 {
			b.WriteString("-- Extensions.\n")
		}
		b.WriteString(statement.SQL + ";\n")
	}
	for i := range d.units {
		u := &d.units[i]
		if u.schema == nil {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "-- Plugin %s, namespace %s.\n", commentLine(u.Plugin), u.namespace)
		b.WriteString(printedNamespace(u).SQL + ";\n")
		b.WriteString(u.text)
	}
	return b.String(), nil
}

// PrintHCL is the whole state that the units declare, in the language of the
// Atlas command line. It asks no server, and equal units give equal text.
//
// The language of Atlas's free edition is poorer than PrintSQL's. It has no
// words for extensions, for the parameters of HNSW and IVFFlat indexes, storage
// parameters, row-level security and its policies, exclusion constraints, and
// for constraints that are deferrable. They are left out, so a database that is
// made from this text is not all that the units declare.
func PrintHCL(ctx context.Context, units []Unit) (string, error) {
	d, err := newDesired(ctx, units)
	if err != nil {
		return "", err
	}
	text, err := postgres.MarshalHCL.MarshalSpec(d.realm)
	if err != nil {
		return "", fmt.Errorf("migration: write the schema as HCL: %w: print it as SQL instead", err)
	}
	return string(text), nil
}

// PlanFromNothing is the plan of a run on an empty database. Unlike Engine.Plan
// it asks no server, so it also answers where there is no database yet. Its
// hash is empty: the server's version is part of it.
func PlanFromNothing(ctx context.Context, units []Unit) (*Plan, error) {
	d, err := newDesired(ctx, units)
	if err != nil {
		return nil, err
	}
	p := &Plan{Statements: d.printedExtensions(), Changes: []Change{}}
	for i := range d.units {
		u := &d.units[i]
		if u.schema == nil {
			continue
		}
		if u.namespace != "public" { // which every new database has
			p.Statements = append(p.Statements, printedNamespace(u))
			p.Changes = append(p.Changes, Change{Unit: u.Plugin, Kind: AddNamespace, Class: Safe, Object: u.namespace})
		}
		for sql := range strings.SplitSeq(strings.TrimSuffix(u.text, ";\n"), ";\n") {
			p.Statements = append(p.Statements, Statement{Unit: u.Plugin, SQL: sql})
		}
		for _, t := range u.schema.Tables {
			p.Changes = append(p.Changes, Change{
				Unit: u.Plugin, Kind: AddTable, Class: Safe, Object: u.namespace + "." + t.Name,
			})
		}
	}
	return p, nil
}

// printedExtensions make what the units need and PostgreSQL does not bring: the
// extensions that they declare, and pgvector where there are vectors.
func (d *desired) printedExtensions() []Statement {
	out := []Statement{}
	for i := range d.units {
		u := &d.units[i]
		var names []string
		if vectors.MatchString(u.text) {
			names = append(names, "vector")
		}
		for _, x := range u.Schema.Extras {
			if x, ok := x.(*entpg.Extension); ok {
				names = append(names, x.Name)
			}
		}
		for _, name := range names {
			sql := "CREATE EXTENSION IF NOT EXISTS " + quoted(name) + " WITH SCHEMA public"
			if !slices.ContainsFunc(out, func(s Statement) bool { return s.SQL == sql }) {
				out = append(out, Statement{Unit: u.Plugin, SQL: sql, Comment: "create the extension " + name})
			}
		}
	}
	return out
}

// vectors finds pgvector's types and access methods in SQL.
var vectors = regexp.MustCompile(`(?i)\b((vector|halfvec|sparsevec)\(|USING (hnsw|ivfflat)\b)`)

func printedNamespace(u *desiredUnit) Statement {
	return Statement{
		Unit:    u.Plugin,
		SQL:     "CREATE SCHEMA IF NOT EXISTS " + quoted(u.namespace),
		Comment: fmt.Sprintf("create the namespace %q", u.namespace),
	}
}

// commentLine is text that fits into a comment of SQL.
func commentLine(text string) string {
	return strings.NewReplacer("\n", " ", "\r", " ").Replace(text)
}
