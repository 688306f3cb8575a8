package entpg

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"entgo.io/ent/schema"
)

// View is a view in the plugin's namespace. It is created after the tables, and
// after the views that its SQL names.
//
//	CREATE VIEW "notes"."open_notes" WITH (security_invoker = true) AS
//	SELECT id, title FROM notes WHERE NOT done
type View struct {
	// Name is unique among the tables, indexes and views of the namespace, at
	// most 63 bytes. Defaults to the table name of the ent.View that declares it;
	// required elsewhere.
	Name string

	// SQL is the query, without a semicolon; required. It must list its columns:
	// PostgreSQL expands * when the view is created, and does not add later
	// columns.
	SQL string

	// SecurityBarrier prevents the conditions of a query on the view from being
	// evaluated on rows that the view excludes. Defaults to false.
	SecurityBarrier bool

	// SecurityInvoker checks rights and policies on the tables for the role that
	// queries the view, instead of its owner. Defaults to false. PostgreSQL 15
	// or newer.
	SecurityInvoker bool
}

// Views declares views, in the Annotations of any ent schema of the plugin. In
// those of an ent.View, whose fields are the columns, Name may be empty, and the
// client has queries for it.
//
//	entpg.Views(entpg.View{Name: "open_notes", SQL: "SELECT id, title FROM notes WHERE NOT done"})
//
// The migration changes a view if its SQL changes, and drops it if it is no longer
// declared. If a column or table that the view reads changes, the view is dropped
// and created again as far as PostgreSQL requires it. Its owner, and grants,
// comments, defaults, rules and triggers that were added by hand, are restored.
func Views(views ...View) schema.Annotation {
	return declared{Views: views}
}

// TableName implements core.SchemaAnnotation. It returns "", as a view belongs to the
// schema.
func (v *View) TableName() string { return "" }

// Kind implements SchemaObject.
func (v *View) Kind() string { return "view" }

// ObjectName implements SchemaObject.
func (v *View) ObjectName() string { return v.Name }

// Create implements SchemaObject.
func (v *View) Create(name string) string {
	var options []string
	if v.SecurityBarrier {
		options = append(options, "security_barrier = true")
	}
	if v.SecurityInvoker {
		options = append(options, "security_invoker = true")
	}
	with := ""
	if len(options) > 0 {
		with = " WITH (" + strings.Join(options, ", ") + ")"
	}
	sql := strings.TrimSpace(v.SQL)
	if strings.Contains(sql[strings.LastIndexByte(sql, '\n')+1:], "--") {
		sql += "\n" // what follows a statement in a script must not be part of a comment
	}
	return "CREATE VIEW " + name + with + " AS " + sql
}

// literals are strings, quoted names and comments, star is a * that stands for
// columns.
var (
	literals = regexp.MustCompile(`'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|(?s:/\*.*?\*/)`)
	star     = regexp.MustCompile(`(?i)(?:\b(?:select|all|distinct)\b|[,.)])\s*\*\s*(?:,|\)|$|from\b|where\b|union\b|order\b|limit\b)`)
)

// Check implements SchemaObject.
func (v *View) Check() error {
	if v.Name == "" {
		return errors.New("entpg: a view has no Name: give it one")
	}
	if len(v.Name) > maxName {
		return fmt.Errorf("entpg: the name of view %q has %d bytes and PostgreSQL keeps %d: give it a shorter one", v.Name, len(v.Name), maxName)
	}
	sql := strings.TrimSpace(literals.ReplaceAllString(v.SQL, "''"))
	switch {
	case sql == "":
		return fmt.Errorf("entpg: view %q has no SQL: give it its query", v.Name)
	case strings.Contains(sql, ";"):
		return fmt.Errorf("entpg: the SQL of view %q has a semicolon: it is one query, without one", v.Name)
	case star.MatchString(sql):
		return fmt.Errorf("entpg: the SQL of view %q has * for columns, which PostgreSQL replaces by those of the day the view is made: name the columns", v.Name)
	}
	return nil
}

func (v *View) validate() error { return v.Check() }
