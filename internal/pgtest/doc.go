// Package pgtest provides tests with PostgreSQL: an empty database each, on one
// private cluster shared by all test processes of a run.
//
//	func TestMain(m *testing.M) { pgtest.Main(m) }
//
//	func TestStore(t *testing.T) {
//		t.Parallel()
//		pool, err := pgxpool.New(t.Context(), pgtest.Database(t))
//		...
//	}
//
// No test is skipped: without PostgreSQL it fails with a message that says what
// to install. ELIZA_TEST_POSTGRES_URL names a server to use instead of the
// private cluster; its role must be allowed to create databases. Bouncer needs
// PgBouncer on this machine in either case.
//
// ELIZA_TEST_DIR, an absolute path, is where the private cluster is kept; it is
// .eliza/test in the module's root by default. In a file system in memory, the
// tests take less time: they create and remove many thousand small files.
package pgtest
