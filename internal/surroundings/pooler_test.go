package surroundings

import (
	"testing"

	"github.com/elizago/elizago/internal/pgtest"
)

var poolerRows = []row{
	{
		name:    "PgBouncer, `pool_mode = session`",
		prepare: func(t *testing.T, s *scene) { s.bouncer(t, "session", 20) },
		note:    "`POSTGRES_POOL_MAX` of all programs together must not be above its `default_pool_size`",
	},
	{
		name:    "PgBouncer, `pool_mode = transaction`",
		prepare: func(t *testing.T, s *scene) { s.bouncer(t, "transaction", 20) },
	},
	{
		name:    "PgBouncer, `pool_mode = statement`",
		prepare: func(t *testing.T, s *scene) { s.bouncer(t, "statement", 20) },
		refused: "set pool_mode to transaction or session, or let POSTGRES_URL name the server itself",
		advice:  "either",
		follow:  func(_ *testing.T, s *scene, _ string) { s.url = s.admin },
	},
	{
		name:    "PgBouncer, `pool_mode = transaction`, one connection to the server",
		prepare: func(t *testing.T, s *scene) { s.bouncer(t, "transaction", 1) },
	},
	{
		name:    "PgBouncer, `pool_mode = session`, one connection to the server",
		prepare: func(t *testing.T, s *scene) { s.bouncer(t, "session", 1) },
		refused: "raise its default_pool_size to the POSTGRES_POOL_MAX of all programs together, or set pool_mode to transaction",
		advice:  "either",
		follow:  func(t *testing.T, s *scene, _ string) { s.url = pgtest.BouncerMode(t, s.admin, 1, "transaction") },
	},
	{
		name: "`POSTGRES_POOL_MAX=1`",
		prepare: func(t *testing.T, s *scene) {
			s.database(t)
			s.env = []string{"POSTGRES_POOL_MAX=1"}
		},
	},
	{
		name: "`POSTGRES_POOL_MAX=1`, through PgBouncer with one connection",
		prepare: func(t *testing.T, s *scene) {
			s.bouncer(t, "transaction", 1)
			s.env = []string{"POSTGRES_POOL_MAX=1"}
		},
	},
}

// bouncer gives the scene a database behind PgBouncer.
func (s *scene) bouncer(t *testing.T, mode string, pool int) {
	t.Helper()
	s.database(t)
	s.url = pgtest.BouncerMode(t, s.admin, pool, mode)
}
