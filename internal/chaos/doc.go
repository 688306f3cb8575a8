// Package chaos tests what a program promises while its server fails: programs
// write through core.Database, servers are killed, connections are cut and the
// network drops packets meanwhile, and then each write is looked for.
//
// Its tests take minutes and have the build tag chaos: `make test-chaos`.
package chaos
