package entpg

import (
	"fmt"
	"strings"

	"entgo.io/ent/schema"
)

// RowSecurity enables row-level security: without a policy only the table's
// owner sees rows.
//
//	ALTER TABLE "notes" ENABLE ROW LEVEL SECURITY;
//	ALTER TABLE "notes" FORCE ROW LEVEL SECURITY
type RowSecurity struct {
	// Table is set by cmd/entgen.
	Table string

	// Force applies the policies to the table's owner, too. Defaults to false.
	Force bool
}

// TableName implements core.SchemaAnnotation.
func (r *RowSecurity) TableName() string { return r.Table }

// Policy restricts the rows that a role may read or write. It takes effect if
// row-level security is enabled.
//
//	CREATE POLICY "own_rows" ON "notes" AS PERMISSIVE FOR SELECT TO PUBLIC
//	USING (user_id = current_setting('app.user_id')::uuid)
type Policy struct {
	// Table is set by cmd/entgen.
	Table string

	// Name is required, unique for the table, at most 63 bytes.
	Name string

	// Restrictive policies must all be true; of the others, at least one.
	// Defaults to false.
	Restrictive bool

	// For is the command: Select, Insert, Update, Delete. Empty: all.
	For Command

	// To are the roles, which must exist. Empty: PUBLIC.
	To []string

	// Using is the SQL condition on existing rows. Empty: none. Not for Insert.
	Using string

	// Check is the SQL condition on written rows. Empty: the same as Using. Not
	// for Select and Delete.
	Check string
}

// TableName implements core.SchemaAnnotation.
func (p *Policy) TableName() string { return p.Table }

// Command is the command that a Policy applies to.
type Command string

// The commands.
const (
	Select Command = "SELECT"
	Insert Command = "INSERT"
	Update Command = "UPDATE"
	Delete Command = "DELETE"
)

// RowLevelSecurity enables row-level security, in the Annotations of an ent
// schema. The table's owner still sees all rows.
//
//	ALTER TABLE "notes" ENABLE ROW LEVEL SECURITY
func RowLevelSecurity() schema.Annotation {
	return declared{Security: &RowSecurity{}}
}

// ForceRowLevelSecurity is RowLevelSecurity for the table's owner, too: the
// role that migrates, which is often the role that the program uses.
//
//	ALTER TABLE "notes" ENABLE ROW LEVEL SECURITY;
//	ALTER TABLE "notes" FORCE ROW LEVEL SECURITY
func ForceRowLevelSecurity() schema.Annotation {
	return declared{Security: &RowSecurity{Force: true}}
}

// Policies declares policies in the Annotations of an ent schema, beside
// RowLevelSecurity or ForceRowLevelSecurity.
//
//	entpg.Policies(entpg.Policy{
//		Name: "own_rows", For: entpg.Update, To: []string{"app"},
//		Using: "user_id = current_setting('app.user_id')::uuid",
//	})
//
//	CREATE POLICY "own_rows" ON "notes" AS PERMISSIVE FOR UPDATE TO "app"
//	USING (user_id = current_setting('app.user_id')::uuid)
func Policies(policies ...Policy) schema.Annotation {
	return declared{Policies: policies}
}

func (r *RowSecurity) validate() error { return nil }

func (p *Policy) validate() error {
	if err := checkName(p.Table, "a policy", p.Name); err != nil {
		return err
	}
	wrong := func(format string, args ...any) error {
		return fmt.Errorf("entpg: table %q: policy %q "+format, append([]any{p.Table, p.Name}, args...)...)
	}
	for _, role := range p.To {
		if err := checkName(p.Table, fmt.Sprintf("a role in To of policy %q", p.Name), role); err != nil {
			return err
		}
		if strings.EqualFold(role, "public") {
			return wrong("is for the role %q, which means every role: leave To empty", role)
		}
	}
	switch p.For {
	case Insert:
		if p.Using != "" {
			return wrong("is for Insert and has Using, the condition on rows that are there: use Check")
		}
	case Select, Delete:
		if p.Check != "" {
			return wrong("is for %s and has Check, the condition on rows that are written: use Using", p.For)
		}
	case Update, "":
	default:
		return wrong("is for the unknown command %q: use Select, Insert, Update or Delete, or leave For empty for all", p.For)
	}
	if p.Using == "" && p.Check == "" {
		return wrong("has no condition: set Using or Check, to \"true\" for all rows")
	}
	return nil
}
