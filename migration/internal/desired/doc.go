// Package desired is the state that core and the plugins declare, ready to be
// built and compared. It asks no server, and equal declarations give equal
// statements and hashes on every run and machine.
//
//	state, err := desired.New(ctx, declarations)
//	for _, s := range state.Units[0].Declared {
//		fmt.Println(s.SQL)
//	}
//
// The way of the declarations through the package:
//
//	core.Schema of each unit
//	   |  unit.go, namespace.go    owners in order, a namespace each
//	   |  identifier.go            names that PostgreSQL keeps as they are
//	   |  realm.go                 ent's tables as one Atlas realm
//	   |  annotations.go           what entpg adds to it
//	   |  render.go, ddl.go        the declared DDL, object by object
//	   v  state.go, versions.go    the state and its hash
//	State
//
// The statements are in the author's spelling of each expression; package catalog
// reads PostgreSQL's.
package desired
