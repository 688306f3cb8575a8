package entpg

import "entgo.io/ent/schema"

// ReadOnly declares, in the Annotations of an ent schema, that the generated
// client queries the table and has no Create, Update or Delete. It is for a
// table that only SQL or a store writes, since a builder would not maintain the
// table's invariants. The table is the same as without it.
//
//	func (Entry) Annotations() []schema.Annotation {
//		return []schema.Annotation{entpg.Namespace("ledger"), entpg.ReadOnly()}
//	}
//
//	client.Entry.Query().Where(entry.AccountID(id)).All(ctx)
//	client.Entry.Create() // does not compile
//
// An edge whose column is in the table is declared in the ReadOnly schema only:
// in a type that is not ReadOnly, the builders would write the column, so
// cmd/entgen rejects it there.
func ReadOnly() schema.Annotation { return declared{ReadOnly: true} }

// TableOnly declares, in the Annotations of an ent schema, that only the table's
// description for the migration is generated, and no client. Edges to it become
// foreign keys and are not in the client either; the fields that they are bound
// to with Field are. It is for a table that only SQL reads and writes. The table
// is the same as without it.
//
//	func (Vector) Annotations() []schema.Annotation {
//		return []schema.Annotation{entpg.Namespace("ledger"), entpg.TableOnly()}
//	}
func TableOnly() schema.Annotation { return declared{TableOnly: true} }

// IsReadOnly reports whether a schema's annotations include ReadOnly. It is for
// cmd/entgen.
func IsReadOnly(annotations map[string]any) (bool, error) {
	d, err := decode(annotations)
	return d.ReadOnly, err
}

// IsTableOnly reports whether a schema's annotations include TableOnly. It is
// for cmd/entgen.
func IsTableOnly(annotations map[string]any) (bool, error) {
	d, err := decode(annotations)
	return d.TableOnly, err
}
