// Package pgcluster runs a private PostgreSQL cluster: the database of a
// program that was given none. Everything lies in one folder, the server
// listens on a unix socket in a folder that only its owner can enter, and
// nothing has to be started or stopped by hand.
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
// server, the others attach to it, the last one out stops it.
//
// # Who keeps the server
//
// The server belongs to no user process, because any of them may die first.
// A small supervisor, the same executable started again, is its parent. Each
// user holds a shared lock on users.lock, which the kernel frees however the
// process ends; the supervisor waits for the exclusive lock on that file and
// so wakes exactly when the last user is gone. Then it stops the server.
//
// The users in turn look after the supervisor: when it was killed, one of them
// starts another, which adopts the server or starts it again. Only when
// supervisor and users are all killed at once does a server stay without
// anyone to stop it, until the next start, which uses it, or until Stop.
//
// # The folder
//
//	pgdata/          the data directory, made by initdb
//	run/             the socket
//	server.log       what the server and the supervisor say
//	start.lock       held while someone decides to initialise, start or stop
//	users.lock       held, shared, by each process that uses the cluster
//	supervisor.lock  held by the supervisor; contains its process id,
//	                 and 0 once it has ended by itself
package pgcluster
