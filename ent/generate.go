// Package ent is the client of core's tables, generated from ent/schema. It is
// for plugins/sql, and for plugins that need more of core's tables than the
// ports of package core give:
//
//	client := ent.NewClient(ent.Driver(db.Driver()))
//	rooms, err := client.Room.Query().Where(room.AgentID(id)).All(ctx)
//
// Memories are read-only here, and embeddings have no client: both are written
// through core.Database, which keeps a memory and its vector together.
package ent

//go:generate go tool entgen ./schema .
