// Package schema declares core's tables, all in the namespace public. Their
// names and columns are elizaOS's, so that its databases can be adopted;
// differences are documented at the tables. The client in the parent folder is
// generated from this package:
//
//	go generate ./ent
//
// Every foreign key is declared once, with its action on delete, and has an
// index that begins with its column. Every column that a store filters or sorts
// by has an index, too.
package schema
