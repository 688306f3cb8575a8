package entpg

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"entgo.io/ent/schema"
)

// View is a view of the plugin's namespace. It is created after the tables, and
// after the views that its SQL names.
//
//	CREATE VIEW "notes"."open_notes" WITH (security_invoker = true) AS
//	SELECT id, title FROM notes WHERE NOT done
type View struct {
	// Name is unique among the tables, indexes and views of the namespace, at
	// most 63 bytes. Defaults to the table name of the ent.View that declares it.
	Name string

	// SQL is the query, without a semicolon. It names every column, as PostgreSQL
	// would keep the columns that * stands for on the day the view is made.
	// Required.
	SQL string

	// SecurityBarrier keeps conditions of a caller from seeing rows that the view
	// leaves out. Defaults to false.
	SecurityBarrier bool

	// SecurityInvoker reads the tables with the rights, and under the policies, of
	// the role that reads the view, and not of its owner. Needs PostgreSQL 15.
	// Defaults to false.
	SecurityInvoker bool
}

// Views declares views, in the Annotations of any ent schema of the plugin. On an
// ent.View, whose fields are the columns, the view may be nameless, and the client
// has queries for it.
//
//	entpg.Views(entpg.View{Name: "open_notes", SQL: "SELECT id, title FROM notes WHERE NOT done"})
//
// The migration changes a view when its SQL changes, and drops it when it is not
// declared any more. Where columns or tables below a view change, it is dropped and
// created again. Its owner, and the grants, comments, defaults, rules and triggers
// that were given to it by hand, stay.
func Views(views ...View) schema.Annotation {
	return declared{Views: views}
}

// TableName implements core.SchemaExtra: a view belongs to the schema.
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
