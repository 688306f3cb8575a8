package sql

import (
	"testing"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/core/conformance"
	"github.com/elizago/elizago/internal/pgtest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]func(t *testing.T) string{
		"directly":          func(t *testing.T) string { return pgtest.Database(t) },
		"through PgBouncer": func(t *testing.T) string { return pgtest.Bouncer(t, pgtest.Database(t), 10) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conformance.Run(t, func(t *testing.T) core.Database {
				return openWith(t, Config{URL: url(t), SecretSalt: "salt of the tests"})
			})
		})
	}
}
