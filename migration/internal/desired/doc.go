// Package desired computes the desired state from the declarations of core and
// the plugins. It needs no server, and equal declarations give equal statements
// and hashes on every run and machine.
//
//	state, err := desired.New(ctx, declarations)
//	for _, s := range state.Units[0].Declared {
//		fmt.Println(s.SQL)
//	}
//
// The declarations pass through:
//
//	core.Schema of each schema owner
//	   |  unit.go, namespace.go    owners in order, a namespace each
//	   |  identifier.go            names that PostgreSQL keeps as they are
//	   |  realm.go                 ent's tables as one Atlas realm
//	   |  annotations.go           what entpg adds to it
//	   |  render.go, ddl.go        the declared DDL, object by object
//	   v  state.go, versions.go    the state and its hash
//	State
//
// The statements have expressions as declared; package catalog reads
// PostgreSQL's prints.
package desired
