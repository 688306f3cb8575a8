// Package pgcluster runs a private PostgreSQL cluster: the database of a
// program that is configured with no other. All its files are in one folder, the
// server listens on a unix socket in a folder that only its owner can enter, and
// starts and stops with the programs that use it.
//
//	cluster, err := pgcluster.Start(ctx, pgcluster.Config{Dir: ".eliza/.elizadb"})
//	if err != nil {
//		return err
//	}
//	defer cluster.Close(context.Background())
//	config, err := pgcluster.ParsePoolConfig(cluster.URL())
//	if err != nil {
//		return err
//	}
//	pool, err := pgxpool.NewWithConfig(ctx, config)
//
// Any number of processes can use one folder at once: the first starts the
// server, the others attach to it, and the server stops after the last one.
//
// # The supervisor
//
// The server belongs to no user process, because any of them may die first.
// A small supervisor, the same executable started again, is its parent. Each
// user holds a shared lock on users.lock, which the kernel frees however the
// process ends; the supervisor waits for the exclusive lock on that file, gets
// it when the last user has ended, and then stops the server.
//
// The users in turn watch the supervisor: if it was killed, one of them starts
// another, which adopts the server or starts it again. Only if supervisor and
// users are all killed at once does the server keep running, until the next
// start, which uses it, or until Stop.
//
// # The folder
//
//	pgdata/          the data directory, created by initdb
//	run/             the socket
//	server.log       the log of the server and the supervisor
//	start.lock       held while a process initialises, starts or stops the server
//	users.lock       held, shared, by each process that uses the cluster
//	supervisor.lock  held by the supervisor; contains its process id,
//	                 and 0 once it has ended by itself
package pgcluster
