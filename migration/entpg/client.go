package entpg

import "entgo.io/ent/schema"

// ReadOnly declares, in the Annotations of an ent schema, that the generated
// client queries the table and has nothing that creates, updates or deletes its
// rows. It is for a table whose rows are written by SQL or a store alone, which
// keep what a builder would not. The table is the same as without it.
//
//	func (Entry) Annotations() []schema.Annotation {
//		return []schema.Annotation{entpg.Namespace("ledger"), entpg.ReadOnly()}
//	}
//
//	client.Entry.Query().Where(entry.AccountID(id)).All(ctx)
//	client.Entry.Create() // does not compile
//
// Nor can a type that is not ReadOnly have an edge whose column is in the table,
// since its builders would write the column: the edge is declared in the
// ReadOnly schema alone.
func ReadOnly() schema.Annotation { return declared{ReadOnly: true} }

// TableOnly declares, in the Annotations of an ent schema, that no client is
// generated of the table, but its description for the migration. Edges to it
// are foreign keys, and no part of the client either: the fields that they are
// bound to with Field remain. It is for a table that SQL alone reads and writes.
// The table is the same as without it.
//
//	func (Vector) Annotations() []schema.Annotation {
//		return []schema.Annotation{entpg.Namespace("ledger"), entpg.TableOnly()}
//	}
func TableOnly() schema.Annotation { return declared{TableOnly: true} }

// IsReadOnly reports that a schema's annotations have ReadOnly. It is for
// cmd/entgen.
func IsReadOnly(annotations map[string]any) (bool, error) {
	d, err := decode(annotations)
	return d.ReadOnly, err
}

// IsTableOnly reports that a schema's annotations have TableOnly. It is for
// cmd/entgen.
func IsTableOnly(annotations map[string]any) (bool, error) {
	d, err := decode(annotations)
	return d.TableOnly, err
}
