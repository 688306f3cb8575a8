// Package pgtest gives tests real PostgreSQL: an empty database each, on one
// private cluster that all test processes of a run share.
//
//	func TestMain(m *testing.M) { pgtest.Main(m) }
//
//	func TestStore(t *testing.T) {
//		t.Parallel()
//		pool, err := pgxpool.New(t.Context(), pgtest.Database(t))
//		...
//	}
//
// Nothing is ever skipped: where PostgreSQL is missing the test fails, with
// the sentence that says what to install. ELIZA_TEST_POSTGRES_URL names a
// server to use instead of the private cluster; its role must be allowed to
// create databases. Bouncer needs PgBouncer on this machine in either case.
package pgtest
