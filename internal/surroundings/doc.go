// Package surroundings tests the program in the surroundings in which people run
// PostgreSQL: pgvector in other schemas and versions, roles with few rights,
// poolers, settings of roles and databases, event triggers, and the connection
// strings that hosting services print. Each is a row, tried once, on a real server:
//
//	make test-surroundings
//
// In each row the program migrates, starts, talks, searches, examines itself and
// dumps; or it is refused, with words that say what to do, and then doing it is
// part of the test. The rows are also the tables of docs/deployment.md, which a
// test compares. Without the build tag surroundings a dozen of the rows run.
package surroundings
