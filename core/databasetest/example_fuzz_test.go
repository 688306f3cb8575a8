package databasetest_test

import (
	"testing"

	"github.com/elizago/elizago/core/databasetest"
)

// go test calls each method of every store a few times, and
// go test -fuzz FuzzStores goes on with inputs that nobody has thought of.
func ExampleFuzz() {
	var f *testing.F // of func FuzzStores(f *testing.F)
	databasetest.Fuzz(f, open(f))
}
