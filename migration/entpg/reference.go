package entpg

import (
	"fmt"

	"entgo.io/ent/schema"
)

// Action is what happens to a row when the row that it refers to is deleted or
// its key is updated.
type Action string

// The actions of PostgreSQL. Restrict rejects the deletion immediately,
// NoAction at the end of the statement.
const (
	NoAction   Action = "NO ACTION"
	Restrict   Action = "RESTRICT"
	Cascade    Action = "CASCADE"
	SetNull    Action = "SET NULL"
	SetDefault Action = "SET DEFAULT"
)

// Reference is a foreign key into any namespace. The owner of the other
// namespace must be core or one of the plugin's Dependencies.
type Reference struct {
	// Table and Column are the referencing column. They are set by cmd/entgen.
	Table  string
	Column string

	// Name is the constraint's name. Empty: <table>_<column>_<ref table>_<ref
	// column>_fk.
	Name string

	// RefNamespace, RefTable and RefColumn are the referenced column, a primary
	// key or a unique column. RefTable and RefColumn are required. Empty
	// RefNamespace: the table's own.
	RefNamespace string
	RefTable     string
	RefColumn    string

	// OnDelete is the action on delete; required.
	OnDelete Action

	// OnUpdate is the action when the referenced key changes. Empty: NoAction.
	OnUpdate Action

	// Deferral is when the reference is checked. Empty: at the end of every
	// statement.
	Deferral Deferral
}

// Deferral is when a constraint is checked.
type Deferral string

// Deferrable constraints are checked at the end of every statement, unless the
// transaction runs SET CONSTRAINTS ... DEFERRED; initially deferred ones at the
// end of the transaction.
const (
	Deferrable        Deferral = "DEFERRABLE"
	InitiallyDeferred Deferral = "DEFERRABLE INITIALLY DEFERRED"
)

// TableName implements core.SchemaAnnotation.
func (r *Reference) TableName() string { return r.Table }

// References declares, in the Annotations of a field, a foreign key to a table
// of another namespace. ent has no edge for it; declare an index on the column
// yourself.
//
//	entpg.References("public", "entities", "id", entpg.Cascade)
//
//	CONSTRAINT "user_preferences_user_id_entities_id_fk" FOREIGN KEY ("user_id")
//	REFERENCES "public"."entities" ("id") ON DELETE CASCADE
func References(namespace, table, column string, onDelete Action) schema.Annotation {
	return declared{References: []Reference{{
		RefNamespace: namespace, RefTable: table, RefColumn: column, OnDelete: onDelete,
	}}}
}

// ForeignKey is References with all options of Reference. Leave its Table and
// Column empty.
//
//	entpg.ForeignKey(entpg.Reference{
//		Name: "notes_author_fk", RefNamespace: "public", RefTable: "entities", RefColumn: "id",
//		OnDelete: entpg.SetNull, OnUpdate: entpg.Cascade, Deferral: entpg.InitiallyDeferred,
//	})
//
//	CONSTRAINT "notes_author_fk" FOREIGN KEY ("author_id") REFERENCES "public"."entities" ("id")
//	ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED
func ForeignKey(r Reference) schema.Annotation {
	return declared{References: []Reference{r}}
}

// known reports whether the action is valid.
func (a Action) known() bool {
	switch a {
	case NoAction, Restrict, Cascade, SetNull, SetDefault:
		return true
	default:
		return false
	}
}

func (r *Reference) validate() error {
	wrong := func(format string, args ...any) error {
		return fmt.Errorf("entpg: column %q of table %q: "+format, append([]any{r.Column, r.Table}, args...)...)
	}
	switch {
	case r.RefTable == "" || r.RefColumn == "":
		return wrong("its reference wants a table and a column: name both")
	case r.OnDelete == "":
		return wrong("its reference wants to know what happens on delete: use Cascade, Restrict, SetNull, SetDefault or NoAction")
	case !r.OnDelete.known():
		return wrong("its reference has the unknown action %q on delete: use Cascade, Restrict, SetNull, SetDefault or NoAction", r.OnDelete)
	case r.OnUpdate != "" && !r.OnUpdate.known():
		return wrong("its reference has the unknown action %q on update: use Cascade, Restrict, SetNull, SetDefault or NoAction", r.OnUpdate)
	}
	if err := checkDeferral(r.Table, fmt.Sprintf("the reference of column %q", r.Column), r.Deferral); err != nil {
		return err
	}
	return checkName(r.Table, fmt.Sprintf("the reference of column %q", r.Column), r.ConstraintName())
}

// ConstraintName returns Name, or the default name if it is empty.
func (r *Reference) ConstraintName() string {
	if r.Name != "" {
		return r.Name
	}
	return fmt.Sprintf("%s_%s_%s_%s_fk", r.Table, r.Column, r.RefTable, r.RefColumn)
}
