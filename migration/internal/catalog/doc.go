// Package catalog is what PostgreSQL's catalog holds of the declared tables: it
// reads the objects, sums them up in a fingerprint, and compares two states of
// them. It knows neither plugins nor plans.
//
//	have, err := catalog.Read(ctx, tx, scope)
//	differences, unmanaged := catalog.Compare(want, have, owned, false)
//
// An Object is a table, or something that belongs to one; its Key names it and
// its definition is PostgreSQL's own print, so that two equal objects have equal
// texts however they were written:
//
//	Key{Namespace: "public", Table: "notes", Kind: Index, Name: "notes_at"}
//	Object{Def: `CREATE INDEX notes_at ON public.notes USING btree (at)`}
//
// The package also has the SQL of names, literals and single clauses that the
// packages above it share.
package catalog
