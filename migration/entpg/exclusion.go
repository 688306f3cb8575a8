package entpg

import (
	"fmt"
	"regexp"

	"entgo.io/ent/schema"
)

// Exclusion is an EXCLUDE constraint: no two rows for which all operators are
// true. Comparing plain columns with = in a gist index needs the extension
// btree_gist (see Extensions).
//
//	CONSTRAINT "bookings_overlap" EXCLUDE USING gist ("room" WITH =, "during" WITH &&) WHERE (NOT cancelled)
type Exclusion struct {
	// Table is set by cmd/entgen.
	Table string

	// Name is required, unique in the namespace, at most 63 bytes.
	Name string

	// Using is the access method. Empty: gist.
	Using string

	// Parts are compared between any two rows, each by its operator. At least
	// one.
	Parts []ExclusionPart

	// Where restricts the constraint to the rows that satisfy this SQL
	// condition. Empty: all rows.
	Where string

	// Deferral is when the constraint is checked. Empty: for every row.
	Deferral Deferral
}

// ExclusionPart is one comparison of an Exclusion.
type ExclusionPart struct {
	// Column is the column's name. Either it or Expr is set.
	Column string

	// Expr is an SQL expression over the table's columns, without enclosing
	// parentheses.
	Expr string

	// OpClass is the operator class. Empty: the type's default.
	OpClass string

	// Operator is the operator, such as "=" or "&&". Required; must be
	// commutative.
	Operator string
}

// TableName implements core.SchemaAnnotation.
func (x *Exclusion) TableName() string { return x.Table }

// Exclusions declares EXCLUDE constraints in the Annotations of an ent schema.
//
//	entpg.Exclusions(entpg.Exclusion{
//		Name:  "bookings_overlap",
//		Parts: []entpg.ExclusionPart{{Column: "room", Operator: "="}, {Expr: "tstzrange(starts, ends)", Operator: "&&"}},
//		Where: "NOT cancelled",
//	})
//
//	CONSTRAINT "bookings_overlap" EXCLUDE USING gist ("room" WITH =, (tstzrange(starts, ends)) WITH &&)
//	WHERE (NOT cancelled)
func Exclusions(exclusions ...Exclusion) schema.Annotation {
	return declared{Exclusions: exclusions}
}

// operator matches a PostgreSQL operator, such as && or, qualified,
// OPERATOR(public.=).
var operator = regexp.MustCompile(`^([-+*/<>=~!@#%^&|?]+|OPERATOR\([a-z_][a-z0-9_]*\.[-+*/<>=~!@#%^&|?]+\))$`)

func (x *Exclusion) validate() error {
	if err := checkName(x.Table, "an exclusion", x.Name); err != nil {
		return err
	}
	of := fmt.Sprintf("exclusion %q", x.Name)
	switch {
	case len(x.Parts) == 0:
		return fmt.Errorf("entpg: table %q: %s has no Parts: say what is compared", x.Table, of)
	case x.Using != "" && !bare.MatchString(x.Using):
		return fmt.Errorf("entpg: table %q: %s has the access method %q, which is no name of one: use it in lower case", x.Table, of, x.Using)
	}
	for i, p := range x.Parts {
		switch {
		case (p.Column == "") == (p.Expr == ""):
			return fmt.Errorf("entpg: table %q: %s wants either Column or Expr in part %d: set one of them", x.Table, of, i+1)
		case !operator.MatchString(p.Operator):
			return fmt.Errorf("entpg: table %q: %s has the operator %q in part %d: use one of PostgreSQL's, such as = or &&", x.Table, of, p.Operator, i+1)
		}
	}
	return checkDeferral(x.Table, of, x.Deferral)
}
