package entpg_test

import (
	"fmt"

	"github.com/elizago/elizago/migration/entpg"
)

func ExampleStrings() {
	var tags entpg.Strings
	if err := tags.Scan(`{red,"two words"}`); err != nil {
		panic(err)
	}
	fmt.Println(len(tags), tags[1])
	// Output: 2 two words
}
