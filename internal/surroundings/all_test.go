//go:build surroundings

package surroundings

// everything reports whether all rows run, and not the quick ones alone.
const everything = true
