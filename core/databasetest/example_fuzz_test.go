package databasetest_test

import (
	"testing"

	"github.com/elizago/elizago/core/databasetest"
)

// go test calls each method of every store a few times, and go test -fuzz
// FuzzStores continues with generated inputs.
func ExampleFuzz() {
	var f *testing.F // of func FuzzStores(f *testing.F)
	databasetest.Fuzz(f, open(f))
}
