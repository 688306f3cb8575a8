package sql

import (
	"testing"

	"github.com/elizago/elizago/core/databasetest"
)

// FuzzStores calls any method of any store with anything: see
// databasetest.Fuzz. The suite does the same with inputs that are always the
// same ones.
func FuzzStores(f *testing.F) {
	databasetest.Fuzz(f, connect(f, Config{URL: tables.Database(f), SecretSalt: saltOfTests}))
}
