package migration

import "strings"

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

	// Reverse undoes it. Empty where nothing does.
	Reverse []string `json:"reverse,omitempty"`
}

// Empty says whether the database is as the units declare.
func (p *Plan) Empty() bool { return len(p.Changes) == 0 }

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
	var b strings.Builder
	for _, s := range p.Statements {
		if s.Comment != "" {
			b.WriteString("-- " + strings.ReplaceAll(s.Comment, "\n", " ") + "\n")
		}
		b.WriteString(s.SQL + ";\n")
	}
	return b.String()
}
