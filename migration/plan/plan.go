package plan

import (
	"strings"
)

// Plan is what a run would do, or has done.
type Plan struct {
	// Statements are to be executed in this order. When a change is refused,
	// none is.
	Statements []Statement `json:"statements"`

	// Changes are the differences between the database and the units, each
	// with what the policy decided.
	Changes []Change `json:"changes"`

	// Foreign are objects on the units' tables that no schema ever declared,
	// as "index public.memories.by_hand". They are left alone.
	Foreign []string `json:"foreign,omitempty"`

	// Data are the data migrations that belong to it, in order, as
	// "before @your-org/plugin-notes: 2026-11-fill-language".
	Data []string `json:"data,omitempty"`

	// Hash identifies the desired state of all units together.
	Hash string `json:"hash"`
}

// Statement is one statement of SQL.
type Statement struct {
	// Unit is the plugin that it is for.
	Unit string `json:"unit"`

	// SQL has no semicolon at its end.
	SQL string `json:"sql"`

	// Comment says in words what the statement does.
	Comment string `json:"comment,omitempty"`

	// Reverse undoes it. Empty where nothing does: rows do not come back.
	Reverse []string `json:"reverse,omitempty"`

	// Transactional statements are part of the one transaction. The others
	// follow it, each on its own: index builds that let others write, and the
	// validation of constraints.
	Transactional bool `json:"transactional"`

	// SearchPath is where the statement's expressions look names up that have
	// no namespace.
	SearchPath string `json:"searchPath,omitempty"`
}

// Empty says whether the database is as the units declare.
func (p *Plan) Empty() bool { return len(p.Changes) == 0 && len(p.Data) == 0 }

// Refused are the changes that keep the plan from being applied.
func (p *Plan) Refused() []Change {
	var out []Change
	for _, c := range p.Changes {
		if c.Refused {
			out = append(out, c)
		}
	}
	return out
}

// SQL is the plan as a script, each statement under its comment.
func (p *Plan) SQL() string {
	var script Script
	for _, s := range p.Statements {
		script.Add(s)
	}
	return script.String()
}

// Script writes statements down for psql: each under its comment, with the
// search_path that its expressions need. The zero value is ready.
type Script struct {
	text strings.Builder
	path string
}

// Add writes one statement.
func (s *Script) Add(statement Statement) {
	s.lookIn(statement.SearchPath)
	if statement.Comment != "" {
		s.text.WriteString("-- " + commentLine(statement.Comment) + "\n")
	}
	s.text.WriteString(statement.SQL + ";\n")
}

// Section starts a part of the script, under a title.
func (s *Script) Section(title string) {
	if s.text.Len() > 0 {
		s.text.WriteString("\n")
	}
	s.text.WriteString("-- " + commentLine(title) + "\n")
}

// Reset puts search_path back where the script has set it.
func (s *Script) Reset() {
	if s.path != "" {
		s.text.WriteString("\nRESET search_path;\n")
	}
}

// lookIn sets the search_path where it is another one; public alone goes
// without saying.
func (s *Script) lookIn(path string) {
	if path == "" || path == s.path || s.path == "" && path == `"public"` {
		return
	}
	s.path = path
	s.text.WriteString("SET search_path = " + path + ";\n")
}

// String is what has been written so far.
func (s *Script) String() string { return s.text.String() }

// commentLine is text that fits into a comment of SQL.
func commentLine(text string) string {
	return strings.NewReplacer("\n", " ", "\r", " ").Replace(text)
}
