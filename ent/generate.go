// Package ent is the client of core's tables, generated from ent/schema. It is
// for plugins/sql, and for whoever wants more of core's tables than the ports
// of package core give:
//
//	client := ent.NewClient(ent.Driver(db.Driver()))
//	rooms, err := client.Room.Query().Where(room.AgentID(id)).All(ctx)
package ent

//go:generate go tool entgen ./schema .
