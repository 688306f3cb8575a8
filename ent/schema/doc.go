// Package schema describes core's tables, all in the namespace public. They
// have the names and columns of elizaOS's, so that a database made by it can
// be adopted; what differs is said at the place. The client in the folder above
// is generated from here:
//
//	go generate ./ent
//
// Every foreign key is declared once, names what happens on delete, and has an
// index that begins with its column. Every column that a store filters or sorts
// by has an index too.
package schema
