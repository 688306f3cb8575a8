// Package catalog reads the objects of the declared tables from PostgreSQL's
// catalog, computes a fingerprint of them, and compares two states. It knows
// neither plugins nor plans.
//
//	have, err := catalog.Read(ctx, tx, scope)
//	differences, unmanaged := catalog.Compare(want, have, owned)
//
// An Object is a table or belongs to one; its Key identifies it, and its
// definition is PostgreSQL's own print, so that equal objects have equal texts
// however they were declared:
//
//	Key{Namespace: "public", Table: "notes", Kind: Index, Name: "notes_at"}
//	Object{Def: `CREATE INDEX notes_at ON public.notes USING btree (at)`}
//
// The package also has the SQL of names, literals and single clauses that the
// packages above it share.
package catalog
