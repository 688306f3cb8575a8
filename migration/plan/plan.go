package plan

import (
	"strings"
)

// Plan holds what a run would do, or has done.
type Plan struct {
	// Statements are in the order of execution. If a change is refused, none of
	// them is executed.
	Statements []Statement `json:"statements"`

	// Changes are the differences between the database and the declared
	// schemas, each with the decision of the policy.
	Changes []Change `json:"changes"`

	// Unmanaged are the unmanaged objects on the plugins' tables, which no schema
	// has declared, such as "index public.memories.by_hand". The engine does
	// not change them.
	Unmanaged []string `json:"foreign,omitempty"`

	// Data are the data migrations of the run, in order, such as
	// "before @your-org/plugin-notes: 2026-11-fill-language".
	Data []string `json:"data,omitempty"`

	// Hash identifies the desired state of all plugins together.
	Hash string `json:"hash"`
}

// Statement is one SQL statement of a plan.
type Statement struct {
	// Unit is the name of the plugin that the statement is for.
	Unit string `json:"unit"`

	// SQL is the statement, without a semicolon at the end.
	SQL string `json:"sql"`

	// Comment describes the statement.
	Comment string `json:"comment,omitempty"`

	// Reverse holds the statements that undo it, without restoring rows. Empty:
	// it cannot be undone.
	Reverse []string `json:"reverse,omitempty"`

	// Transactional reports whether the statement is part of the run's
	// transaction. The others are executed after it, each on its own: CREATE
	// INDEX CONCURRENTLY and the validation of constraints.
	Transactional bool `json:"transactional"`

	// SearchPath is the search_path that the statement's expressions need, as a
	// list of quoted names. Empty: any.
	SearchPath string `json:"searchPath,omitempty"`
}

// Empty reports whether the database equals the declared schemas and no data
// migration is left to run.
func (p *Plan) Empty() bool { return len(p.Changes) == 0 && len(p.Data) == 0 }

// Refused returns the changes that prevent the plan from being applied.
func (p *Plan) Refused() []Change {
	var out []Change
	for _, c := range p.Changes {
		if c.Refused {
			out = append(out, c)
		}
	}
	return out
}

// SQL returns the plan as a script for psql, each statement preceded by its
// comment. Data migrations are not part of it.
func (p *Plan) SQL() string {
	var script Script
	for _, s := range p.Statements {
		script.Add(s)
	}
	return script.String()
}

// Script builds a script for psql: each statement is preceded by its comment,
// and by SET search_path where its expressions need another one. The zero value
// is an empty script.
type Script struct {
	text strings.Builder
	path string
}

// Add appends a statement.
func (s *Script) Add(statement Statement) {
	s.lookIn(statement.SearchPath)
	if statement.Comment != "" {
		s.text.WriteString("-- " + commentLine(statement.Comment) + "\n")
	}
	s.text.WriteString(statement.SQL)
	if sql := statement.SQL; strings.Contains(sql[strings.LastIndexByte(sql, '\n')+1:], "--") {
		s.text.WriteString("\n") // the semicolon must not be part of a comment
	}
	s.text.WriteString(";\n")
}

// Section appends a title, as a comment.
func (s *Script) Section(title string) {
	if s.text.Len() > 0 {
		s.text.WriteString("\n")
	}
	s.text.WriteString("-- " + commentLine(title) + "\n")
}

// Reset appends RESET search_path if the script has set it.
func (s *Script) Reset() {
	if s.path != "" {
		s.text.WriteString("\nRESET search_path;\n")
	}
}

// lookIn sets the search_path if it differs from the current one. A script
// starts with public alone.
func (s *Script) lookIn(path string) {
	if path == "" || path == s.path || s.path == "" && path == `"public"` {
		return
	}
	s.path = path
	s.text.WriteString("SET search_path = " + path + ";\n")
}

// String returns the script.
func (s *Script) String() string { return s.text.String() }

// commentLine returns the text on one line, for an SQL comment.
func commentLine(text string) string {
	return strings.NewReplacer("\n", " ", "\r", " ").Replace(text)
}
